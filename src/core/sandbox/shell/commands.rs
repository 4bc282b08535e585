//! What each command does.

use super::edit::tr;
use super::{COMMANDS, Shell, Written};
use crate::core::sandbox::pattern::{Flags, Regex, escape, extended, wildcard};
use crate::core::sandbox::tree::{Content, Fault, absolute};

/// The options and operands of a command.
pub(super) struct Args {
    pub(super) options: Vec<(char, String)>,
    pub(super) rest: Vec<String>,
}

impl Args {
    /// `known` holds the letters of the options; one with `:` behind it takes a value. `long`
    /// gives letters to long options.
    pub(super) fn read(args: &[String], known: &str, long: &[(&str, char)]) -> Result<Self, String> {
        let mut read = Self { options: Vec::new(), rest: Vec::new() };
        let mut args = args.iter();
        let takes_value = |letter: char| known.contains(&[letter, ':'].iter().collect::<String>());
        while let Some(arg) = args.next() {
            if arg == "--" {
                read.rest.extend(args.by_ref().cloned());
            } else if let Some(name) = arg.strip_prefix("--") {
                let (name, value) =
                    name.split_once('=').map_or((name, None), |(name, value)| (name, Some(value)));
                let Some((_, letter)) = long.iter().find(|(known, _)| *known == name) else {
                    return Err(["the option --", name, " is not known here"].concat());
                };
                let value = match value {
                    Some(value) => value.to_owned(),
                    None if takes_value(*letter) => args.next().cloned().unwrap_or_default(),
                    None => String::new(),
                };
                read.options.push((*letter, value));
            } else if let Some(letters) = arg.strip_prefix('-').filter(|letters| !letters.is_empty()) {
                // `-20` is `-n 20`.
                if known.contains("n:") && letters.chars().all(|c| c.is_ascii_digit()) {
                    read.options.push(('n', letters.to_owned()));
                    continue;
                }
                for (at, letter) in letters.char_indices() {
                    if letter == ':' || !known.contains(letter) {
                        return Err(
                            ["the option -", letter.encode_utf8(&mut [0; 4]), " is not known here"].concat()
                        );
                    }
                    if takes_value(letter) {
                        let joined = letters.get(at + letter.len_utf8()..).unwrap_or("");
                        let value =
                            if joined.is_empty() { args.next().cloned() } else { Some(joined.to_owned()) };
                        let value = value.ok_or_else(|| format!("the option -{letter} wants a value"))?;
                        read.options.push((letter, value));
                        break;
                    }
                    read.options.push((letter, String::new()));
                }
            } else {
                read.rest.push(arg.clone());
            }
        }
        Ok(read)
    }

    pub(super) fn has(&self, letter: char) -> bool {
        self.options.iter().any(|(option, _)| *option == letter)
    }

    pub(super) fn value(&self, letter: char) -> Option<&str> {
        self.options.iter().rev().find(|(option, _)| *option == letter).map(|(_, value)| value.as_str())
    }

    fn number(&self, letter: char) -> Result<Option<usize>, String> {
        match self.value(letter) {
            Some(value) => value.parse().map(Some).map_err(|_| format!("“{value}” is no number")),
            None => Ok(None),
        }
    }
}

type Done = Result<(), String>;

impl Shell<'_> {
    pub(super) fn run(&mut self, name: &str, args: &[String], input: &str) -> Written {
        let mut to = Written::default();
        let done = match name {
            "ls" => self.ls(args, &mut to),
            "cat" => self.cat(args, input, &mut to),
            "head" => self.ends(name, args, input, &mut to),
            "tail" => self.ends(name, args, input, &mut to),
            "wc" => self.wc(args, input, &mut to),
            "grep" => self.grep(args, input, &mut to),
            "find" => self.find(args, &mut to),
            "echo" => echo(args, &mut to),
            "mkdir" => self.mkdir(args, &mut to),
            "rm" => self.rm(args, &mut to),
            "mv" | "cp" => self.copy(name, args, &mut to),
            "touch" => self.touch(args, &mut to),
            "sort" => self.sort(args, input, &mut to),
            "uniq" => self.uniq(args, input, &mut to),
            "sed" => self.sed(args, input, &mut to),
            "cut" => self.cut(args, input, &mut to),
            "tr" => tr(args, input, &mut to),
            "cd" => self.cd(args),
            "pwd" => {
                to.line(&absolute(&self.folder));
                Ok(())
            }
            "true" => Ok(()),
            "false" => {
                to.code = 1;
                Ok(())
            }
            _ => {
                let known = COMMANDS.join(", ");
                let message = [
                    "not known here. This shell works on the files of the workspace and runs no programs; it knows ",
                    &known,
                    ".",
                ];
                to.fail(name, &message.concat());
                to.code = 127;
                return to;
            }
        };
        if let Err(message) = done {
            to.fail(name, &message);
            to.code = 2;
        }
        to
    }

    /// The texts of the files, or `input` where none is named; faults are told.
    pub(super) fn texts(
        &self,
        name: &str,
        files: &[String],
        input: &str,
        to: &mut Written,
    ) -> Vec<(String, String)> {
        if files.is_empty() {
            return vec![(String::new(), input.to_owned())];
        }
        let mut texts = Vec::new();
        for file in files {
            match if file == "-" { Ok(input.to_owned()) } else { self.read(file) } {
                Ok(text) => texts.push((file.clone(), text)),
                Err(fault) => to.fail(name, &fault.sentence()),
            }
        }
        texts
    }

    fn ls(&self, args: &[String], to: &mut Written) -> Done {
        let args = Args::read(args, "laA1RhFpdtr", &[("all", 'a')])?;
        let paths = if args.rest.is_empty() { vec![".".to_owned()] } else { args.rest.clone() };
        let mut folders = Vec::new();
        let mut files = Vec::new();
        for path in paths {
            match self.place(&path) {
                Ok(place) if self.tree.is_folder(&place) && !args.has('d') => folders.push((path, place)),
                Ok(place) => match self.tree.get(&place).map(|it| it.bytes().len()) {
                    Some(bytes) => files.push((path, Some(bytes))),
                    None if self.tree.is_folder(&place) => files.push((path, None)),
                    None => to.fail("ls", &Fault::Missing(place).sentence()),
                },
                Err(fault) => to.fail("ls", &fault.sentence()),
            }
        }
        files.sort();
        let show = |name: &str, bytes: Option<usize>, to: &mut Written| {
            let slash = if bytes.is_none() && (args.has('F') || args.has('p')) { "/" } else { "" };
            if args.has('l') {
                let (kind, size) = match bytes {
                    Some(bytes) => ("-rw-r--r--", bytes.to_string()),
                    None => ("drwxr-xr-x", "-".to_owned()),
                };
                to.line(&format!("{kind} {size:>9} {name}{slash}"));
            } else {
                to.line(&[name, slash].concat());
            }
        };
        let headings = folders.len() + files.len() > 1 || args.has('R') || to.code != 0;
        for (name, bytes) in &files {
            show(name, *bytes, to);
        }
        let mut first = files.is_empty();
        let mut waiting: Vec<(String, String)> = folders.into_iter().rev().collect();
        while let Some((name, place)) = waiting.pop() {
            if headings {
                if !std::mem::replace(&mut first, false) {
                    to.line("");
                }
                to.line(&[&name, ":"].concat());
            }
            let items = self.tree.list(&place).map_err(|fault| fault.sentence())?;
            let seen = |name: &str| args.has('a') || args.has('A') || !name.starts_with('.');
            let shown: Vec<_> = items.into_iter().filter(|item| seen(&item.name)).collect();
            for item in &shown {
                show(&item.name, item.bytes, to);
            }
            if args.has('R') {
                let inner = shown.iter().rev().filter(|item| item.bytes.is_none());
                let below = |above: &str, name: &str| {
                    if above.is_empty() { name.to_owned() } else { [above, "/", name].concat() }
                };
                waiting.extend(inner.map(|item| (below(&name, &item.name), below(&place, &item.name))));
            }
        }
        Ok(())
    }

    fn cat(&self, args: &[String], input: &str, to: &mut Written) -> Done {
        let args = Args::read(args, "nA", &[])?;
        let mut number = 0;
        for (_, text) in self.texts("cat", &args.rest, input, to) {
            if !args.has('n') {
                to.out.push_str(&text);
                continue;
            }
            for line in text.split_inclusive('\n') {
                number += 1;
                to.out.push_str(&format!("{number:>6}\t"));
                to.out.push_str(line);
            }
        }
        Ok(())
    }

    /// `head` and `tail`.
    fn ends(&self, name: &str, args: &[String], input: &str, to: &mut Written) -> Done {
        let args = Args::read(args, "n:c:qv", &[("lines", 'n'), ("bytes", 'c')])?;
        let (unit, value) = match args.value('c') {
            Some(value) => ('c', value),
            None => ('n', args.value('n').unwrap_or("10")),
        };
        let from_start = name == "tail" && value.starts_with('+');
        let count: usize =
            value.trim_start_matches(['+', '-']).parse().map_err(|_| format!("“{value}” is no number"))?;
        let texts = self.texts(name, &args.rest, input, to);
        let many = texts.len() > 1;
        for (at, (file, text)) in texts.iter().enumerate() {
            if many {
                to.out.push_str(if at > 0 { "\n" } else { "" });
                to.line(&["==> ", file, " <=="].concat());
            }
            let pieces: Vec<&str> = if unit == 'c' {
                text.split_inclusive(|_: char| true).collect()
            } else {
                text.split_inclusive('\n').collect()
            };
            let start = match (name, from_start) {
                ("head", _) => 0,
                (_, true) => count.saturating_sub(1),
                _ => pieces.len().saturating_sub(count),
            };
            let end = if name == "head" { count.min(pieces.len()) } else { pieces.len() };
            to.out.extend(pieces.get(start.min(end)..end).unwrap_or(&[]).iter().copied());
        }
        Ok(())
    }

    fn wc(&self, args: &[String], input: &str, to: &mut Written) -> Done {
        let args = Args::read(args, "lwcm", &[("lines", 'l'), ("words", 'w'), ("bytes", 'c')])?;
        let all = args.options.is_empty();
        let texts = self.texts("wc", &args.rest, input, to);
        let mut rows: Vec<([usize; 4], String)> = texts
            .iter()
            .map(|(name, text)| {
                let lines = text.matches('\n').count();
                ([lines, text.split_whitespace().count(), text.len(), text.chars().count()], name.clone())
            })
            .collect();
        if rows.len() > 1 {
            let sum = |at: usize| rows.iter().filter_map(|(counts, _)| counts.get(at)).sum();
            rows.push(([sum(0), sum(1), sum(2), sum(3)], "total".to_owned()));
        }
        let width = if rows.len() > 1 { 8 } else { 0 };
        for (counts, name) in rows {
            let wanted = |letter| if all { letter != 'm' } else { args.has(letter) };
            let counts = ['l', 'w', 'c', 'm'].into_iter().zip(counts).filter(|(letter, _)| wanted(*letter));
            let mut cells: Vec<String> = counts.map(|(_, count)| format!("{count:>width$}")).collect();
            if !name.is_empty() {
                cells.push(name);
            }
            to.line(&cells.join(" "));
        }
        Ok(())
    }

    fn grep(&mut self, args: &[String], input: &str, to: &mut Written) -> Done {
        let long = [
            ("include", '\u{1}'),
            ("exclude", '\u{2}'),
            ("exclude-dir", '\u{3}'),
            ("color", '\u{4}'),
            ("ignore-case", 'i'),
            ("line-number", 'n'),
            ("recursive", 'r'),
            ("files-with-matches", 'l'),
            ("count", 'c'),
        ];
        let mut args = Args::read(args, "inrRlLcvwxEFPoqhHse:A:B:C:m:\u{1}:\u{2}:\u{3}:", &long)?;
        let patterns: Vec<String> = match args.value('e') {
            Some(_) => args.options.iter().filter(|it| it.0 == 'e').map(|it| it.1.clone()).collect(),
            None if args.rest.is_empty() => return Err("there is no pattern".into()),
            None => vec![args.rest.remove(0)],
        };
        let one = |pattern: &String| {
            let mut pattern = if args.has('F') {
                escape(pattern)
            } else if args.has('E') || args.has('P') {
                pattern.clone()
            } else {
                extended(pattern)
            };
            if args.has('w') {
                pattern = [r"\b(", &pattern, r")\b"].concat();
            }
            if args.has('x') { ["^(", &pattern, ")$"].concat() } else { pattern }
        };
        let joined = patterns.iter().map(one).collect::<Vec<_>>().join("|");
        let regex = Regex::new(&joined, Flags { ignore_case: args.has('i'), dot_all: false })?;
        let around = args.number('C')?;
        let before = args.number('B')?.or(around).unwrap_or(0);
        let after = args.number('A')?.or(around).unwrap_or(0);
        let most = args.number('m')?.unwrap_or(usize::MAX);
        let recursive = args.has('r') || args.has('R');
        let mut files: Vec<(String, String)> = Vec::new();
        if recursive && args.rest.is_empty() {
            args.rest.push(".".into());
        }
        let wanted = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let any = |letter, test: &dyn Fn(&str) -> bool| {
                args.options.iter().any(|(option, pattern)| *option == letter && test(pattern))
            };
            let mut folders = path.split('/').rev().skip(1);
            (!args.has('\u{1}') || any('\u{1}', &|pattern| wildcard(pattern, name)))
                && !any('\u{2}', &|pattern| wildcard(pattern, name))
                && !folders
                    .any(|folder| any('\u{3}', &|pattern| wildcard(pattern.trim_end_matches('/'), folder)))
        };
        for path in &args.rest {
            let place = match self.place(path) {
                Ok(place) => place,
                Err(fault) => {
                    to.fail("grep", &fault.sentence());
                    continue;
                }
            };
            if recursive && self.tree.is_folder(&place) {
                let skip = if place.is_empty() { 0 } else { place.len() + 1 };
                let start = path.trim_end_matches('/');
                for (inner, content) in self.tree.below(&place) {
                    let inner = inner.get(skip..).unwrap_or("");
                    if let Some(text) = content.text().filter(|_| wanted(inner)) {
                        let shown = if args.rest.len() == 1 && start == "." {
                            inner.to_owned()
                        } else {
                            [start, "/", inner].concat()
                        };
                        files.push((shown, text.to_owned()));
                    }
                }
            } else {
                match self.read(path) {
                    Ok(text) => files.push((path.clone(), text)),
                    Err(fault) => to.fail("grep", &fault.sentence()),
                }
            }
        }
        if args.rest.is_empty() {
            files.push(("(standard input)".into(), input.to_owned()));
        }
        let named = args.has('H') || !args.has('h') && (files.len() > 1 || recursive);
        let mut any = false;
        for (name, text) in &files {
            let lines: Vec<&str> = text.lines().collect();
            let mut hits = Vec::new();
            for (at, line) in lines.iter().enumerate() {
                let found = regex.find(line, 0, &mut self.fuel).is_some();
                if self.fuel == 0 {
                    return Err("the search was too much work and was stopped".into());
                }
                if found != args.has('v') && hits.len() < most {
                    hits.push(at);
                }
            }
            any |= !hits.is_empty();
            let prefix = |at: usize, mark: &str| {
                let mut prefix = if named { [name, mark].concat() } else { String::new() };
                if args.has('n') {
                    prefix.push_str(&(at + 1).to_string());
                    prefix.push_str(mark);
                }
                prefix
            };
            if args.has('q') {
                continue;
            } else if args.has('l') || args.has('L') {
                if hits.is_empty() == args.has('L') {
                    to.line(name);
                }
            } else if args.has('c') {
                let name = if named { [name, ":"].concat() } else { String::new() };
                to.line(&[name, hits.len().to_string()].concat());
            } else if args.has('o') && !args.has('v') {
                for at in hits {
                    let line = lines.get(at).copied().unwrap_or("");
                    let mut from = 0;
                    while let Some((start, end)) = regex.find(line, from, &mut self.fuel) {
                        if start < end {
                            to.line(&[&prefix(at, ":"), line.get(start..end).unwrap_or("")].concat());
                        }
                        let step =
                            line.get(end..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
                        from = if start < end { end } else { end + step };
                    }
                }
            } else {
                let mut last: Option<usize> = None;
                for (number, at) in hits.iter().enumerate() {
                    let next = hits.get(number + 1).copied().unwrap_or(usize::MAX);
                    let start = at.saturating_sub(before).max(last.map_or(0, |last| last + 1));
                    if before + after > 0 && last.is_some_and(|last| start > last + 1) {
                        to.line("--");
                    }
                    let end = at.saturating_add(after).min(next - 1).min(lines.len() - 1);
                    for shown in start..=end {
                        let mark = if shown == *at { ":" } else { "-" };
                        to.line(&[&prefix(shown, mark), lines.get(shown).copied().unwrap_or("")].concat());
                    }
                    last = Some(end);
                }
            }
        }
        if to.code == 0 && !any {
            to.code = 1;
        }
        Ok(())
    }

    fn find(&mut self, args: &[String], to: &mut Written) -> Done {
        let is_test = |arg: &String| arg.starts_with('-') || arg == "!";
        let split = args.iter().position(is_test).unwrap_or(args.len());
        let (starts, tests) = args.split_at(split);
        // Any of these has to hold as a whole.
        let mut ways: Vec<Vec<(bool, Test)>> = vec![Vec::new()];
        let (mut least, mut most, mut negated) = (0, usize::MAX, false);
        let mut tests = tests.iter();
        while let Some(test) = tests.next() {
            let mut value =
                || tests.next().cloned().ok_or_else(|| [test.as_str(), " wants a value"].concat());
            let number =
                |value: String| value.parse::<usize>().map_err(|_| format!("“{value}” is no number"));
            let test = match test.as_str() {
                "-name" => Test::Name(value()?, false),
                "-iname" => Test::Name(value()?.to_lowercase(), true),
                "-path" | "-wholename" => Test::Path(value()?),
                "-type" => Test::Folder(match value()?.as_str() {
                    "f" => false,
                    "d" => true,
                    other => return Err(["-type ", other, " is not known here"].concat()),
                }),
                "-empty" => Test::Empty,
                "-maxdepth" => {
                    most = number(value()?)?;
                    continue;
                }
                "-mindepth" => {
                    least = number(value()?)?;
                    continue;
                }
                "-not" | "!" => {
                    negated = !negated;
                    continue;
                }
                "-o" | "-or" => {
                    ways.push(Vec::new());
                    continue;
                }
                "-a" | "-and" | "-print" => continue,
                other => return Err([other, " is not known here"].concat()),
            };
            if let Some(way) = ways.last_mut() {
                way.push((std::mem::take(&mut negated), test));
            }
        }
        let starts = if starts.is_empty() { vec![".".to_owned()] } else { starts.to_vec() };
        for start in starts {
            let place = match self.place(&start) {
                Ok(place) if self.tree.get(&place).is_some() || self.tree.is_folder(&place) => place,
                Ok(place) => {
                    to.fail("find", &Fault::Missing(place).sentence());
                    continue;
                }
                Err(fault) => {
                    to.fail("find", &fault.sentence());
                    continue;
                }
            };
            let mut all: Vec<(String, Option<usize>)> = Vec::new();
            match self.tree.get(&place) {
                Some(content) => all.push((place.clone(), Some(content.bytes().len()))),
                None => {
                    all.push((place.clone(), None));
                    all.extend(self.tree.folders_below(&place).into_iter().map(|folder| (folder, None)));
                    let files = self.tree.below(&place);
                    all.extend(files.map(|(path, content)| (path.to_owned(), Some(content.bytes().len()))));
                    all.sort();
                }
            }
            for (path, bytes) in all {
                let inner = path.get(place.len()..).unwrap_or("").trim_start_matches('/');
                let depth = if inner.is_empty() { 0 } else { inner.split('/').count() };
                let shown = if inner.is_empty() {
                    start.clone()
                } else {
                    [start.trim_end_matches('/'), "/", inner].concat()
                };
                let name = shown.rsplit('/').next().unwrap_or(&shown);
                let holds = |test: &Test| match test {
                    Test::Name(pattern, false) => wildcard(pattern, name),
                    Test::Name(pattern, true) => wildcard(pattern, &name.to_lowercase()),
                    Test::Path(pattern) => wildcard(pattern, &shown),
                    Test::Folder(folder) => bytes.is_none() == *folder,
                    Test::Empty => match bytes {
                        Some(bytes) => bytes == 0,
                        None => self.tree.list(&path).is_ok_and(|items| items.is_empty()),
                    },
                };
                let fits = ways.iter().any(|way| way.iter().all(|(negated, test)| holds(test) != *negated));
                if (least..=most).contains(&depth) && fits {
                    to.line(&shown);
                }
            }
        }
        Ok(())
    }

    fn mkdir(&mut self, args: &[String], to: &mut Written) -> Done {
        let args = Args::read(args, "pv", &[("parents", 'p')])?;
        for path in &args.rest {
            let made = self.place(path).and_then(|place| {
                if !args.has('p') {
                    self.folder_above(&place)?;
                    if self.tree.is_folder(&place) {
                        return Err(Fault::IsFolder(place));
                    }
                }
                self.tree.make_folder(&place)
            });
            if let Err(fault) = made {
                to.fail("mkdir", &fault.sentence());
            }
        }
        Ok(())
    }

    fn rm(&mut self, args: &[String], to: &mut Written) -> Done {
        let args = Args::read(args, "rRfdv", &[("recursive", 'r'), ("force", 'f')])?;
        for path in &args.rest {
            let removed = self.place(path).and_then(|place| {
                if self.tree.is_folder(&place) && (args.has('r') || args.has('R')) {
                    if place.is_empty() { Err(Fault::BadPath) } else { self.tree.remove_folder(&place) }
                } else {
                    self.tree.remove(&place)
                }
            });
            match removed {
                Err(Fault::Missing(_)) if args.has('f') => {}
                Err(fault) => to.fail("rm", &fault.sentence()),
                Ok(()) => {}
            }
        }
        Ok(())
    }

    /// `mv` and `cp`.
    fn copy(&mut self, name: &str, args: &[String], to: &mut Written) -> Done {
        let args = Args::read(args, "rRafvp", &[("recursive", 'r')])?;
        let Some((target, sources)) = args.rest.split_last().filter(|(_, sources)| !sources.is_empty())
        else {
            return Err("it wants a source and a target".into());
        };
        let folders_too = name == "mv" || args.has('r') || args.has('R') || args.has('a');
        for source in sources {
            if let Err(fault) = self.copy_one(source, target, sources.len() > 1, name == "mv", folders_too) {
                to.fail(name, &fault.sentence());
            }
        }
        Ok(())
    }

    fn copy_one(
        &mut self,
        source: &str,
        target: &str,
        many: bool,
        moves: bool,
        folders_too: bool,
    ) -> Result<(), Fault> {
        let from = self.place(source)?;
        let mut into = self.place(target)?;
        if self.tree.is_folder(&into) {
            let name = from.rsplit('/').next().unwrap_or("");
            into = if into.is_empty() { name.to_owned() } else { [&into, "/", name].concat() };
        } else if many {
            return Err(Fault::Missing(into));
        }
        self.folder_above(&into)?;
        if from == into || into.starts_with(&[&from, "/"].concat()) {
            return Err(Fault::BadPath);
        }
        if self.tree.is_folder(&from) {
            if !folders_too || from.is_empty() {
                return Err(Fault::IsFolder(from));
            }
            self.tree.make_folder(&into)?;
            let place = |path: &str| [&into, path.get(from.len()..).unwrap_or("")].concat();
            for folder in self.tree.folders_below(&from) {
                self.tree.make_folder(&place(&folder))?;
            }
            let files: Vec<(String, Content)> =
                self.tree.below(&from).map(|(path, content)| (place(path), content.clone())).collect();
            for (path, content) in files {
                self.tree.write(&path, content)?;
            }
            return if moves { self.tree.remove_folder(&from) } else { Ok(()) };
        }
        let content = self.tree.file(&from)?.clone();
        self.tree.write(&into, content)?;
        if moves { self.tree.remove(&from) } else { Ok(()) }
    }

    fn touch(&mut self, args: &[String], to: &mut Written) -> Done {
        let args = Args::read(args, "am", &[])?;
        for path in &args.rest {
            let touched = self.place(path).and_then(|place| {
                if self.tree.get(&place).is_some() || self.tree.is_folder(&place) {
                    return Ok(());
                }
                self.folder_above(&place)?;
                self.tree.write(&place, String::new())
            });
            if let Err(fault) = touched {
                to.fail("touch", &fault.sentence());
            }
        }
        Ok(())
    }

    fn sort(&self, args: &[String], input: &str, to: &mut Written) -> Done {
        let args = Args::read(args, "rnuf", &[("reverse", 'r'), ("unique", 'u')])?;
        let texts = self.texts("sort", &args.rest, input, to);
        let mut lines: Vec<&str> = texts.iter().flat_map(|(_, text)| text.lines()).collect();
        let number = |line: &str| {
            let line = line.trim_start();
            let end =
                line.find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '.'))).unwrap_or(line.len());
            line.get(..end).and_then(|digits| digits.parse::<f64>().ok()).unwrap_or(0.0)
        };
        if args.has('f') {
            lines.sort_by_key(|line| line.to_lowercase());
        } else {
            lines.sort_unstable();
        }
        if args.has('n') {
            lines.sort_by(|a, b| number(a).total_cmp(&number(b)));
        }
        if args.has('u') {
            lines.dedup();
        }
        if args.has('r') {
            lines.reverse();
        }
        lines.iter().for_each(|line| to.line(line));
        Ok(())
    }

    fn uniq(&self, args: &[String], input: &str, to: &mut Written) -> Done {
        let args = Args::read(args, "cdui", &[("count", 'c')])?;
        let files = args.rest.get(..1).unwrap_or(&[]);
        let texts = self.texts("uniq", files, input, to);
        let mut runs: Vec<(usize, &str)> = Vec::new();
        for line in texts.iter().flat_map(|(_, text)| text.lines()) {
            let same =
                |last: &str| last == line || args.has('i') && last.to_lowercase() == line.to_lowercase();
            match runs.last_mut() {
                Some((count, last)) if same(last) => *count += 1,
                _ => runs.push((1, line)),
            }
        }
        let wanted = |count: usize| (!args.has('d') || count > 1) && (!args.has('u') || count == 1);
        for (count, line) in runs.into_iter().filter(|(count, _)| wanted(*count)) {
            if args.has('c') {
                to.line(&format!("{count:>7} {line}"));
            } else {
                to.line(line);
            }
        }
        Ok(())
    }

    fn cd(&mut self, args: &[String]) -> Done {
        let place = self
            .place(args.first().map_or("/workspace", String::as_str))
            .map_err(|fault| fault.sentence())?;
        if !self.tree.is_folder(&place) {
            let fault = if self.tree.get(&place).is_some() { Fault::IsFile } else { Fault::Missing };
            return Err(fault(place).sentence());
        }
        self.folder = place;
        Ok(())
    }
}

/// A condition of `find`.
enum Test {
    /// A pattern for the name, and whether case does not count.
    Name(String, bool),
    Path(String),
    Folder(bool),
    Empty,
}

fn echo(args: &[String], to: &mut Written) -> Done {
    let mut args = args;
    let (mut end, mut escapes) = ("\n", false);
    while let Some((first, rest)) = args.split_first() {
        match first.as_str() {
            "-n" => end = "",
            "-e" => escapes = true,
            "-ne" | "-en" => (end, escapes) = ("", true),
            _ => break,
        }
        args = rest;
    }
    let mut text = args.join(" ");
    if escapes {
        text = text.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\");
    }
    to.out.push_str(&text);
    to.out.push_str(end);
    Ok(())
}
