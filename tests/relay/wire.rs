//! HTTP/1.1 by hand, so that a test can say exactly what is on the wire and when.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread;

use crate::LIMIT;

/// A request that is being put together.
pub struct Request {
    address: SocketAddr,
    line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    /// A request as a program on this machine sends it. The path goes out as it is.
    pub fn new(address: SocketAddr, method: &str, path: &str) -> Self {
        Self {
            address,
            line: format!("{method} {path} HTTP/1.1"),
            headers: vec![("host".into(), address.to_string()), ("connection".into(), "close".into())],
            body: Vec::new(),
        }
    }

    /// The request with this one value for the header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self = self.without(name);
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The request without the header.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    /// The request with a body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        let length = self.body.len().to_string();
        self.header("content-length", &length)
    }

    /// Sends the request and reads the head of the answer.
    pub fn open(self) -> Reply {
        Reply::read(self.write())
    }

    /// Sends the request and reads the head of the answer, if there is one.
    pub fn try_open(self) -> Option<Reply> {
        Reply::try_read(self.write())
    }

    /// Sends the request and does not look at the answer.
    pub fn write(self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let mut head = self.line + "\r\n";
        for (name, value) in self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let mut writer = stream.try_clone().unwrap();
        writer.write_all(head.as_bytes()).unwrap();
        // A server may answer before it has read everything: what it leaves unread must not
        // hold the test up.
        let body = self.body;
        thread::spawn(move || writer.write_all(&body));
        stream
    }

    /// Sends the request and reads the whole answer.
    pub fn send(self) -> Answer {
        self.open().rest()
    }
}

/// Sends these very bytes, and nothing after them; all that comes back until the other side
/// closes.
pub fn raw(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// An answer whose head has arrived.
pub struct Reply {
    /// The status.
    pub status: u16,
    head: String,
    body: BufReader<TcpStream>,
}

impl Reply {
    fn read(stream: TcpStream) -> Self {
        Self::try_read(stream).unwrap()
    }

    fn try_read(stream: TcpStream) -> Option<Self> {
        let mut body = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if body.read_line(&mut head).ok()? == 0 {
                return None;
            }
        }
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Some(Self { status, head, body })
    }

    /// The next piece of a body that is sent in pieces; `None` at its proper end.
    pub fn piece(&mut self) -> Option<String> {
        assert_eq!(header(&self.head, "transfer-encoding"), Some("chunked"), "{}", self.head);
        let mut size = String::new();
        self.body.read_line(&mut size).unwrap();
        let size = usize::from_str_radix(size.trim_end(), 16).unwrap();
        let mut piece = vec![0; size + 2];
        self.body.read_exact(&mut piece).unwrap();
        piece.truncate(size);
        (size > 0).then(|| String::from_utf8(piece).unwrap())
    }

    /// The bytes of the body as far as they came, and whether that was its proper end.
    pub fn prefix(mut self) -> (Vec<u8>, bool) {
        assert_eq!(header(&self.head, "transfer-encoding"), Some("chunked"), "{}", self.head);
        let mut body = Vec::new();
        loop {
            let mut size = String::new();
            let read = self.body.read_line(&mut size);
            let Some(size) = read.ok().and_then(|_| usize::from_str_radix(size.trim_end(), 16).ok()) else {
                return (body, false);
            };
            let mut piece = vec![0; size + 2];
            if self.body.read_exact(&mut piece).is_err() {
                return (body, false);
            }
            if size == 0 {
                return (body, true);
            }
            body.extend_from_slice(&piece[..size]);
        }
    }

    /// Whether the body broke off before its proper end.
    pub fn breaks_off(&mut self) -> bool {
        let mut rest = Vec::new();
        let read = self.body.read_to_end(&mut rest);
        read.is_err() || !rest.ends_with(b"0\r\n\r\n")
    }

    /// The whole answer.
    pub fn rest(mut self) -> Answer {
        let mut body = Vec::new();
        if header(&self.head, "transfer-encoding") == Some("chunked") {
            while let Some(piece) = self.piece() {
                body.extend_from_slice(piece.as_bytes());
            }
        } else {
            self.body.read_to_end(&mut body).unwrap();
        }
        Answer { status: self.status, head: self.head, body }
    }
}

/// An answer.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Status line and headers.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The `code` of an error in OpenAI's shape.
    pub fn code(&self) -> String {
        let json = self.json();
        let error = &json["error"];
        assert!(error["message"].is_string() && error["type"].is_string(), "{json}");
        error["code"].as_str().unwrap().to_owned()
    }
}

/// The value of the header `name` in `head`, which must not hold it twice.
pub fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut values = head.lines().filter_map(|line| {
        let (known, value) = line.split_once(':')?;
        known.eq_ignore_ascii_case(name).then_some(value.trim())
    });
    let value = values.next();
    assert_eq!(values.next(), None, "{name} twice in {head}");
    value
}
