//! The counts of one program, in its memory.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::window::{Counter, DAY, wait};
use super::{Ask, Most, Refusal, Resource, Rules, STREAM_WAIT};

/// Above so many clients those are forgotten that have nothing in any window.
const MANY: usize = 10_000;

#[derive(Debug, Default)]
struct Subject {
    /// In the order of [`Most::windows`].
    windows: [Counter; 3],
    streams: u64,
}

impl Subject {
    fn advance(&mut self, most: Most, now: u64) {
        for (counter, (length, _)) in self.windows.iter_mut().zip(most.windows()) {
            counter.advance(now, length);
        }
    }

    fn fits(&self, most: Most, own: bool, ask: Ask<'_>, now: u64) -> Result<(), Refusal> {
        let windows = self.windows.iter().zip(most.windows()).zip(Resource::WINDOWS);
        for ((counter, (length, limit)), resource) in windows {
            let Some(limit) = limit else { continue };
            let pause = wait(counter.current, counter.previous, now % length, length, limit);
            if pause > 0 {
                return Err(Refusal { resource, own, wait: Duration::from_millis(pause) });
            }
        }
        if ask.stream && most.streams.is_some_and(|limit| self.streams >= limit) {
            return Err(Refusal { resource: Resource::Streams, own, wait: STREAM_WAIT });
        }
        Ok(())
    }

    fn charge(&mut self, ask: Ask<'_>) {
        let [requests, minute, day] = &mut self.windows;
        requests.add(1, 0);
        minute.add(ask.tokens, 0);
        day.add(ask.tokens, 0);
        self.streams += u64::from(ask.stream);
    }

    fn settle(&mut self, ask: Ask<'_>, used: u64) {
        let [_, minute, day] = &mut self.windows;
        minute.add(used, ask.tokens);
        day.add(used, ask.tokens);
        self.streams = self.streams.saturating_sub(u64::from(ask.stream));
    }
}

#[derive(Debug, Default)]
struct Subjects {
    all: Subject,
    clients: HashMap<Box<str>, Subject>,
    pruned: u64,
}

/// Counts in memory.
#[derive(Debug, Default)]
pub struct Memory(Mutex<Subjects>);

impl Memory {
    /// No count is left half done, so a thread that died holding it has broken nothing.
    fn open(&self) -> MutexGuard<'_, Subjects> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Charges the request, if it fits below every limit; else nothing.
    pub fn admit(&self, rules: &Rules, ask: Ask<'_>, now: u64) -> Result<(), Refusal> {
        let mut subjects = self.open();
        subjects.prune(now);
        let Subjects { all, clients, .. } = &mut *subjects;
        if !clients.contains_key(ask.client) {
            clients.insert(ask.client.into(), Subject::default());
        }
        let Some(client) = clients.get_mut(ask.client) else { return Ok(()) };
        client.advance(rules.client, now);
        all.advance(rules.all, now);
        client.fits(rules.client, true, ask, now)?;
        all.fits(rules.all, false, ask, now)?;
        client.charge(ask);
        all.charge(ask);
        Ok(())
    }

    /// Puts what was `used` in the place of what was charged.
    pub fn settle(&self, ask: Ask<'_>, used: u64, now: u64) {
        let mut subjects = self.open();
        let Subjects { all, clients, .. } = &mut *subjects;
        for subject in clients.get_mut(ask.client).into_iter().chain([all]) {
            subject.advance(Most::default(), now);
            subject.settle(ask, used);
        }
    }
}

impl Subjects {
    fn prune(&mut self, now: u64) {
        if self.clients.len() < MANY || now / super::MINUTE == self.pruned {
            return;
        }
        self.pruned = now / super::MINUTE;
        let lengths = Most::default().windows();
        self.clients.retain(|_, subject| {
            let mut windows = subject.windows.iter().zip(lengths);
            subject.streams > 0
                || windows.any(|(counter, (length, _))| {
                    !counter.is_idle(now, length) && (length < DAY || counter.current + counter.previous > 0)
                })
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::serve::limits::MINUTE;

    const NOW: u64 = 100 * DAY;

    fn ask(client: &str, tokens: u64) -> Ask<'_> {
        Ask { client, tokens, stream: true }
    }

    fn rules(client: Most, all: Most) -> Rules {
        Rules { client, all }
    }

    #[test]
    fn one_client_does_not_use_up_what_is_anothers() {
        let memory = Memory::default();
        let rules = rules(
            Most { requests_per_minute: Some(2), ..Most::default() },
            Most { requests_per_minute: Some(3), ..Most::default() },
        );
        assert!(memory.admit(&rules, ask("a", 0), NOW).is_ok());
        assert!(memory.admit(&rules, ask("a", 0), NOW).is_ok());
        let refusal = memory.admit(&rules, ask("a", 0), NOW).unwrap_err();
        assert_eq!((refusal.resource, refusal.own), (Resource::Requests, true));
        assert!(memory.admit(&rules, ask("b", 0), NOW).is_ok());
        let refusal = memory.admit(&rules, ask("b", 0), NOW).unwrap_err();
        assert_eq!((refusal.resource, refusal.own), (Resource::Requests, false));
        assert!(memory.admit(&rules, ask("b", 0), NOW + 2 * MINUTE).is_ok());
    }

    #[test]
    fn tokens_are_settled_at_the_end() {
        let memory = Memory::default();
        let rules = rules(Most { tokens_per_day: Some(100), ..Most::default() }, Most::default());
        assert!(memory.admit(&rules, ask("a", 10), NOW).is_ok());
        memory.settle(ask("a", 10), 100, NOW);
        let refusal = memory.admit(&rules, ask("a", 10), NOW + DAY / 2).unwrap_err();
        assert_eq!(refusal.resource, Resource::DailyTokens);
        assert!(memory.admit(&rules, ask("a", 10), NOW + 2 * DAY).is_ok());
        memory.settle(ask("a", 10), 0, NOW + 2 * DAY);
        assert_eq!(memory.open().clients["a"].windows[2].current, 0);
    }

    #[test]
    fn streams_are_given_back() {
        let memory = Memory::default();
        let rules = rules(Most { streams: Some(1), ..Most::default() }, Most::default());
        assert!(memory.admit(&rules, ask("a", 0), NOW).is_ok());
        assert_eq!(memory.admit(&rules, ask("a", 0), NOW).unwrap_err().resource, Resource::Streams);
        assert!(memory.admit(&rules, ask("b", 0), NOW).is_ok());
        memory.settle(ask("a", 0), 0, NOW);
        assert!(memory.admit(&rules, ask("a", 0), NOW).is_ok());
    }

    #[test]
    fn clients_that_are_gone_are_forgotten() {
        let memory = Memory::default();
        let rules = rules(Most { requests_per_minute: Some(1), ..Most::default() }, Most::default());
        for number in 0..MANY {
            let name = number.to_string();
            assert!(memory.admit(&rules, ask(&name, 0), NOW).is_ok());
            memory.settle(ask(&name, 0), 0, NOW);
        }
        assert!(memory.admit(&rules, ask("late", 0), NOW + 3 * MINUTE).is_ok());
        assert_eq!(memory.open().clients.len(), 1);
    }
}
