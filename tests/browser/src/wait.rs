//! Waiting for a condition.

use std::time::{Duration, Instant};

/// The limit for what a page does at once. Generous, because the machine may be busy.
pub const SOON: Duration = Duration::from_secs(20);

/// The limit for what a model does.
pub const MODEL: Duration = Duration::from_secs(180);

/// How long to leave the other side alone between two looks.
const PAUSE: Duration = Duration::from_millis(15);

/// The most that a look counts, with the pause before it. Where it takes longer the machine has no
/// time for it, nor for what is waited for.
const LOOK: Duration = Duration::from_millis(250);

/// How many times the limit is waited for in all, however busy the machine.
const BUSY: u32 = 6;

/// How long something is still waited for.
pub struct Patience {
    left: Duration,
    last: Instant,
    end: Instant,
}

impl Patience {
    /// Begins to wait as long as `limit` says.
    pub fn new(limit: Duration) -> Self {
        let last = Instant::now();
        Self { left: limit, last, end: last + limit * BUSY }
    }

    /// Whether it has come to its end, to be asked after each look.
    pub fn is_over(&mut self) -> bool {
        self.is_over_at(Instant::now())
    }

    fn is_over_at(&mut self, now: Instant) -> bool {
        let took = now - std::mem::replace(&mut self.last, now);
        self.left = self.left.saturating_sub(took.min(LOOK));
        self.left.is_zero() || now >= self.end
    }
}

/// Looks until there is something to see, and gives it back.
///
/// # Panics
/// After `limit`, naming `what` was waited for.
#[track_caller]
pub fn until<T>(what: &str, limit: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let mut patience = Patience::new(limit);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(!patience.is_over(), "waited {} s in vain for {what}", limit.as_secs());
        std::thread::sleep(PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After how many looks patience is at its end where each takes so long.
    fn looks(each: Duration) -> u32 {
        let mut patience = Patience::new(SOON);
        let mut now = patience.last;
        for count in 1.. {
            now += each;
            if patience.is_over_at(now) {
                return count;
            }
        }
        0
    }

    #[test]
    fn a_busy_machine_gets_more_time_but_not_any() {
        assert_eq!(looks(Duration::from_millis(50)), 400);
        assert_eq!(looks(Duration::from_millis(250)), 80);
        assert_eq!(looks(Duration::from_millis(500)), 80);
        assert_eq!(looks(Duration::from_secs(3)), 40);
        assert_eq!(looks(Duration::from_secs(60)), 2);
    }
}
