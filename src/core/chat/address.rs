//! Addresses as people type and paste them.

/// What is wrong with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressFault {
    /// There is none.
    Empty,
    /// It begins with something else than `http://` or `https://`.
    Scheme,
    /// It holds a name or a password before an `@`.
    Credentials,
    /// It goes on after a `?` or `#`.
    Query,
    /// Its host cannot be one.
    Host,
    /// Its port cannot be one.
    Port,
    /// The weights would come over plain http from another machine.
    Insecure,
}

impl AddressFault {
    /// What is wrong and what to do, as one sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Empty => "Enter an address, such as http://localhost:11434/v1.",
            Self::Scheme => "The address has to begin with http:// or https://.",
            Self::Credentials => "Leave out the part before “@”; a key goes into its own field.",
            Self::Query => "Leave out the part from “?” or “#” on; a key goes into its own field.",
            Self::Host => "The host in the address is not one; check its spelling.",
            Self::Port => "The port in the address has to be a number from 1 to 65535.",
            Self::Insecure => "A model file has to come over https, or from this machine.",
        }
    }
}

/// Paths below a base URL that people paste along with it.
const OPERATIONS: [&str; 5] = ["/chat/completions", "/completions", "/responses", "/models", "/messages"];

/// The base URL in what was typed or pasted.
///
/// A scheme is added where there is none, `/v1` where there is no path, and a pasted path to
/// an operation (`/chat/completions`, `/messages`) and slashes at the end are taken off. The
/// address `0.0.0.0`, which servers print and browsers refuse, becomes `localhost`.
pub fn base_url(typed: &str) -> Result<String, AddressFault> {
    let (scheme, host, rest) = parts(typed)?;
    if rest.contains(['?', '#']) {
        return Err(AddressFault::Query);
    }
    let mut path = rest.trim_end_matches('/');
    while let Some(shorter) = OPERATIONS.iter().find_map(|operation| path.strip_suffix(operation)) {
        path = shorter.trim_end_matches('/');
    }
    let path = if path.is_empty() { "/v1" } else { path };
    Ok(format!("{scheme}://{host}{path}"))
}

/// The address of a weights file in what was typed or pasted; a query is kept, because
/// storage services sign with it.
pub fn weights_url(typed: &str) -> Result<String, AddressFault> {
    let (scheme, host, rest) = parts(typed)?;
    if scheme == "http" && !is_loopback(&host) {
        return Err(AddressFault::Insecure);
    }
    Ok(format!("{scheme}://{host}{rest}"))
}

/// The address of a server of tools in what was typed or pasted; a query is kept, because some
/// tell users apart by it.
pub fn server_url(typed: &str) -> Result<String, AddressFault> {
    let (scheme, host, rest) = parts(typed)?;
    let rest = rest.split('#').next().unwrap_or(rest);
    Ok(format!("{scheme}://{host}{rest}"))
}

/// Scheme, host with port, and the rest from the first `/`, `?` or `#` on.
fn parts(typed: &str) -> Result<(&'static str, String, &str), AddressFault> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(AddressFault::Empty);
    }
    let (scheme, after) = match typed.split_once("://") {
        Some((scheme, after)) if scheme.eq_ignore_ascii_case("http") => (Some("http"), after),
        Some((scheme, after)) if scheme.eq_ignore_ascii_case("https") => (Some("https"), after),
        Some(_) => return Err(AddressFault::Scheme),
        None => (None, typed),
    };
    let end = after.find(['/', '?', '#']).unwrap_or(after.len());
    let (authority, rest) = after.split_at(end);
    if authority.contains('@') {
        return Err(AddressFault::Credentials);
    }
    // A `]` ends an IPv6 address; the colons inside are not the port's.
    let port_at = authority.rfind(']').map_or(0, |bracket| bracket + 1);
    let (host, port) = match authority.get(port_at..).and_then(|tail| tail.find(':')) {
        Some(colon) => {
            let (host, port) = authority.split_at(port_at + colon);
            let port: u16 = port.trim_start_matches(':').parse().map_err(|_| AddressFault::Port)?;
            (host, Some(port).filter(|port| *port > 0).ok_or(AddressFault::Port)?.into())
        }
        None => (authority, None),
    };
    let host = if host == "0.0.0.0" { "localhost".into() } else { host.to_lowercase() };
    let address_v6 = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let valid = match address_v6 {
        Some(inner) => inner.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            host.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_'))
                && host.split('.').all(|label| !label.is_empty())
        }
    };
    if !valid || rest.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err(AddressFault::Host);
    }
    let near = is_loopback(&host) || address_v6.is_some() || host.parse::<std::net::Ipv4Addr>().is_ok();
    let scheme = scheme.unwrap_or(if near || host.ends_with(".local") { "http" } else { "https" });
    let host = match port {
        Some(port) if !is_default_port(scheme, port) => format!("{host}:{port}"),
        _ => host,
    };
    Ok((scheme, host, rest))
}

fn is_default_port(scheme: &str, port: u16) -> bool {
    matches!((scheme, port), ("http", 80) | ("https", 443))
}

/// The key in what was typed or pasted, `Bearer` and white space around it left out; `None`
/// where there is none.
///
/// # Errors
/// A sentence, where the text cannot stand in a header. It does not show the text.
pub fn key(typed: &str) -> Result<Option<String>, &'static str> {
    let typed = typed.trim();
    let key = typed.strip_prefix("Bearer ").unwrap_or(typed).trim();
    if !key.chars().all(|c| c.is_ascii_graphic()) {
        return Err("The key has characters that no key can have; copy it again.");
    }
    Ok((!key.is_empty()).then(|| key.to_owned()))
}

/// Host and port of an absolute URL; the text itself where there is none.
pub fn host_of(url: &str) -> &str {
    let after = url.split_once("://").map_or(url, |(_, after)| after);
    after.split(['/', '?', '#']).next().unwrap_or(after)
}

/// Whether a host, with or without a port, is this machine. Browsers let an https page call
/// such a host over plain http (W3C Secure Contexts, “potentially trustworthy”, read 2026-11).
pub fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(""),
        None => host.split(':').next().unwrap_or(""),
    };
    name == "localhost"
        || name.ends_with(".localhost")
        || name == "::1"
        || name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

/// The permission that Chrome asks the person for before a page from elsewhere may reach
/// `host`, with or without a port; `None` where it asks for none (Chrome 145, “Local Network
/// Access”, read 2026-11).
pub fn permission_for(host: &str) -> Option<&'static str> {
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(""),
        None => host.split(':').next().unwrap_or(""),
    };
    let near = match name.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(address)) => address.is_private() || address.is_link_local(),
        Ok(std::net::IpAddr::V6(address)) => address.is_unique_local() || address.is_unicast_link_local(),
        Err(_) => name.ends_with(".local") || !name.contains('.'),
    };
    if is_loopback(host) {
        Some("loopback-network")
    } else if near {
        Some("local-network")
    } else {
        None
    }
}

/// Whether a browser refuses `url` to a page that came over https.
pub fn is_mixed_content(page_is_https: bool, url: &str) -> bool {
    page_is_https && url.starts_with("http://") && !is_loopback(host_of(url))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_base_url_from_what_people_paste() {
        for (typed, expected) in [
            ("http://localhost:11434", "http://localhost:11434/v1"),
            (" http://localhost:11434/ ", "http://localhost:11434/v1"),
            ("http://localhost:11434/v1", "http://localhost:11434/v1"),
            ("http://localhost:11434/v1///", "http://localhost:11434/v1"),
            ("http://localhost:11434/v1/chat/completions", "http://localhost:11434/v1"),
            ("http://localhost:11434/v1/chat/completions/", "http://localhost:11434/v1"),
            ("https://api.openai.com/v1/models", "https://api.openai.com/v1"),
            ("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1"),
            ("localhost:1234", "http://localhost:1234/v1"),
            ("192.168.1.7:8000", "http://192.168.1.7:8000/v1"),
            ("box.local:8000", "http://box.local:8000/v1"),
            ("api.example.com", "https://api.example.com/v1"),
            ("HTTPS://API.Example.COM:443/V1", "https://api.example.com/V1"),
            ("http://0.0.0.0:8000/v1", "http://localhost:8000/v1"),
            ("[::1]:8080", "http://[::1]:8080/v1"),
            ("https://bücher.example", "https://bücher.example/v1"),
        ] {
            assert_eq!(base_url(typed).as_deref(), Ok(expected), "{typed}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_one_says_why() {
        for (typed, fault) in [
            ("  ", AddressFault::Empty),
            ("ftp://host", AddressFault::Scheme),
            ("javascript://host", AddressFault::Scheme),
            ("https://user:secret@host/v1", AddressFault::Credentials),
            ("https://host/v1?key=secret", AddressFault::Query),
            ("https://host#x", AddressFault::Query),
            ("https://", AddressFault::Host),
            ("https://a..b/v1", AddressFault::Host),
            ("https://a b/v1", AddressFault::Host),
            ("https://host/v 1", AddressFault::Host),
            ("http://[::zz]:80", AddressFault::Host),
            ("http://host:0", AddressFault::Port),
            ("http://host:99999", AddressFault::Port),
            ("http://host:port", AddressFault::Port),
        ] {
            assert_eq!(base_url(typed), Err(fault), "{typed}");
            assert!(fault.sentence().ends_with('.'));
        }
        assert_eq!(weights_url("https://host/m.gguf?sig=1").as_deref(), Ok("https://host/m.gguf?sig=1"));
        assert_eq!(weights_url("http://127.0.0.1:9/m.gguf").as_deref(), Ok("http://127.0.0.1:9/m.gguf"));
        assert_eq!(weights_url("http://host/m.gguf"), Err(AddressFault::Insecure));
    }

    #[test]
    fn keys_are_trimmed_and_checked() {
        assert_eq!(key(" \n"), Ok(None));
        assert_eq!(key(" sk-1\n"), Ok(Some("sk-1".into())));
        assert_eq!(key("Bearer sk-1"), Ok(Some("sk-1".into())));
        for typed in ["a b", "a\nb", "ké"] {
            assert!(!key(typed).unwrap_err().contains(typed));
        }
    }

    #[test]
    fn this_machine_and_mixed_content() {
        for host in
            ["localhost", "localhost:1", "a.localhost", "127.0.0.1:8080", "127.9.9.9", "[::1]:1", "[::1]"]
        {
            assert!(is_loopback(host), "{host}");
            assert!(!is_mixed_content(true, &format!("http://{host}/v1")));
        }
        for host in ["localhost.example", "128.0.0.1", "127.0.0.1.example", "[::2]", "notlocalhost", ""] {
            assert!(!is_loopback(host), "{host}");
        }
        assert!(is_mixed_content(true, "http://llm.lan/v1"));
        assert!(!is_mixed_content(false, "http://llm.lan/v1"));
        assert!(!is_mixed_content(true, "https://llm.lan/v1"));
    }

    #[test]
    fn near_servers_need_a_permission() {
        for (host, permission) in [
            ("localhost:11434", Some("loopback-network")),
            ("[::1]:1", Some("loopback-network")),
            ("192.168.1.7:8000", Some("local-network")),
            ("10.0.0.1", Some("local-network")),
            ("[fd00::1]:80", Some("local-network")),
            ("box.local:8000", Some("local-network")),
            ("box", Some("local-network")),
            ("8.8.8.8", None),
            ("api.example.com", None),
            ("[2001:db8::1]", None),
        ] {
            assert_eq!(permission_for(host), permission, "{host}");
        }
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(
            text in "(https?://|HTTP://|localhost|a\\.b|127\\.0\\.0\\.1|\\[::1\\]|0\\.0\\.0\\.0|:|80|443|9|/|/v1|/chat/completions|/models|/messages|\\?|#|@|é| ){0,8}",
            any in "\\PC{0,24}",
        ) {
            for typed in [text, any] {
                if let Ok(url) = base_url(&typed) {
                    prop_assert_eq!(base_url(&url), Ok(url.clone()), "{}", typed);
                    prop_assert!(!url.ends_with('/'), "{}", url);
                    let host = host_of(&url);
                    prop_assert!(!host.is_empty() && !host.contains('@'), "{}", url);
                }
                if let Ok(url) = weights_url(&typed) {
                    prop_assert_eq!(weights_url(&url), Ok(url.clone()), "{}", typed);
                }
            }
        }
    }
}
