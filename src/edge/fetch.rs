//! Files that lie beside the page.

use gloo_net::http::Request;

/// The text at `path`, seen from the page. `Err` where it cannot be had: offline, missing,
/// refused.
pub async fn text(path: &str) -> Result<String, ()> {
    let response = Request::get(path).send().await.map_err(|_| ())?;
    if !response.ok() {
        return Err(());
    }
    response.text().await.map_err(|_| ())
}
