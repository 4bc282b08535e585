//! What a person set about the checks, as text that is kept between visits.

use crate::core::analysis::Config;
use crate::core::catalog::Version;
use crate::core::diagnostic::Severity;

/// The first line of the text. Another one is of a later version and is not read.
const HEAD: &str = "checks 1";

/// The severity of this word; `None` for `off` and for words that are none.
pub fn severity(word: &str) -> Option<Severity> {
    [Severity::Error, Severity::Warning, Severity::Info].into_iter().find(|it| it.as_str() == word)
}

/// What is set in `config`: host, version and levels, a line each.
pub fn write(config: &Config) -> String {
    let mut text = String::from(HEAD);
    let mut line = |key: &str, value: &str| {
        for part in ["\n", key, " ", value] {
            text.push_str(part);
        }
    };
    if let Some(host) = config.hosts.first() {
        line("host", host.name);
    }
    if let Some(version) = config.as_of {
        line("as-of", &version.text());
    }
    for (code, level) in &config.levels {
        line(code, level.map_or("off", Severity::as_str));
    }
    text
}

/// `config` with what `text` sets. Lines that name no host or rule of `config` are passed over:
/// a text of another build sets what it can.
pub fn read(text: &str, mut config: Config) -> Config {
    let mut lines = text.lines();
    if lines.next() != Some(HEAD) {
        return config;
    }
    for line in lines {
        let Some((key, value)) = line.split_once(' ') else { continue };
        match key {
            "host" => {
                if let Some(host) = config.others.iter().copied().find(|host| host.name == value) {
                    config.hosts = vec![host];
                }
            }
            "as-of" => config.as_of = Version::parse(value),
            code => {
                let level = severity(value);
                if let Some(rule) = config.rules.iter().find(|rule| rule.code == code)
                    && (level.is_some() || value == "off")
                {
                    config.levels.push((rule.code, level));
                }
            }
        }
    }
    config
}

/// Sets what findings of the rule `code` count as: `error`, `warning`, `info`, `off`, or `""`
/// for its own severity.
pub fn set_level(config: &mut Config, code: &'static str, word: &str) {
    config.levels.retain(|(set, _)| *set != code);
    if !word.is_empty() {
        config.levels.push((code, severity(word)));
    }
}

/// The word for what findings of the rule `code` were set to count as; `""` where nothing is set.
pub fn level(config: &Config, code: &str) -> &'static str {
    let set = config.levels.iter().find(|(set, _)| *set == code);
    set.map_or("", |(_, level)| level.map_or("off", Severity::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::hosts;

    fn all() -> Config {
        Config { others: hosts::ALL, ..Config::default() }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut config = all();
        config.hosts = vec![hosts::host("opencode").expect("a host")];
        config.as_of = Version::parse("2.1.0");
        set_level(&mut config, "unknown-tool", "error");
        set_level(&mut config, "short-description", "off");
        let text = write(&config);
        let again = read(&text, all());
        assert_eq!(write(&again), text);
        assert_eq!(level(&again, "unknown-tool"), "error");
        assert_eq!(level(&again, "short-description"), "off");
        assert_eq!(level(&again, "secret"), "");
    }

    #[test]
    fn what_is_not_known_is_passed_over() {
        let config = read("checks 1\nhost nobody\nno-such-rule off\nsecret loud\nas-of x\nrest", all());
        assert_eq!(write(&config), write(&all()));
        assert_eq!(write(&read("checks 9\nsecret off", all())), write(&all()));
    }

    #[test]
    fn a_level_is_taken_back() {
        let mut config = all();
        set_level(&mut config, "secret", "info");
        set_level(&mut config, "secret", "");
        assert_eq!(config.levels, []);
    }
}
