//! How a page calls what is timed: it asks for room, writes a path and a text into it, and has
//! them looked at. Each program brings a function `look(path, text)`, which gives how many findings
//! there are.

use std::cell::RefCell;
use std::hint::black_box;

thread_local! {
    static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static FILE: RefCell<(String, String)> = const { RefCell::new((String::new(), String::new())) };
}

/// Where `bytes` bytes can be written.
#[unsafe(no_mangle)]
pub extern "C" fn room(bytes: usize) -> *mut u8 {
    ROOM.with_borrow_mut(|room| {
        room.resize(bytes, 0);
        room.as_mut_ptr()
    })
}

/// Takes what was written for a path of `path` bytes and the text behind it.
#[unsafe(no_mangle)]
pub extern "C" fn open(path: usize) {
    ROOM.with_borrow(|room| {
        let (path, text) = room.split_at(path.min(room.len()));
        let own = |bytes| String::from_utf8_lossy(bytes).into_owned();
        FILE.set((own(path), own(text)));
    });
}

/// Looks at that so many `times`, and gives how many findings there are.
#[unsafe(no_mangle)]
pub extern "C" fn look(times: usize) -> usize {
    FILE.with_borrow(|(path, text)| {
        let mut found = 0;
        for _ in 0..times {
            found = black_box(super::look(black_box(path), black_box(text)));
        }
        found
    })
}
