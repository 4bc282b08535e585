//! A model server that does what the test says.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use crate::LIMIT;
use crate::wire::header;

/// A request that reached the model server.
#[derive(Clone)]
pub struct Seen {
    /// `POST /v1/chat/completions HTTP/1.1` and the headers.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Seen {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }

    /// Method and path.
    pub fn line(&self) -> &str {
        self.head.lines().next().unwrap().strip_suffix(" HTTP/1.1").unwrap()
    }
}

/// The other end of one request.
pub struct Exchange {
    /// The request.
    pub seen: Seen,
    stream: TcpStream,
}

impl Exchange {
    /// Answers with these status and header lines and this body, and closes.
    pub fn answer(mut self, status_and_headers: &str, body: &str) {
        let length = body.len();
        let _ = write!(
            self.stream,
            "HTTP/1.1 {status_and_headers}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
    }

    /// Begins an answer in pieces.
    pub fn begin(&mut self) {
        self.write(
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n",
        );
    }

    /// Sends a piece; an empty one is the end.
    pub fn piece(&mut self, text: &str) {
        self.write(&format!("{:x}\r\n{text}\r\n", text.len()));
    }

    fn write(&mut self, text: &str) {
        self.raw(text.as_bytes()).unwrap();
    }

    /// Sends these very bytes.
    pub fn raw(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes)?;
        self.stream.flush()
    }

    /// Waits until the other side closes the connection.
    pub fn until_left(&mut self) -> bool {
        match self.stream.read(&mut [0; 16]) {
            Ok(read) => read == 0,
            Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
        }
    }
}

/// A model server on a port of its own.
pub struct Upstream {
    /// Where it listens.
    pub address: SocketAddr,
    /// The requests that reached it, in order.
    pub seen: Receiver<Seen>,
}

impl Upstream {
    /// Starts a model server that deals with each request as `deal` says, one thread each.
    pub fn start(deal: impl Fn(Exchange) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, seen) = mpsc::channel();
        let deal = Arc::new(deal);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (tell, deal) = (tell.clone(), Arc::clone(&deal));
                thread::spawn(move || {
                    let exchange = read(stream.unwrap());
                    let _ = tell.send(exchange.seen.clone());
                    deal(exchange);
                });
            }
        });
        Self { address, seen }
    }

    /// A model server that answers everything with the same line.
    pub fn plain() -> Self {
        Self::start(|exchange| exchange.answer("200 OK\r\ncontent-type: application/json", "{\"ok\":true}"))
    }

    /// The address to give as `--upstream`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The next request, which has to come.
    pub fn next(&self) -> Seen {
        self.seen.recv_timeout(LIMIT).unwrap()
    }

    /// Whether no request is left that nobody looked at.
    pub fn untouched(&self) -> bool {
        self.seen.try_recv().is_err()
    }
}

fn read(stream: TcpStream) -> Exchange {
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut head).unwrap() > 0, "the request broke off: {head}");
    }
    let length = header(&head, "content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    Exchange { seen: Seen { head, body }, stream }
}
