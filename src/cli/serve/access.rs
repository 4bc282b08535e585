//! Who asks: a token's owner where tokens are given out, else an address.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::problem::Problem;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Who is at the other end of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// A token that was given out. Only its hash is known.
#[derive(Debug, Clone)]
pub struct Token {
    /// Whose it is.
    pub name: String,
    hash: [u8; 32],
}

impl Token {
    /// A token by the SHA-256 of its text, in hexadecimal.
    ///
    /// # Errors
    /// A sentence, where `hash` is none.
    pub fn new(name: String, hash: &str) -> Result<Self, String> {
        let bad = "`sha256` takes the SHA-256 of the token as 64 hexadecimal digits.";
        let mut bytes = [0; 32];
        if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(bad.into());
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            let digits = hash.get(2 * at..2 * at + 2).ok_or(bad)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| bad)?;
        }
        Ok(Self { name, hash: bytes })
    }
}

/// Addresses that begin alike, as `10.0.0.0/8`; without a length one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    start: u128,
    mask: u128,
}

/// Both kinds of addresses in one: IPv4 as IPv6 maps it.
fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let help = "give an address or a network such as 10.0.0.0/8";
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length.parse::<u32>().map_err(|_| help)?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| help)?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let free = bits - length.unwrap_or(bits).min(bits);
        if length.is_some_and(|length| length > bits) {
            return Err(help.into());
        }
        let mask = u128::MAX.checked_shl(free).unwrap_or(0);
        Ok(Self { start: number(address) & mask, mask })
    }
}

impl Network {
    fn holds(&self, address: IpAddr) -> bool {
        number(address) & self.mask == self.start
    }
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The owner of the token, where tokens are given out.
    pub token: Option<String>,
    /// The address that it comes from, as far as it is known.
    pub address: IpAddr,
}

impl Client {
    /// What limits are counted by. A household has a whole IPv6 network of 64 bits.
    pub fn key(&self) -> String {
        match (&self.token, self.address.to_canonical()) {
            (Some(name), _) => format!("token:{name}"),
            (None, IpAddr::V4(address)) => format!("ip:{address}"),
            (None, IpAddr::V6(address)) => {
                format!("ip:{}/64", Ipv6Addr::from_bits(address.to_bits() >> 64 << 64))
            }
        }
    }
}

/// Who may ask.
#[derive(Debug, Default)]
pub struct Access {
    /// The tokens that were given out; none lets everybody in.
    pub tokens: Vec<Token>,
    /// Proxies in front, which are believed whom they speak for.
    pub proxies: Vec<Network>,
}

impl Access {
    /// Whether a token is needed.
    pub fn wants_token(&self) -> bool {
        !self.tokens.is_empty()
    }

    /// Who asks.
    ///
    /// # Errors
    /// A problem, where a token is needed and there is none that was given out.
    pub fn client(&self, peer: Peer, headers: &HeaderMap) -> Result<Client, Problem> {
        let address = self.address(peer.0, headers);
        if self.tokens.is_empty() {
            return Ok(Client { token: None, address });
        }
        let token = presented(headers)
            .filter(|text| !text.is_empty())
            .and_then(|text| self.owner(text))
            .ok_or_else(|| {
                Problem::new(
                    StatusCode::UNAUTHORIZED,
                    "invalid_token",
                    "This relay wants a token. Whoever runs it gives them out; enter yours as the key.",
                )
            })?;
        Ok(Client { token: Some(token), address })
    }

    /// The owner of a token. Takes the same time for every text of the same length.
    fn owner(&self, text: &str) -> Option<String> {
        let hash: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        let mut found = u32::MAX;
        for (at, token) in (0_u32..).zip(&self.tokens) {
            let same: Choice = token.hash.ct_eq(&hash);
            found.conditional_assign(&at, same);
        }
        self.tokens.get(usize::try_from(found).ok()?).map(|token| token.name.clone())
    }

    /// The last address on the way here that no proxy of ours has.
    fn address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let trusted = |address: IpAddr| self.proxies.iter().any(|proxy| proxy.holds(address));
        let mut address = peer;
        let lines: Vec<&str> =
            headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok()).collect();
        for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            if !trusted(address) {
                break;
            }
            let Ok(before) = hop.trim().parse() else { break };
            address = before;
        }
        address
    }
}

/// The token that a client of either API sends.
fn presented(headers: &HeaderMap) -> Option<&str> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then_some(token.trim());
    }
    headers.get(API_KEY)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(*name, HeaderValue::from_static(value));
        }
        map
    }

    fn hash(text: &str) -> String {
        format!("{:x}", Sha256::digest(text))
    }

    #[test]
    fn networks_hold_their_addresses() {
        let holds = |network: &str, address: &str| {
            network.parse::<Network>().unwrap().holds(address.parse().unwrap())
        };
        assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("10.0.0.0/8", "::ffff:10.1.1.1"));
        assert!(holds("192.0.2.7", "192.0.2.7") && !holds("192.0.2.7", "192.0.2.8"));
        assert!(holds("2001:db8::/32", "2001:db8:1::1") && !holds("2001:db8::/32", "2001:db9::1"));
        assert!(holds("::/0", "2001:db8::1"));
        for bad in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/x", "host"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
    }

    #[test]
    fn only_proxies_are_believed() {
        let access = Access { tokens: Vec::new(), proxies: vec!["10.0.0.0/8".parse().unwrap()] };
        let from = |peer: &str, pairs: &[(&'static str, &'static str)]| {
            access.address(peer.parse().unwrap(), &headers(pairs)).to_string()
        };
        assert_eq!(from("192.0.2.1", &[("x-forwarded-for", "198.51.100.1")]), "192.0.2.1");
        assert_eq!(from("10.0.0.1", &[("x-forwarded-for", "6.6.6.6, 198.51.100.1")]), "198.51.100.1");
        assert_eq!(from("10.0.0.1", &[("x-forwarded-for", "198.51.100.1, 10.0.0.2")]), "198.51.100.1");
        let lines = [("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "198.51.100.1")];
        assert_eq!(from("10.0.0.1", &lines), "198.51.100.1");
        assert_eq!(from("10.0.0.1", &[("x-forwarded-for", "nonsense")]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn a_token_is_known_by_its_hash() {
        let token = |name: &str, text: &str| Token::new(name.into(), &hash(text)).unwrap();
        let tokens = vec![token("ann", "t-1"), token("ben", "t-2"), token("nobody", "")];
        let access = Access { tokens, proxies: Vec::new() };
        let peer = Peer([127, 0, 0, 1].into());
        let owner = |pairs: &[(&'static str, &'static str)]| {
            access.client(peer, &headers(pairs)).ok().and_then(|client| client.token)
        };
        assert_eq!(owner(&[("authorization", "Bearer t-1")]).as_deref(), Some("ann"));
        assert_eq!(owner(&[("authorization", "bearer t-2")]).as_deref(), Some("ben"));
        assert_eq!(owner(&[("x-api-key", "t-2")]).as_deref(), Some("ben"));
        for bad in [
            &[][..],
            &[("authorization", "Bearer t-3")],
            &[("authorization", "Basic t-1")],
            &[("authorization", "t-1")],
            &[("authorization", "Bearer ")],
            &[("x-api-key", "")],
            &[("authorization", "Basic x"), ("x-api-key", "t-1")],
        ] {
            assert_eq!(owner(bad), None, "{bad:?}");
        }
        for bad in ["", "abc", &"g".repeat(64), &"ä".repeat(32)] {
            assert!(Token::new("x".into(), bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_household_is_one_client() {
        let key = |address: &str| Client { token: None, address: address.parse().unwrap() }.key();
        assert_eq!(key("192.0.2.1"), "ip:192.0.2.1");
        assert_eq!(key("::ffff:192.0.2.1"), "ip:192.0.2.1");
        assert_eq!(key("2001:db8:0:1:2:3:4:5"), "ip:2001:db8:0:1::/64");
        assert_eq!(Client { token: Some("a".into()), address: [1, 2, 3, 4].into() }.key(), "token:a");
    }
}
