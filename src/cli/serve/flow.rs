//! A reply on its way through: passed on as it comes, watched for silence and length, and
//! measured. Nothing of it is kept.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use http_body::Frame;
use tokio::time::{Instant, Sleep, sleep};

use super::record::{End, Record};

/// The body of a reply.
pub struct Flow {
    source: reqwest::Body,
    record: Record,
    silence: Pin<Box<Sleep>>,
    patience: Duration,
    left: u64,
    over: bool,
}

impl Flow {
    /// Passes `answer` on. It may be silent for `patience` and be `most` bytes long.
    pub fn body(answer: reqwest::Response, record: Record, patience: Duration, most: u64) -> Body {
        let source: axum::http::Response<reqwest::Body> = answer.into();
        Body::new(Self {
            source: source.into_body(),
            record,
            silence: Box::pin(sleep(patience)),
            patience,
            left: most,
            over: false,
        })
    }

    /// Ends it in a way that the client can tell from a proper end: the connection is cut.
    fn cut(&mut self, end: End) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.record.ended(end);
        self.over = true;
        Poll::Ready(Some(Err(io::Error::other(end.name()))))
    }
}

impl HttpBody for Flow {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        loop {
            if self.over {
                return Poll::Ready(None);
            }
            match Pin::new(&mut self.source).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => {
                    let Ok(bytes) = frame.into_data() else { continue };
                    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                    let Some(left) = self.left.checked_sub(length) else { return self.cut(End::TooLong) };
                    self.left = left;
                    self.record.passed(&bytes);
                    let deadline = Instant::now() + self.patience;
                    self.silence.as_mut().reset(deadline);
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
                Poll::Ready(Some(Err(_))) => return self.cut(End::Broken),
                Poll::Ready(None) => {
                    self.record.ended(End::Done);
                    self.over = true;
                }
                Poll::Pending => {
                    if self.silence.as_mut().poll(context).is_ready() {
                        return self.cut(End::Silent);
                    }
                    return Poll::Pending;
                }
            }
        }
    }
}
