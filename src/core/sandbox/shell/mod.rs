//! A small, honest shell over the workspace.
//!
//! It knows pipes, `&&`, `||`, `;`, redirections, here-documents, quotes and globs, and the
//! commands in [`COMMANDS`] with their common options. It has no variables, loops, subshells
//! or jobs, and it runs no programs; what it does not know it says, and exits with 127 or 2.

mod commands;
mod edit;
mod parse;

use parse::{Command, Pipeline, Redirect, When, Word};

use super::pattern::glob;
use super::tree::{Content, Fault, ROOT, Tree, absolute, resolve};

/// The commands that are known.
pub const COMMANDS: [&str; 22] = [
    "ls", "cat", "head", "tail", "wc", "grep", "find", "echo", "mkdir", "rm", "mv", "cp", "touch", "sort",
    "uniq", "sed", "cut", "tr", "cd", "pwd", "true", "false",
];

/// Those that only read, and may so be run unasked.
const READERS: [&str; 16] = [
    "ls", "cat", "head", "tail", "wc", "grep", "find", "echo", "sort", "uniq", "sed", "cut", "tr", "cd",
    "pwd", "true",
];

/// The longest output of one command, in bytes.
const MAX_OUTPUT: usize = 1024 * 1024;

/// How much searching one command line may do; some seconds at most.
const FUEL: u64 = 100_000_000;

/// What a command line gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Output {
    /// What it wrote, its errors among it.
    pub text: String,
    /// The exit status of its last command.
    pub code: u8,
}

/// How far a command line reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It changes nothing.
    Reads,
    /// It changes files of the workspace.
    Writes,
    /// It names something that is not known here.
    Unknown,
}

/// How far `line` reaches, without running it.
pub fn reach(line: &str) -> Reach {
    let Ok(pipelines) = parse::parse(line) else { return Reach::Unknown };
    let mut reach = Reach::Reads;
    for command in pipelines.iter().flat_map(|pipeline| &pipeline.commands) {
        let name = command.words.first().map(Word::text).unwrap_or_default();
        if !COMMANDS.contains(&name.as_str()) && !name.is_empty() {
            return Reach::Unknown;
        }
        let redirected = command.redirects.iter().any(|redirect| match redirect {
            Redirect::Output { to, .. } | Redirect::Errors { to, .. } => to.text() != NULL,
            _ => false,
        });
        let deletes = name == "find" && command.words.iter().any(|word| word.text() == "-delete");
        if redirected || deletes || !name.is_empty() && !READERS.contains(&name.as_str()) && name != "false" {
            reach = Reach::Writes;
        }
    }
    reach
}

/// The names of the commands in `line`; `None` where it cannot be read.
pub fn names(line: &str) -> Option<Vec<String>> {
    let pipelines = parse::parse(line).ok()?;
    let commands = pipelines.iter().flat_map(|pipeline| &pipeline.commands);
    Some(commands.filter_map(|command| command.words.first()).map(Word::text).collect())
}

/// Runs `line` on `tree`, beginning in the workspace itself.
pub fn run(tree: &mut Tree, line: &str) -> Output {
    let pipelines = match parse::parse(line) {
        Ok(pipelines) => pipelines,
        Err(fault) => return Output { text: ["sh: ", &fault.sentence()].concat(), code: 2 },
    };
    let mut shell = Shell { tree, folder: String::new(), fuel: FUEL };
    let mut output = Output::default();
    for Pipeline { when, commands } in pipelines {
        let wanted = match when {
            When::Always => true,
            When::Success => output.code == 0,
            When::Failure => output.code != 0,
        };
        if wanted {
            output.code = shell.pipeline(&commands, &mut output.text);
        }
    }
    output
}

/// Where nothing is kept.
const NULL: &str = "/dev/null";

struct Shell<'a> {
    tree: &'a mut Tree,
    /// The folder that relative paths begin at.
    folder: String,
    fuel: u64,
}

/// What one command wrote.
#[derive(Default)]
struct Written {
    out: String,
    errors: String,
    code: u8,
}

impl Written {
    fn fail(&mut self, name: &str, message: &str) {
        self.errors.push_str(&[name, ": ", message, "\n"].concat());
        self.code = self.code.max(1);
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }
}

impl Shell<'_> {
    fn pipeline(&mut self, commands: &[Command], text: &mut String) -> u8 {
        let mut input = String::new();
        let mut code = 0;
        for command in commands {
            let mut written = self.command(command, std::mem::take(&mut input));
            if written.out.len() > MAX_OUTPUT {
                written.out.truncate(crate::core::text::floor_boundary(&written.out, MAX_OUTPUT));
                written.errors.push_str("sh: the output was cut at 1 MiB\n");
            }
            text.push_str(&written.errors);
            (input, code) = (written.out, written.code);
        }
        text.push_str(&input);
        code
    }

    fn command(&mut self, command: &Command, mut input: String) -> Written {
        let fault = |message: &str| {
            let mut written = Written::default();
            written.fail("sh", message);
            written
        };
        for redirect in &command.redirects {
            match redirect {
                Redirect::Here(text) => input.clone_from(text),
                Redirect::Input(word) if word.text() == NULL => input.clear(),
                Redirect::Input(word) => match self.read(&word.text()) {
                    Ok(text) => input = text,
                    Err(fault_) => return fault(&fault_.sentence()),
                },
                _ => {}
            }
        }
        let words: Vec<Word> = command.words.iter().flat_map(parse::unfold).collect();
        let mut args: Vec<String> = Vec::new();
        for word in &words {
            self.expand(word, &mut args);
        }
        let mut written = match args.split_first() {
            Some((name, args)) => self.run(name, args, &input),
            None => Written::default(),
        };
        for redirect in &command.redirects {
            let (kept, to, append) = match redirect {
                Redirect::ErrorsToOutput => {
                    let errors = std::mem::take(&mut written.errors);
                    written.out.push_str(&errors);
                    continue;
                }
                Redirect::OutputToErrors => {
                    let out = std::mem::take(&mut written.out);
                    written.errors.push_str(&out);
                    continue;
                }
                Redirect::Output { to, append } => (&mut written.out, to.text(), *append),
                Redirect::Errors { to, append } => (&mut written.errors, to.text(), *append),
                Redirect::Input(_) | Redirect::Here(_) => continue,
            };
            // `> file 2>&1` sends both to the file.
            let mut kept = std::mem::take(kept);
            let both = command.redirects.contains(&Redirect::ErrorsToOutput);
            if both && matches!(redirect, Redirect::Output { .. }) {
                kept.push_str(&std::mem::take(&mut written.errors));
            }
            if to != NULL
                && let Err(fault) = self.write(&to, &kept, append)
            {
                written.fail("sh", &fault.sentence());
            }
        }
        written
    }

    /// Adds what `word` stands for: the paths that its pattern matches, or itself.
    fn expand(&self, word: &Word, args: &mut Vec<String>) {
        let text = word.text();
        if !word.is_pattern() {
            args.push(text);
            return;
        }
        let pattern = word.pattern();
        let is_absolute = pattern.starts_with(ROOT);
        let inner = if is_absolute { pattern.get(ROOT.len()..).unwrap_or("") } else { &pattern };
        let inner = inner.trim_start_matches('/').trim_start_matches("./").trim_end_matches('/');
        let start =
            if is_absolute || self.folder.is_empty() { String::new() } else { [&self.folder, "/"].concat() };
        let hidden = |path: &str| {
            let parts = inner.split('/').zip(path.split('/'));
            parts.into_iter().any(|(pattern, name)| name.starts_with('.') && !pattern.starts_with('.'))
        };
        let folders = self.tree.folders_below("");
        let all = self.tree.paths().chain(folders.iter().map(String::as_str));
        let mut found: Vec<String> = all
            .filter_map(|path| path.strip_prefix(&start))
            .filter(|path| glob(inner, path) && !hidden(path))
            .map(|path| if is_absolute { absolute(path) } else { path.to_owned() })
            .collect();
        found.sort_unstable();
        if found.is_empty() {
            args.push(text);
        } else {
            args.extend(found);
        }
    }

    fn place(&self, path: &str) -> Result<String, Fault> {
        resolve(&self.folder, path)
    }

    fn read(&self, path: &str) -> Result<String, Fault> {
        let place = self.place(path)?;
        Ok(String::from_utf8_lossy(self.tree.file(&place)?.bytes()).into_owned())
    }

    fn write(&mut self, path: &str, text: &str, append: bool) -> Result<(), Fault> {
        let place = self.place(path)?;
        self.folder_above(&place)?;
        let mut all = String::new();
        if append && self.tree.get(&place).is_some() {
            all = self.read(path)?;
        }
        all.push_str(text);
        self.tree.write(&place, Content::from(all))
    }

    /// The folder of `place` has to be there: a shell makes none.
    fn folder_above(&self, place: &str) -> Result<(), Fault> {
        match place.rsplit_once('/') {
            Some((folder, _)) if !self.tree.is_folder(folder) => Err(Fault::Missing(folder.to_owned())),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tree() -> Tree {
        let files = [
            ("README.md", "# Title\n\nSome text.\n"),
            ("src/main.rs", "fn main() {\n    todo();\n}\n"),
            ("src/lib.rs", "pub fn todo() {}\n// TODO: more\n"),
            ("src/deep/x.txt", "b\na\nb\nc\n"),
            (".hidden", "secret\n"),
        ];
        Tree::load(files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))).0
    }

    #[test]
    fn a_session() {
        let mut tree = tree();
        for (line, expected, code) in [
            ("ls", "README.md\nsrc\n", 0),
            ("ls -a", ".hidden\nREADME.md\nsrc\n", 0),
            ("ls src/*.rs README.md", "README.md\nsrc/lib.rs\nsrc/main.rs\n", 0),
            ("ls -F src", "deep/\nlib.rs\nmain.rs\n", 0),
            ("ls -R src/deep nothing", "ls: There is no /workspace/nothing.\nsrc/deep:\nx.txt\n", 1),
            ("pwd; cd src && pwd", "/workspace\n/workspace/src\n", 0),
            ("pwd", "/workspace\n", 0),
            ("cd src && ls *.rs | head -1", "lib.rs\n", 0),
            ("cat -n src/main.rs | tail -n 2", "     2\t    todo();\n     3\t}\n", 0),
            (
                "head -n1 src/lib.rs README.md",
                "==> src/lib.rs <==\npub fn todo() {}\n\n==> README.md <==\n# Title\n",
                0,
            ),
            ("tail -n +2 src/deep/x.txt", "a\nb\nc\n", 0),
            ("head -c 3 README.md", "# T", 0),
            ("wc -l src/*.rs", "       3 src/lib.rs\n", 9),
            ("cat src/deep/x.txt | wc -l", "4\n", 0),
            ("wc README.md", "3 4 20 README.md\n", 0),
            ("sort -u src/deep/x.txt", "a\nb\nc\n", 0),
            ("sort src/deep/x.txt | uniq -c", "      1 a\n      2 b\n      1 c\n", 0),
            ("sed -n '1,2p' src/main.rs", "fn main() {\n    todo();\n", 0),
            ("sed -n '$p' src/deep/x.txt", "c\n", 0),
            ("sed -n 2,1p src/deep/x.txt", "a\n", 0),
            ("sed -n '/a/,/c/p;1p' src/deep/x.txt", "b\na\nb\nc\n", 0),
            ("sed '/b/d' src/deep/x.txt", "a\nc\n", 0),
            ("sed 's/t/T/' README.md", "# TiTle\n\nSome Text.\n", 0),
            ("sed 's/T/x/I;3s/e/E/g' README.md", "# xitle\n\nSomE xExt.\n", 0),
            ("sed -n 's|src/|&x/|gp' <<E\nsrc/a src/b\nno\nE", "src/x/a src/x/b\n", 0),
            ("echo abc | sed 's/b*/X/g'", "XaXcX\n", 0),
            ("echo aaa | sed 's/^a/b/g'", "baa\n", 0),
            ("echo a/b | sed 's/\\//, /'", "a, b\n", 0),
            ("echo 'a+b' | sed -E -e 's/a\\+|z/[&]/' -e 's/b/\\&/'", "[a+]&\n", 0),
            ("echo 'a:b:c' | cut -d: -f1,3-", "a:c\n", 0),
            ("echo abcdef | cut -c -2,5", "abe\n", 0),
            ("echo none | cut -d, -f2; echo none | cut -s -d, -f2", "none\n", 0),
            ("echo 'Hello World' | tr a-z A-Z | tr -d ' '", "HELLOWORLD\n", 0),
            ("echo 'a  b' | tr -s ' '; echo 'x1y22' | tr -cd '[:digit:]'", "a b\n122", 0),
            ("echo abc | tr abc xy", "xyy\n", 0),
            ("echo 'a b' | tr ' ' '\\n'", "a\nb\n", 0),
            (
                "grep -rn 'todo\\|TODO' src --include=*.rs",
                "src/lib.rs:1:pub fn todo() {}\nsrc/lib.rs:2:// TODO: more\nsrc/main.rs:2:    todo();\n",
                0,
            ),
            ("grep -i todo -c src/lib.rs", "2\n", 0),
            ("grep -l todo src/main.rs src/lib.rs README.md", "src/main.rs\nsrc/lib.rs\n", 0),
            ("grep -oE '[a-z]+\\(' src/main.rs", "main(\ntodo(\n", 0),
            ("grep nothing README.md || echo none", "none\n", 0),
            ("grep -q Title README.md && echo yes", "yes\n", 0),
            ("grep -A1 -n Title README.md", "1:# Title\n2-\n", 0),
            ("find . -name '*.rs' -type f", "./src/lib.rs\n./src/main.rs\n", 0),
            ("find src -maxdepth 1 -type d", "src\nsrc/deep\n", 0),
            ("find src -type d -o -name x.txt", "src\nsrc/deep\nsrc/deep/x.txt\n", 0),
            ("echo 'a b'   c", "a b c\n", 0),
            ("echo -n x; echo y 1>&2", "xy\n", 0),
            ("mkdir -p new/a && touch new/a/f && ls new/a", "f\n", 0),
            ("echo one > new/a/f && echo two >> new/a/f && cat new/a/f", "one\ntwo\n", 0),
            ("cp -r new copy && rm -r new && ls", "README.md\ncopy\nsrc\n", 0),
            ("mv copy/a/f copy/a/g && cat copy/a/g", "one\ntwo\n", 0),
            ("mv copy moved; ls moved", "a\n", 0),
            ("cat nothing 2>/dev/null; echo done", "done\n", 0),
            ("cat nothing > both 2>&1; cat both", "cat: There is no /workspace/nothing.\n", 0),
            ("cat > here.txt <<'EOF'\n$x `y`\nEOF\ncat here.txt", "$x `y`\n", 0),
            ("rm nothing", "rm: There is no /workspace/nothing.\n", 1),
            ("rm -f nothing", "", 0),
            ("rm src", "rm: /workspace/src is a folder.\n", 1),
            ("cat /etc/passwd", "cat: /etc/passwd is outside of the workspace, which is /workspace.\n", 1),
            ("echo x > no/where", "sh: There is no /workspace/no.\n", 1),
            ("false || true", "", 0),
        ] {
            if code == 9 {
                assert!(run(&mut tree, line).text.contains(" total\n"));
                continue;
            }
            let output = run(&mut tree, line);
            assert_eq!((output.text.as_str(), output.code), (expected, code), "{line}");
        }
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        let mut tree = tree();
        let before = tree.clone();
        for (line, code, words) in [
            ("npm test", 127, "npm: not known here. This shell works on the files of the workspace"),
            ("sed -i s/a/b/ README.md", 2, "sed: only p, d and s/…/…/ with g, i and p are known here"),
            ("sed 2q README.md", 2, "to change a file, use Edit"),
            ("sed 's/a/b/2' README.md", 2, "sed: only p, d"),
            ("sed 's/\\(a\\)/\\1/' README.md", 2, "sed: groups are not kept here, so \\1 is not known"),
            ("sed s/a/b README.md", 2, "sed: a pattern or a text has no end"),
            ("cut README.md", 2, "cut: say which fields (-f) or which characters (-c)"),
            ("cut -f 3-1 README.md", 2, "cut: “3-1” is no field or range"),
            ("echo a | tr a", 2, "tr: it takes two sets"),
            ("echo a | tr '[:odd:]' b", 2, "tr: the class [:odd:] is not known here"),
            ("echo a | tr z-a b", 2, "tr: “z-a” has a range"),
            ("echo $HOME", 2, "Variables"),
            ("ls -Z", 2, "ls: the option -Z is not known here"),
            ("grep '(' -E README.md", 2, "grep: a group is not closed"),
            ("find . -exec rm {} +", 2, "find: -exec is not known here"),
            ("ls &", 2, "Background jobs"),
        ] {
            let output = run(&mut tree, line);
            assert_eq!(output.code, code, "{line}: {}", output.text);
            assert!(output.text.contains(words), "{line}: {}", output.text);
        }
        assert_eq!(tree, before);
        assert!(run(&mut tree, "npm").text.contains("uniq"));
    }

    #[test]
    fn how_far_a_line_reaches() {
        for (line, expected) in [
            ("ls -la | grep x 2>/dev/null && cat a", Reach::Reads),
            ("cat a > b", Reach::Writes),
            ("rm -rf src", Reach::Writes),
            ("cat <<E > f\nx\nE", Reach::Writes),
            ("ls; npm i", Reach::Unknown),
            ("echo $(rm x)", Reach::Unknown),
        ] {
            assert_eq!(reach(line), expected, "{line}");
        }
    }

    proptest! {
        #[test]
        fn what_reads_changes_nothing_and_nothing_panics(
            words in proptest::collection::vec(prop::sample::select(vec![
                "ls", "cat", "head", "tail", "wc", "grep", "find", "echo", "mkdir", "rm", "mv", "cp", "touch", "sort",
                "uniq", "sed", "cut", "tr", "s/a*/&x/g", "/a/,$d", "a-z", "-f", "-d", "-s", "cd", "-n", "-r", "-1", "1,2p", "'$p'", "src", "*", "src/*", ".", "..", "/", "x", "-l",
                "|", "&&", "||", ";", ">", ">>", "<", "2>&1", "'", "\"", "é", "-name", "-type", "f", "{a,b}", "<<E",
                "\n", "E", "README.md", "-e", "-maxdepth", "0", "-c", "99999999999999999999", "-A", "--",
            ]), 0..14),
        ) {
            let line = words.join(" ");
            let mut tree = tree();
            let before = tree.clone();
            let reach = reach(&line);
            let output = run(&mut tree, &line);
            if reach == Reach::Reads {
                prop_assert_eq!(&tree, &before, "{}", line);
            }
            prop_assert!(output.text.len() < 100_000);
        }
    }
}
