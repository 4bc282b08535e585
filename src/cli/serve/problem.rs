//! The relay's own errors, in the shape that OpenAI's API gives its errors (2026-11).

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// An answer of the relay's own that is no success.
///
/// Its sentence goes to whoever asked: it never holds the key or the model server's address.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Problem {
    /// `code` is what programs read, `message` what people do.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }
}

#[derive(Serialize)]
struct Wire {
    error: Inner,
}

#[derive(Serialize)]
struct Inner {
    message: String,
    #[serde(rename = "type")]
    kind: &'static str,
    code: &'static str,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let kind = if self.status.is_server_error() { "relay_error" } else { "invalid_request_error" };
        (self.status, Json(Wire { error: Inner { message: self.message, kind, code: self.code } }))
            .into_response()
    }
}
