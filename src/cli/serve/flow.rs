//! A reply on its way through: passed on as it comes, watched for silence and length, and
//! measured. Nothing of it is kept.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use http_body::Frame;
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep};

use super::record::{End, Record};
use super::upstream::Answer;

/// Pieces that are there at the same time go on together, up to so many bytes.
const BUNCH: usize = 16 * 1024;

/// How often the model server's connection is asked for one more before they go. It answers when
/// it has had its turn, and hyper asks twice within a turn (1.12).
const ASKS: u8 = 2;

/// The body of a reply.
pub struct Flow {
    source: Incoming,
    record: Record,
    silence: Pin<Box<Sleep>>,
    patience: Duration,
    left: u64,
    /// Whether anything was passed on.
    begun: bool,
    bunch: Vec<u8>,
    /// How often nothing more was there since the last piece.
    asked: u8,
    end: Option<End>,
    over: bool,
}

type Polled = Poll<Option<Result<Frame<Bytes>, io::Error>>>;

impl Flow {
    /// Passes `answer` on. It may be silent for `patience` and be `most` bytes long.
    pub fn body(answer: Answer, record: Record, patience: Duration, most: u64) -> Body {
        Body::new(Self {
            source: answer.into_body(),
            record,
            silence: Box::pin(sleep(patience)),
            patience,
            left: most,
            begun: false,
            bunch: Vec::new(),
            asked: 0,
            end: None,
            over: false,
        })
    }

    /// Takes a piece, if there is room for it.
    fn take(&mut self, bytes: &[u8]) {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        match self.left.checked_sub(length) {
            Some(left) => {
                self.left = left;
                self.record.passed(bytes);
                self.bunch.extend_from_slice(bytes);
                self.asked = 0;
            }
            None => self.end = Some(End::TooLong),
        }
    }

    fn pass(&mut self) -> Polled {
        self.begun = true;
        let deadline = Instant::now() + self.patience;
        self.silence.as_mut().reset(deadline);
        Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.bunch).into()))))
    }

    /// Any other end than the proper one the client can tell from it: the connection is cut.
    fn close(&mut self, end: End) -> Polled {
        self.record.ended(end);
        self.over = true;
        Poll::Ready((end != End::Done).then(|| Err(io::Error::other(end.name()))))
    }
}

impl HttpBody for Flow {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        if self.over {
            return Poll::Ready(None);
        }
        loop {
            let enough = if self.begun { BUNCH } else { 1 };
            if self.bunch.len() >= enough || (self.end.is_some() && !self.bunch.is_empty()) {
                return self.pass();
            }
            if let Some(end) = self.end {
                return self.close(end);
            }
            match Pin::new(&mut self.source).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => {
                    if let Ok(bytes) = frame.into_data() {
                        self.take(&bytes);
                    }
                }
                Poll::Ready(Some(Err(_))) => self.end = Some(End::Broken),
                Poll::Ready(None) => self.end = Some(End::Done),
                Poll::Pending if self.bunch.is_empty() => {
                    if self.silence.as_mut().poll(context).is_pending() {
                        return Poll::Pending;
                    }
                    self.end = Some(End::Silent);
                }
                Poll::Pending if self.asked >= ASKS => return self.pass(),
                Poll::Pending => {
                    self.asked += 1;
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
            }
        }
    }
}
