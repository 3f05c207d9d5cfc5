//! A plain list of entries as the oracle of what has expired and who goes next.

use crate::cache::{Cache, Oracle};
use crate::operation::Run;
use memo_runtime::CacheInfo;
use std::time::Duration;

/// Entries in the order in which they would go, looked through from one end to the other each time.
pub(crate) struct List {
    entries: Vec<Entry>,
    ttl: Option<Duration>,
    uses: Use,
    bound: usize,
    now: Duration,
    info: CacheInfo,
    runs: u32,
    /// The key whose body is running, unless the key was removed since the body began.
    seat: Option<u8>,
    /// Whether a newer value has been stored for it.
    is_overtaken: bool,
}

struct Entry {
    key: u8,
    value: u32,
    stored: Duration,
}

/// What a hit does to the order.
#[derive(PartialEq, Eq)]
pub(crate) enum Use {
    Ignored,
    Promotes,
}

impl List {
    pub(crate) fn new(ttl: Option<Duration>, uses: Use) -> Self {
        Self {
            entries: Vec::new(),
            ttl,
            uses,
            bound: usize::MAX,
            now: Duration::ZERO,
            info: CacheInfo::default(),
            runs: 0,
            seat: None,
            is_overtaken: false,
        }
    }

    fn find(&self, key: u8) -> Option<usize> {
        self.entries.iter().position(|entry| entry.key == key)
    }

    /// The value of a run, and whether it may be stored.
    fn run(&mut self, key: u8, run: Run) -> (u32, bool) {
        self.info.misses += 1;
        let value = self.runs;
        self.runs += 1;
        (self.seat, self.is_overtaken) = (Some(key), false);
        self.advance(run.takes);
        for change in run.meanwhile.into_iter().flatten() {
            change.apply(self);
            // When the newer value is gone, the older is not stored in its place.
            if self.is_overtaken && self.find(key).is_none() {
                self.seat = None;
            }
        }
        (value, self.seat.is_some())
    }

    fn store(&mut self, key: u8, value: u32) -> Option<u32> {
        if self.bound == 0 {
            return None;
        }
        let before = self.find(key).map(|at| self.entries.remove(at).value);
        self.evict_to(self.bound - 1);
        let stored = self.now;
        self.entries.push(Entry { key, value, stored });
        before
    }

    fn evict_to(&mut self, len: usize) {
        let over = self.entries.len().saturating_sub(len);
        self.entries.drain(..over);
        self.info.evictions += over as u64;
    }
}

impl Cache for List {
    fn call(&mut self, key: u8, run: Run) -> u32 {
        if let Some(at) = self.find(key) {
            self.info.hits += 1;
            let value = self.entries[at].value;
            if self.uses == Use::Promotes {
                self.entries[at..].rotate_left(1);
            }
            return value;
        }
        let (value, may_store) = self.run(key, run);
        if may_store {
            // What was stored first stays, and is the answer to both.
            if let Some(at) = self.find(key) {
                return self.entries[at].value;
            }
            self.store(key, value);
        }
        value
    }
    fn refresh(&mut self, key: u8, run: Run) -> u32 {
        let (value, may_store) = self.run(key, run);
        match self.find(key).filter(|_| may_store && self.is_overtaken) {
            Some(newer) => return self.entries[newer].value,
            None if may_store => drop(self.store(key, value)),
            None => {}
        }
        value
    }
    fn peek(&mut self, key: u8) -> Option<u32> {
        self.find(key).map(|at| self.entries[at].value)
    }
    fn contains(&mut self, key: u8) -> bool {
        self.find(key).is_some()
    }
    fn insert(&mut self, key: u8, value: u32) -> Option<u32> {
        self.is_overtaken |= self.seat == Some(key) && self.bound > 0;
        self.store(key, value)
    }
    fn remove(&mut self, key: u8) -> bool {
        self.retain(!(1 << key)) == 1
    }
    fn retain(&mut self, keys: u64) -> usize {
        let before = self.entries.len();
        self.entries.retain(|entry| keys >> entry.key & 1 == 1);
        self.seat = self.seat.filter(|key| keys >> key & 1 == 1);
        before - self.entries.len()
    }
    fn resize(&mut self, bound: usize) {
        self.bound = bound;
        self.evict_to(bound);
    }
    fn clear(&mut self) {
        self.entries.clear();
        self.seat = None;
        self.info = CacheInfo::default();
    }
    fn advance(&mut self, by: Duration) {
        self.now += by;
        let Some(ttl) = self.ttl else { return };
        let before = self.entries.len();
        self.entries.retain(|entry| self.now < entry.stored + ttl);
        self.info.expirations += (before - self.entries.len()) as u64;
    }
    fn info(&mut self) -> CacheInfo {
        self.info.maxsize = Some(self.bound);
        self.info.currsize = self.entries.len();
        self.info
    }
    fn keys(&mut self) -> u64 {
        self.entries
            .iter()
            .fold(0, |keys, entry| keys | 1 << entry.key)
    }
}

impl Oracle for List {
    fn next_death(&self) -> Option<Duration> {
        let ttl = self.ttl?;
        let oldest = self.entries.iter().map(|entry| entry.stored).min()?;
        Some((oldest + ttl).saturating_sub(self.now))
    }
}
