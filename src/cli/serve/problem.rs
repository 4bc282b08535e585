//! The relay's own errors, in the shape that the model server's API gives its errors (2026-11).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::wire::Kind;

/// An answer of the relay's own that is no success.
///
/// Its sentence goes to whoever asked: it never holds a key or a model server's address.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    message: String,
    kind: Kind,
    retry_after: Option<u64>,
    note: Option<String>,
}

impl Problem {
    /// `code` is what programs read, `message` what people do. In OpenAI's shape.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), kind: Kind::OpenAi, retry_after: None, note: None }
    }

    /// The same in the shape of `kind`.
    pub fn shaped(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// The same, with how many seconds to wait before asking again.
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// The same, with a sentence for the operator alone.
    pub fn note(self, sentence: String) -> Self {
        Self { note: Some(sentence), ..self }
    }

    /// Takes the operator's sentence out.
    pub fn take_note(&mut self) -> Option<String> {
        self.note.take()
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What programs read.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The type that OpenAI's API gives such errors.
    fn openai_type(&self) -> &'static str {
        match self.status {
            StatusCode::UNAUTHORIZED => "authentication_error",
            StatusCode::TOO_MANY_REQUESTS => "rate_limit_error",
            status if status.is_server_error() => "relay_error",
            _ => "invalid_request_error",
        }
    }

    /// The type that Anthropic's API gives such errors.
    fn anthropic_type(&self) -> &'static str {
        match self.status {
            StatusCode::UNAUTHORIZED => "authentication_error",
            StatusCode::FORBIDDEN => "permission_error",
            StatusCode::NOT_FOUND => "not_found_error",
            StatusCode::PAYLOAD_TOO_LARGE => "request_too_large",
            StatusCode::TOO_MANY_REQUESTS => "rate_limit_error",
            StatusCode::GATEWAY_TIMEOUT => "timeout_error",
            StatusCode::SERVICE_UNAVAILABLE => "overloaded_error",
            status if status.is_server_error() => "api_error",
            _ => "invalid_request_error",
        }
    }
}

#[derive(Serialize)]
struct OpenAi<'a> {
    error: OpenAiError<'a>,
}

#[derive(Serialize)]
struct OpenAiError<'a> {
    message: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    param: Option<&'static str>,
    code: &'static str,
}

#[derive(Serialize)]
struct Anthropic<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    error: AnthropicError<'a>,
}

#[derive(Serialize)]
struct AnthropicError<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    message: &'a str,
    details: Details,
}

#[derive(Serialize)]
struct Details {
    code: &'static str,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (message, code) = (self.message.as_str(), self.code);
        let mut response = match self.kind {
            Kind::OpenAi => {
                let error = OpenAiError { message, kind: self.openai_type(), param: None, code };
                Json(OpenAi { error }).into_response()
            }
            Kind::Anthropic => {
                let error =
                    AnthropicError { kind: self.anthropic_type(), message, details: Details { code } };
                Json(Anthropic { kind: "error", error }).into_response()
            }
        };
        *response.status_mut() = self.status;
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
