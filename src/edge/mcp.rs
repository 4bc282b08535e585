//! Requests to MCP servers, through the gate of each.

use std::cell::Cell;
use std::rc::Rc;

use gloo_net::http::Request;
use web_sys::{AbortController, RequestCache};

use super::net::{Lost, byte_reader, next, send};
use super::timer::Timer;
use crate::core::chat::address::host_of;
use crate::core::chat::peer::Peer;
use crate::core::mcp::link::Token;
use crate::core::mcp::reader::{Head, Reader};
use crate::core::mcp::{Fault, Post, Reply};

/// Sends `post` to the server at `url`, and reads what it answers. It is given up after `limit`
/// milliseconds, or when `controller` says so.
///
/// # Errors
/// Why there is no answer.
pub async fn exchange(
    url: &str,
    token: &Token,
    post: Post,
    limit: i32,
    controller: &AbortController,
) -> Result<Reply, Fault> {
    let timed_out = Rc::new(Cell::new(false));
    let (timed, aborted) = (Rc::clone(&timed_out), controller.clone());
    let _limit = Timer::after(limit, move || {
        timed.set(true);
        aborted.abort();
    });
    let signal = controller.signal();
    let answer = answer(url, token, post, controller).await;
    match answer {
        Err(_) if timed_out.get() => Err(Fault::TimedOut),
        Err(_) if signal.aborted() => Err(Fault::Cut),
        answer => answer,
    }
}

async fn answer(url: &str, token: &Token, post: Post, controller: &AbortController) -> Result<Reply, Fault> {
    let signal = controller.signal();
    let mut request = Request::post(url).cache(RequestCache::NoStore).abort_signal(Some(&signal));
    let in_session = post.headers.iter().any(|header| header.0 == "mcp-session-id");
    for (name, value) in &post.headers {
        request = request.header(name, value);
    }
    if let Some(token) = token.get() {
        request = request.header("authorization", &["Bearer ", token].concat());
    }
    let response = match request.body(post.body) {
        Ok(request) => send(request).await,
        Err(_) => Err(Lost::Sent),
    };
    let response = match response {
        Ok(response) => response,
        Err(_) if signal.aborted() => return Err(Fault::Cut),
        Err(lost) => {
            let peer = Peer::new(host_of(url), "", None);
            return Err(Fault::Unreached(lost.meaning(&peer, url).await));
        }
    };
    let content_type = response.headers().get("content-type").unwrap_or_default();
    let head = Head {
        status: response.status(),
        content_type: &content_type,
        in_session,
        with_token: token.get().is_some(),
    };
    let mut reader = Reader::new(post.id, head);
    if let Some(stream) = byte_reader(&response) {
        while !reader.is_done() {
            let Some(bytes) = next(&stream).await else { break };
            reader.push(&bytes);
        }
        // A stream may go on behind its answer; what becomes of that is nobody's concern.
        let _ = stream.cancel();
    }
    let message = reader.end()?;
    Ok(Reply { message, session: response.headers().get("mcp-session-id") })
}
