//! Zip archives, as far as people exchange folders in them: stored or deflated, without
//! encryption, of one volume, below 4 GiB. After PKWARE's APPNOTE 6.3.10.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use super::tree::{MAX_BYTES, MAX_FILE, MAX_FILES};
use crate::core::share::crc32;

/// The largest archive that is read, in bytes.
pub const MAX_ARCHIVE: usize = MAX_BYTES;

/// Why an archive is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZipFault {
    /// It is no zip archive, or its end is missing.
    NotZip,
    /// Its list of files is damaged.
    Damaged,
}

impl ZipFault {
    /// What is wrong and what to do, as one sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NotZip => {
                "This is no zip archive, or its end is missing: choose another file, or a folder."
            }
            Self::Damaged => "The zip archive is damaged: pack the folder again.",
        }
    }
}

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// The bytes of an end without its comment, and the longest comment.
const END_SIZE: usize = 22;
const COMMENT: usize = 65_535;
/// The compression, as APPNOTE numbers it.
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// Names are UTF-8.
const UTF8: u16 = 1 << 11;
const ENCRYPTED: u16 = 1;
/// The level of compression.
const LEVEL: u8 = 6;

/// The files of an archive, and the names of those that were left out: encrypted, packed in
/// another way, damaged, or beyond the limits of a workspace.
pub fn read(archive: &[u8]) -> Result<(Vec<(String, Vec<u8>)>, Vec<String>), ZipFault> {
    let from = archive.len().saturating_sub(END_SIZE + COMMENT);
    let end = (from..archive.len().saturating_sub(END_SIZE - 1))
        .rev()
        .find(|at| {
            let comment = u16_at(archive, at + 20).map(usize::from);
            u32_at(archive, *at) == Some(END) && comment == Some(archive.len() - at - END_SIZE)
        })
        .ok_or(ZipFault::NotZip)?;
    let count = u16_at(archive, end + 10).map_or(0, usize::from);
    let mut at = place(archive, end + 16).ok_or(ZipFault::Damaged)?;
    let (mut files, mut left_out, mut total) = (Vec::new(), Vec::new(), 0);
    for _ in 0..count {
        let entry = Entry::read(archive, at).ok_or(ZipFault::Damaged)?;
        at = entry.next;
        if entry.name.ends_with('/') {
            continue;
        }
        let room = files.len() < MAX_FILES && entry.size <= MAX_FILE && total + entry.size <= MAX_BYTES;
        // What comes to nothing counts too: it was work.
        total += if room { entry.size } else { 0 };
        let bytes = if room { entry.bytes(archive) } else { None };
        match bytes {
            Some(bytes) => files.push((entry.name, bytes)),
            None => left_out.push(entry.name),
        }
    }
    Ok((files, left_out))
}

/// An entry of the list at the end.
struct Entry {
    name: String,
    flags: u16,
    method: u16,
    crc: u32,
    packed: usize,
    size: usize,
    local: usize,
    next: usize,
}

impl Entry {
    fn read(archive: &[u8], at: usize) -> Option<Self> {
        if u32_at(archive, at)? != CENTRAL {
            return None;
        }
        let short = |offset: usize| Some(usize::from(u16_at(archive, at + offset)?));
        let (name, extra, comment) = (short(28)?, short(30)?, short(32)?);
        let name = archive.get(at + 46..at + 46 + name)?;
        Some(Self {
            // Windows packs with its own separator now and then.
            name: String::from_utf8_lossy(name).replace('\\', "/"),
            flags: u16_at(archive, at + 8)?,
            method: u16_at(archive, at + 10)?,
            crc: u32_at(archive, at + 16)?,
            packed: place(archive, at + 20)?,
            size: place(archive, at + 24)?,
            local: place(archive, at + 42)?,
            next: at + 46 + name.len() + extra + comment,
        })
    }

    fn bytes(&self, archive: &[u8]) -> Option<Vec<u8>> {
        if u32_at(archive, self.local)? != LOCAL || self.flags & ENCRYPTED != 0 || self.size > MAX_FILE {
            return None;
        }
        let short = |offset: usize| Some(usize::from(u16_at(archive, self.local.checked_add(offset)?)?));
        let start = self.local + 30 + short(26)? + short(28)?;
        let packed = archive.get(start..start.checked_add(self.packed)?)?;
        let bytes = match self.method {
            STORED => packed.to_vec(),
            DEFLATED => inflate(packed, self.size)?,
            _ => return None,
        };
        (bytes.len() == self.size && crc32(&bytes) == self.crc).then_some(bytes)
    }
}

/// Inflates what is to be `size` bytes long.
fn inflate(packed: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut out = vec![0; size];
    let mut inflater = Box::<DecompressorOxide>::default();
    let flags = TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let (status, _, written) = decompress(&mut inflater, packed, &mut out, 0, flags);
    (status == TINFLStatus::Done && written == size).then_some(out)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn place(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(bytes, at)?).ok()
}

/// An archive of `files`. What deflating does not make smaller is stored. All files carry the
/// first day that the format knows: the same files make the same archive.
pub fn write<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let (mut out, mut list, mut count) = (Vec::new(), Vec::new(), 0u16);
    for (name, bytes) in files {
        let deflated = compress_to_vec(bytes, LEVEL);
        let smaller = deflated.len() < bytes.len();
        let (method, packed) = if smaller { (DEFLATED, deflated.as_slice()) } else { (STORED, bytes) };
        let size = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
        let mut about = Vec::new();
        for short in [20, UTF8, method, 0, 0x21] {
            about.extend(short.to_le_bytes());
        }
        about.extend(crc32(bytes).to_le_bytes());
        about.extend(size(packed.len()));
        about.extend(size(bytes.len()));
        about.extend(u16::try_from(name.len()).unwrap_or(u16::MAX).to_le_bytes());
        about.extend([0, 0]);
        list.extend(CENTRAL.to_le_bytes());
        list.extend([20, 0]);
        list.extend(&about);
        list.extend([0; 10]);
        list.extend(size(out.len()));
        list.extend(name.as_bytes());
        out.extend(LOCAL.to_le_bytes());
        out.extend(&about);
        out.extend(name.as_bytes());
        out.extend(packed);
        count = count.saturating_add(1);
    }
    let size = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
    let start = out.len();
    out.extend(&list);
    out.extend(END.to_le_bytes());
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size(list.len()));
    out.extend(size(start));
    out.extend([0, 0]);
    out
}

/// The paths of `files` without the folder that all of them are in, as archives and folders
/// that are picked have one.
pub fn without_top(files: Vec<(String, Vec<u8>)>) -> Vec<(String, Vec<u8>)> {
    let top = files.first().and_then(|(path, _)| Some([path.split_once('/')?.0, "/"].concat()));
    let Some(top) = top.filter(|top| files.iter().all(|(path, _)| path.starts_with(top.as_str()))) else {
        return files;
    };
    files.into_iter().map(|(path, bytes)| (path.get(top.len()..).unwrap_or("").to_owned(), bytes)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn archives_of_other_programs_are_read() {
        // `zip -r -X a.zip notes` of Info-ZIP 3.0: a folder, a stored and a deflated file.
        let archive = include_bytes!("../../../tests/fixtures/notes.zip");
        let (files, left_out) = read(archive).unwrap();
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["notes/é.txt", "notes/long.txt"]);
        assert_eq!((files[0].1.as_slice(), left_out.len()), (&b"short"[..], 0));
        assert_eq!(files[1].1, "the same line\n".repeat(50).into_bytes());
        let inner: Vec<String> = without_top(files).into_iter().map(|file| file.0).collect();
        assert_eq!(inner, ["é.txt", "long.txt"]);
    }

    #[test]
    fn what_is_no_archive_is_refused() {
        assert_eq!(read(b""), Err(ZipFault::NotZip));
        assert_eq!(read(&[b'P'; 100]), Err(ZipFault::NotZip));
        let archive = write([("a", &b"text"[..])].into_iter());
        assert_eq!(read(&archive[..archive.len() - 1]), Err(ZipFault::NotZip));
        let mut damaged = archive.clone();
        damaged[31] ^= 1;
        assert_eq!(read(&damaged).unwrap(), (vec![], vec!["a".to_owned()]), "the sum is wrong");
    }

    #[test]
    fn a_bomb_takes_no_more_room_than_it_says() {
        let large = vec![0; MAX_FILE + 1];
        let archive = write([("bomb", large.as_slice())].into_iter());
        assert_eq!(read(&archive).unwrap().1, ["bomb"]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            files in proptest::collection::vec(("[a-zé/]{1,9}[a-z]", proptest::collection::vec(0..4u8, 0..300)), 0..6),
        ) {
            let archive = write(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
            prop_assert_eq!(read(&archive).unwrap(), (files, vec![]));
        }

        #[test]
        fn no_bytes_make_it_panic(
            mut archive in Just(write([("a/b", &b"some text, some text"[..]), ("c", &[1; 90])].into_iter())),
            changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..9),
            cut in any::<prop::sample::Index>(),
        ) {
            for (at, byte) in changes {
                let at = at.index(archive.len());
                archive[at] = byte;
            }
            let _ = read(&archive);
            let _ = read(&archive[..cut.index(archive.len())]);
        }
    }
}
