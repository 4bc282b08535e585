//! Waiting for a condition.

use std::time::{Duration, Instant};

/// The limit for what a page does at once. Generous, because the machine may be busy.
pub const SOON: Duration = Duration::from_secs(20);

/// The limit for what a model does.
pub const MODEL: Duration = Duration::from_secs(180);

/// How long to leave the other side alone between two looks.
const PAUSE: Duration = Duration::from_millis(15);

/// Looks until there is something to see, and gives it back.
///
/// # Panics
/// After `limit`, naming `what` was waited for.
#[track_caller]
pub fn until<T>(what: &str, limit: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited {} s in vain for {what}", limit.as_secs());
        std::thread::sleep(PAUSE);
    }
}
