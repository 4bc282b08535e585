//! A command line → pipelines of words.

/// Why a command line is not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// A quote is open at the end.
    Quote,
    /// Something stands where it cannot.
    Syntax,
    /// `$NAME`, `$(…)` and backticks.
    Expansion,
    /// Anything else of a shell that is not known here.
    Beyond(&'static str),
}

impl Unread {
    /// What is wrong, as one sentence.
    pub fn sentence(self) -> String {
        match self {
            Self::Quote => "A quote is not closed.".into(),
            Self::Syntax => "The command line cannot be read.".into(),
            Self::Expansion => "Variables and $(…) are not known here; write out what they stand for.".into(),
            Self::Beyond(what) => [what, " are not known here."].concat(),
        }
    }
}

/// A character of a word, and whether a quote or a backslash protects it.
type Marked = (char, bool);

/// A word as it was written, with its quotes taken off.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Word(pub Vec<Marked>);

impl Word {
    /// Its text.
    pub fn text(&self) -> String {
        self.0.iter().map(|(c, _)| *c).collect()
    }

    /// Whether it holds a `*`, `?` or `[` that stands for file names.
    pub fn is_pattern(&self) -> bool {
        self.0.iter().any(|(c, quoted)| !quoted && matches!(c, '*' | '?' | '['))
    }

    /// As a pattern: protected characters are escaped, and `**` is `*`, as in `sh`.
    pub fn pattern(&self) -> String {
        let mut out = String::new();
        for (c, quoted) in &self.0 {
            if *quoted && matches!(c, '*' | '?' | '[' | ']' | '\\') {
                out.push('\\');
            } else if *c == '*' && out.ends_with('*') {
                continue;
            }
            out.push(*c);
        }
        out
    }

    fn is_quoted(&self) -> bool {
        self.0.iter().any(|(_, quoted)| *quoted)
    }
}

/// Where something goes or comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redirect {
    /// `< file`
    Input(Word),
    /// `<<END`: the text itself.
    Here(String),
    /// `> file`, `>> file`
    Output { to: Word, append: bool },
    /// `2> file`, `2>> file`
    Errors { to: Word, append: bool },
    /// `2>&1`
    ErrorsToOutput,
    /// `>&2`
    OutputToErrors,
}

/// A command with its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Command {
    /// The name first; may be empty where there are only redirections.
    pub words: Vec<Word>,
    /// In their order.
    pub redirects: Vec<Redirect>,
}

/// When a pipeline is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// In any case.
    Always,
    /// `&&`: the one before succeeded.
    Success,
    /// `||`: the one before failed.
    Failure,
}

/// Commands of which each gets what the one before wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// When it is run.
    pub when: When,
    /// At least one.
    pub commands: Vec<Command>,
}

#[derive(Debug, PartialEq)]
enum Token {
    Word(Word),
    Op(&'static str),
    Here { text: String },
}

/// Operators, the longer ones first.
const OPS: [&str; 17] = [
    "2>&1", "1>&2", "&>>", "2>>", "<<-", "&&", "||", "&>", ">&2", "2>", "1>", ">>", "<<", ">", "<", "|", ";",
];

/// Reads a command line.
pub fn parse(line: &str) -> Result<Vec<Pipeline>, Unread> {
    let mut pipelines: Vec<Pipeline> = Vec::new();
    let mut when = When::Always;
    let mut commands: Vec<Command> = Vec::new();
    let mut command = Command::default();
    let mut tokens = tokens(line)?.into_iter().peekable();
    loop {
        let token = tokens.next();
        let op = match token {
            Some(Token::Word(word)) => {
                command.words.push(word);
                continue;
            }
            Some(Token::Here { text }) => {
                command.redirects.push(Redirect::Here(text));
                continue;
            }
            Some(Token::Op(op)) => Some(op),
            None => None,
        };
        match op {
            Some("2>&1") => command.redirects.push(Redirect::ErrorsToOutput),
            Some(">&2" | "1>&2") => command.redirects.push(Redirect::OutputToErrors),
            Some(op @ (">" | ">>" | "1>" | "2>" | "2>>" | "&>" | "&>>" | "<")) => {
                let Some(Token::Word(to)) = tokens.next() else { return Err(Unread::Syntax) };
                let append = op.ends_with(">>");
                match op {
                    "<" => command.redirects.push(Redirect::Input(to)),
                    "2>" | "2>>" => command.redirects.push(Redirect::Errors { to, append }),
                    _ => command.redirects.push(Redirect::Output { to, append }),
                }
                if op.starts_with('&') {
                    command.redirects.push(Redirect::ErrorsToOutput);
                }
            }
            op => {
                let empty = command.words.is_empty() && command.redirects.is_empty();
                if !empty {
                    commands.push(std::mem::take(&mut command));
                }
                if op == Some("|") {
                    if empty {
                        return Err(Unread::Syntax);
                    }
                    while tokens.next_if_eq(&Token::Op("\n")).is_some() {}
                    continue;
                }
                // Nothing may stand before `;` and at the end, where no `|` or `&&` waits for it.
                let waits = when != When::Always || !commands.is_empty();
                if empty && (waits || matches!(op, Some("&&" | "||"))) {
                    return Err(Unread::Syntax);
                }
                if !commands.is_empty() {
                    pipelines.push(Pipeline { when, commands: std::mem::take(&mut commands) });
                }
                when = match op {
                    Some("&&") => When::Success,
                    Some("||") => When::Failure,
                    _ => When::Always,
                };
                if matches!(op, Some("&&" | "||")) {
                    while tokens.next_if_eq(&Token::Op("\n")).is_some() {}
                }
                if op.is_none() {
                    return Ok(pipelines);
                }
            }
        }
    }
}

fn tokens(line: &str) -> Result<Vec<Token>, Unread> {
    let mut tokens = Vec::new();
    let mut rest = line;
    let mut word: Option<Word> = None;
    // Here-documents begin on the line after the one that names them.
    let mut waiting: Vec<(usize, End, bool)> = Vec::new();
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or("");
        let at_word_start = word.is_none();
        if c == '\\' {
            match after.chars().next() {
                Some('\n') => {}
                Some(next) => word.get_or_insert_default().0.push((next, true)),
                None => return Err(Unread::Syntax),
            }
            rest = after.get(after.chars().next().map_or(0, char::len_utf8)..).unwrap_or("");
            continue;
        }
        if c == '\'' {
            let (inner, after) = after.split_once('\'').ok_or(Unread::Quote)?;
            word.get_or_insert_default().0.extend(inner.chars().map(|c| (c, true)));
            rest = after;
            continue;
        }
        if c == '"' {
            rest = double(after, word.get_or_insert_default())?;
            continue;
        }
        if c == '#' && at_word_start {
            rest = rest.get(rest.find('\n').unwrap_or(rest.len())..).unwrap_or("");
            continue;
        }
        let op = if c == '\n' { Some("\n") } else { OPS.into_iter().find(|op| rest.starts_with(op)) };
        // A digit belongs to the operator only where no word is open.
        let op = op.filter(|op| at_word_start || !op.starts_with(['1', '2']));
        if c.is_whitespace() || op.is_some() {
            tokens.extend(word.take().map(Token::Word));
            let Some(op) = op else {
                rest = after;
                continue;
            };
            rest = rest.get(op.len()..).unwrap_or("");
            match op {
                "<<" | "<<-" => {
                    let (end, after) = here_end(rest)?;
                    waiting.push((tokens.len(), end, op == "<<-"));
                    tokens.push(Token::Here { text: String::new() });
                    rest = after;
                }
                "\n" => {
                    for (at, end, tabs) in waiting.drain(..) {
                        let (text, after) = here_text(rest, &end.word, tabs);
                        let special = |(at, c): (usize, char)| match c {
                            '$' => expands(text.get(at + 1..).unwrap_or("")),
                            c => c == '`',
                        };
                        if !end.quoted && text.char_indices().any(special) {
                            return Err(Unread::Expansion);
                        }
                        rest = after;
                        if let Some(Token::Here { text: place }) = tokens.get_mut(at) {
                            *place = text;
                        }
                    }
                    tokens.push(Token::Op("\n"));
                }
                op => tokens.push(Token::Op(op)),
            }
            continue;
        }
        match c {
            '`' => return Err(Unread::Expansion),
            '$' if expands(after) => return Err(Unread::Expansion),
            '(' | ')' => return Err(Unread::Beyond("Subshells and functions")),
            '&' => return Err(Unread::Beyond("Background jobs")),
            c => word.get_or_insert_default().0.push((c, false)),
        }
        rest = after;
    }
    tokens.extend(word.map(Token::Word));
    Ok(tokens)
}

/// Whether a `$` before `after` stands for something else than itself.
fn expands(after: &str) -> bool {
    after.starts_with(|c: char| c.is_ascii_alphanumeric() || "_{(?@*#!-$".contains(c))
}

/// Reads on to the end of a double quote and gives what comes after it.
fn double<'a>(text: &'a str, word: &mut Word) -> Result<&'a str, Unread> {
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        let after = text.get(at + c.len_utf8()..).unwrap_or("");
        match c {
            '"' => return Ok(after),
            '`' => return Err(Unread::Expansion),
            '$' if expands(after) => return Err(Unread::Expansion),
            '\\' => match chars.next() {
                Some((_, special @ ('"' | '\\' | '$' | '`'))) => word.0.push((special, true)),
                Some((_, '\n')) => {}
                Some((_, other)) => word.0.extend([('\\', true), (other, true)]),
                None => return Err(Unread::Quote),
            },
            c => word.0.push((c, true)),
        }
    }
    Err(Unread::Quote)
}

/// What ends a here-document. Where it is quoted, the text is taken as it is.
struct End {
    word: String,
    quoted: bool,
}

/// The word that ends a here-document, and what follows it on its line.
fn here_end(rest: &str) -> Result<(End, &str), Unread> {
    let rest = rest.trim_start_matches([' ', '\t']);
    let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'));
    let (end, after) = match quote {
        Some(quote) => rest.get(1..).and_then(|rest| rest.split_once(quote)).ok_or(Unread::Quote)?,
        None => {
            rest.split_at(rest.find(|c: char| c.is_whitespace() || "|;&<>".contains(c)).unwrap_or(rest.len()))
        }
    };
    let end = End { word: end.to_owned(), quoted: quote.is_some() };
    if end.word.is_empty() { Err(Unread::Syntax) } else { Ok((end, after)) }
}

/// The text of a here-document up to the line `end`, or to the end, and what follows.
fn here_text<'a>(rest: &'a str, end: &str, tabs: bool) -> (String, &'a str) {
    let mut text = String::new();
    let mut rest = rest;
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        rest = after;
        let line = if tabs { line.trim_start_matches('\t') } else { line };
        if line == end {
            break;
        }
        text.push_str(line);
        text.push('\n');
    }
    (text, rest)
}

/// The words that the braces of `word` stand for; quotes keep them as they are.
pub fn unfold(word: &Word) -> Vec<Word> {
    if word.is_quoted() || !word.0.contains(&('{', false)) {
        return vec![word.clone()];
    }
    let plain = |text: String| Word(text.chars().map(|c| (c, false)).collect());
    super::super::pattern::braces(&word.text()).into_iter().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(line: &str) -> Vec<String> {
        let pipelines = parse(line).unwrap_or_else(|fault| panic!("{line}: {fault:?}"));
        let one = |command: &Command| {
            let words: Vec<String> = command.words.iter().map(|word| format!("<{}>", word.text())).collect();
            format!("{}{}", words.concat(), "!".repeat(command.redirects.len()))
        };
        pipelines
            .iter()
            .map(|it| {
                let commands: Vec<String> = it.commands.iter().map(one).collect();
                format!("{:?} {}", it.when, commands.join(" | "))
            })
            .collect()
    }

    #[test]
    fn words_quotes_and_operators() {
        assert_eq!(shape(r#"echo "a  \"b\" \d" 'c d'e\ f # no"#), [r#"Always <echo><a  "b" \d><c de f>"#]);
        assert_eq!(
            shape("a|b 2>&1&&c||d;e\nf"),
            ["Always <a> | <b>!", "Success <c>", "Failure <d>", "Always <e>", "Always <f>"]
        );
        assert_eq!(shape("a >x 2>/dev/null <y; b2>z"), ["Always <a>!!!", "Always <b2>!"]);
        assert_eq!(shape("a &&\n\n b \\\n c;;"), ["Always <a>", "Success <b><c>"]);
        assert_eq!(shape("a |\n b"), ["Always <a> | <b>"]);
        assert_eq!(shape("grep \"x$\" 'a$b'"), ["Always <grep><x$><a$b>"]);
        assert_eq!(shape("  "), Vec::<String>::new());
    }

    #[test]
    fn here_documents_begin_on_the_next_line() {
        let parsed = parse("cat > f <<'END' && ls\none $x\n\ttwo\nEND\nwc").unwrap();
        assert_eq!(parsed.len(), 3);
        assert_eq!(parsed[0].commands[0].redirects[1], Redirect::Here("one $x\n\ttwo\n".into()));
        let parsed = parse("cat <<-X\n\ta\n\tX").unwrap();
        assert_eq!(parsed[0].commands[0].redirects, [Redirect::Here("a\n".into())]);
    }

    #[test]
    fn what_is_not_known_is_said() {
        for (line, fault) in [
            ("echo $HOME", Unread::Expansion),
            ("echo \"$(ls)\"", Unread::Expansion),
            ("echo `ls`", Unread::Expansion),
            ("cat <<E\n$HOME\nE", Unread::Expansion),
            ("echo 'a", Unread::Quote),
            ("echo \"a", Unread::Quote),
            ("(ls)", Unread::Beyond("Subshells and functions")),
            ("sleep 1 &", Unread::Beyond("Background jobs")),
            ("| a", Unread::Syntax),
            ("a |", Unread::Syntax),
            ("a &&", Unread::Syntax),
            ("&& a", Unread::Syntax),
            ("a > ", Unread::Syntax),
            ("a > | b", Unread::Syntax),
        ] {
            assert_eq!(parse(line), Err(fault), "{line}");
            assert!(fault.sentence().ends_with('.'));
        }
    }

    #[test]
    fn braces_are_written_out() {
        let words = |line: &str| {
            let parsed = parse(line).unwrap();
            parsed[0].commands[0].words.iter().flat_map(unfold).map(|word| word.text()).collect::<Vec<_>>()
        };
        assert_eq!(words("mkdir src/{a,b} '{c,d}'"), ["mkdir", "src/a", "src/b", "{c,d}"]);
    }
}
