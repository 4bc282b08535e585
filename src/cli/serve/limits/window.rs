//! Counting over a sliding window, in constant space: the count of this period, and the share
//! of the last one's that still lies in the window.

/// How many milliseconds a minute has.
pub const MINUTE: u64 = 60_000;
/// How many milliseconds a day has.
pub const DAY: u64 = 86_400_000;

/// What was counted in this period and in the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counter {
    period: u64,
    /// Counted in the current period.
    pub current: u64,
    /// Counted in the one before.
    pub previous: u64,
}

impl Counter {
    /// Moves to the period of `now`; both numbers are milliseconds.
    pub fn advance(&mut self, now: u64, length: u64) {
        let period = now / length;
        if period <= self.period {
            // A clock that was set back does not give anything back.
            return;
        }
        self.previous = if period == self.period + 1 { self.current } else { 0 };
        self.current = 0;
        self.period = period;
    }

    /// Counts `more`, or `less` again.
    pub fn add(&mut self, more: u64, less: u64) {
        self.current = self.current.saturating_add(more).saturating_sub(less);
    }

    /// Whether nothing of it lies in the window any more.
    pub fn is_idle(&self, now: u64, length: u64) -> bool {
        now / length > self.period + 1
    }
}

/// How long until one more fits below `limit`, in milliseconds; 0 where it does now.
///
/// `elapsed` is how much of the current period, which has `length`, is over.
pub fn wait(current: u64, previous: u64, elapsed: u64, length: u64, limit: u64) -> u64 {
    if limit == 0 {
        return length;
    }
    let left = |count: u64, room: u64| {
        if count <= room {
            return 0;
        }
        // The share of `count` that lies in the window falls evenly, from all of it to none.
        let stays = u128::from(length) * u128::from(room) / u128::from(count);
        length - u64::try_from(stays).map_or(length, |stays| stays.min(length))
    };
    match limit.checked_sub(current.saturating_add(1)) {
        Some(room) => left(previous, room).saturating_sub(elapsed),
        None => length.saturating_sub(elapsed) + left(current, limit - 1),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_old_counts_less_and_less() {
        assert_eq!(wait(0, 0, 0, MINUTE, 10), 0);
        assert_eq!(wait(9, 0, 0, MINUTE, 10), 0);
        assert_eq!(wait(10, 0, 20_000, MINUTE, 10), 40_000 + 6_000);
        assert_eq!(wait(0, 10, 0, MINUTE, 10), 6_000);
        assert_eq!(wait(0, 10, 6_000, MINUTE, 10), 0);
        assert_eq!(wait(0, 0, 5, MINUTE, 0), MINUTE);
    }

    #[test]
    fn periods_move_on() {
        let mut counter = Counter::default();
        counter.advance(MINUTE * 7, MINUTE);
        counter.add(5, 1);
        assert_eq!((counter.current, counter.previous), (4, 0));
        counter.advance(MINUTE * 8 + 1, MINUTE);
        assert_eq!((counter.current, counter.previous), (0, 4));
        counter.advance(MINUTE * 7, MINUTE);
        assert_eq!((counter.current, counter.previous), (0, 4));
        assert!(!counter.is_idle(MINUTE * 9, MINUTE) && counter.is_idle(MINUTE * 10, MINUTE));
        counter.advance(MINUTE * 10, MINUTE);
        assert_eq!((counter.current, counter.previous), (0, 0));
    }

    proptest! {
        /// Nobody gets more than the limit into any period, and who waits as told gets through.
        #[test]
        fn the_limit_holds_and_the_wait_is_enough(
            limit in 1u64..50,
            steps in prop::collection::vec(0u64..5_000, 1..300),
        ) {
            let mut counter = Counter::default();
            let mut now = MINUTE * 3;
            let mut admitted = Vec::new();
            for step in steps {
                now += step;
                counter.advance(now, MINUTE);
                let pause = wait(counter.current, counter.previous, now % MINUTE, MINUTE, limit);
                if pause == 0 {
                    counter.add(1, 0);
                    admitted.push(now);
                } else {
                    let mut later = counter;
                    later.advance(now + pause, MINUTE);
                    let again = wait(later.current, later.previous, (now + pause) % MINUTE, MINUTE, limit);
                    prop_assert_eq!(again, 0);
                }
                let in_period = admitted.iter().filter(|at| **at / MINUTE == now / MINUTE).count();
                prop_assert!(u64::try_from(in_period).unwrap() <= limit);
            }
        }
    }
}
