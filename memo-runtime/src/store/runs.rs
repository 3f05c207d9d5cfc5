//! Computations under way, as far as a promised slot has no room for them: it has room for one that nobody waits for,
//! which is what nearly all of them are from beginning to end.

use crate::flight::{Flight, Run};
use crate::sync::Arc;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// The right to end a computation. Two words, so that it stays out of memory: through that, a miss takes half as long again.
#[derive(Debug)]
pub(crate) struct Ticket {
    /// The slot it was begun for, which may have been taken away since.
    pub(crate) at: u32,
    pub(crate) run: Run,
}

/// Second and further computations for a slot, those for a slot that holds an entry, and all that somebody waits for.
#[derive(Debug)]
pub(crate) struct Runs<V, F> {
    beside: BTreeMap<(u32, Run), Beside<V, F>>,
    /// Those that somebody waits for and whose slot has been taken away: what is computed will not be stored.
    called_off: Vec<(Run, Shared<V, F>)>,
    /// How many have begun beside others or been inserted.
    moments: u64,
}

/// What is known of a computation.
#[derive(Debug)]
pub(crate) struct Beside<V, F> {
    /// 0 if there was none for the slot before.
    pub(crate) begun: u64,
    /// Whether there has been a value since that was begun later. Then this one's is not to be stored, whatever becomes of
    /// that.
    pub(crate) is_overtaken: bool,
    /// Made for the first who waited.
    pub(crate) flight: Option<Shared<V, F>>,
}

/// A flight is its run's, and of all who wait.
type Shared<V, F> = Arc<Flight<V, F>>;

impl<V, F> Default for Beside<V, F> {
    fn default() -> Self {
        Self {
            begun: 0,
            is_overtaken: false,
            flight: None,
        }
    }
}

impl<V, F> Default for Runs<V, F> {
    fn default() -> Self {
        Self {
            beside: BTreeMap::new(),
            called_off: Vec::new(),
            moments: 0,
        }
    }
}

impl<V, F> Runs<V, F> {
    /// Whether a computation for the slot is here; the one that the slot knows is not, unless somebody has waited for it.
    #[inline]
    pub(crate) fn has_any(&self, at: u32) -> bool {
        !self.beside.is_empty() && self.beside.range(all_of(at)).next().is_some()
    }

    /// One of those for the slot that may still bring a value to store.
    pub(crate) fn first(&self, at: u32) -> Option<Run> {
        let mut runs = self.beside.range(all_of(at));
        let (&(_, run), _) = runs.find(|(_, run)| !run.is_overtaken)?;
        Some(run)
    }

    pub(crate) fn has(&self, at: u32, run: Run) -> bool {
        self.beside.contains_key(&(at, run))
    }

    /// Whether anybody waits for a computation whose slot has been taken away.
    pub(crate) fn is_awaited(&self, run: Run) -> bool {
        self.called_off.iter().any(|(other, _)| *other == run)
    }

    /// The present moment: later than all that has begun, and before whatever begins.
    pub(crate) fn moment(&mut self) -> u64 {
        self.moments += 1;
        self.moments
    }

    /// Takes a computation in that begins now.
    pub(crate) fn add(&mut self, at: u32, run: Run) {
        let begun = self.moment();
        self.entry(at, run).begun = begun;
    }

    /// Takes in the computation that the slot knows.
    pub(crate) fn add_first(&mut self, at: u32, run: Run) {
        self.entry(at, run);
    }

    fn entry(&mut self, at: u32, run: Run) -> &mut Beside<V, F> {
        self.beside.entry((at, run)).or_default()
    }

    /// The flight of a computation, for one who is about to wait. One that has ended, by who lost patience, is only for
    /// those who waited then: it comes behind, and is the caller's to drop.
    pub(crate) fn flight(&mut self, at: u32, run: Run) -> (Shared<V, F>, Option<Shared<V, F>>) {
        let flight = &mut self.entry(at, run).flight;
        let ended = flight.take_if(|flight| flight.has_ended());
        let flight = flight.get_or_insert_with(|| Arc::new(Flight::new(run)));
        (flight.clone(), ended)
    }

    /// Whether anybody waits for a computation for the slot.
    pub(crate) fn is_slot_awaited(&self, at: u32) -> bool {
        let mut runs = self.beside.range(all_of(at));
        runs.any(|(_, run)| run.flight.is_some())
    }

    /// There is a value for the slot, begun at this moment: overtakes the computations that are older. They go on; their
    /// flights, and those of the others, are the caller's to land.
    pub(crate) fn overtake(&mut self, at: u32, begun: u64) -> impl Iterator<Item = Shared<V, F>> {
        let runs = self.beside.range_mut(all_of(at));
        runs.filter_map(move |(_, run)| {
            run.is_overtaken |= run.begun < begun;
            run.flight.take()
        })
    }

    /// A computation has ended; what is known of it.
    pub(crate) fn end(&mut self, at: u32, run: Run) -> Beside<V, F> {
        self.beside.remove(&(at, run)).unwrap_or_else(|| {
            let mut called_off = self.called_off.iter();
            let found = called_off.position(|(other, _)| *other == run);
            let flight = found.map(|found| self.called_off.swap_remove(found).1);
            Beside {
                flight,
                ..Beside::default()
            }
        })
    }

    /// A slot is taken away, from those that are overtaken or from all.
    pub(crate) fn call_off(&mut self, at: u32, which: CallOff) {
        let mut runs = self.beside.range(all_of(at));
        let goes = |run: &Beside<V, F>| which == CallOff::All || run.is_overtaken;
        while let Some((&(_, run), _)) = runs.find(|(_, run)| goes(run)) {
            let flight = self.beside.remove(&(at, run)).and_then(|run| run.flight);
            self.called_off.extend(flight.map(|flight| (run, flight)));
            runs = self.beside.range(all_of(at));
        }
    }

    /// All slots have been taken away.
    pub(crate) fn call_off_all(&mut self) {
        let all = std::mem::take(&mut self.beside);
        let awaited = all.into_iter();
        let awaited = awaited.filter_map(|((_, run), beside)| Some((run, beside.flight?)));
        self.called_off.extend(awaited);
    }
}

/// From whom a slot is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallOff {
    Overtaken,
    All,
}

fn all_of(at: u32) -> RangeInclusive<(u32, Run)> {
    (at, Run::FIRST)..=(at, Run::LAST)
}

#[cfg(test)]
impl<V, F> Runs<V, F> {
    /// The computations for slots, by slot.
    pub(crate) fn beside(&self) -> impl Iterator<Item = (u32, Run)> {
        self.beside.keys().copied()
    }

    /// How many computations there are flights for whose slot has been taken away.
    pub(crate) fn called_off(&self) -> usize {
        self.called_off.len()
    }

    /// How many wait for them.
    #[cfg(not(any(memo_shuttle, memo_loom)))]
    pub(crate) fn waiting(&self) -> usize {
        let beside = self.beside.values().filter_map(|run| run.flight.as_ref());
        let flights = beside.chain(self.called_off.iter().map(|(_, flight)| flight));
        // Who waits holds the flight twice: as a caller, and among all who wait.
        flights
            .map(|flight| (Arc::strong_count(flight) - 1) / 2)
            .sum()
    }
}
