//! Computations under way, as far as a promised slot has no room for them: it has room for one that nobody waits for,
//! which is what nearly all of them are from beginning to end.

use crate::flight::{Flight, Run};
use crate::sync::Arc;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// The right to end a computation.
#[derive(Debug)]
pub(crate) struct Ticket {
    /// The slot it was begun for, which may have been taken away since.
    pub(crate) at: u32,
    pub(crate) run: Run,
}

impl Ticket {
    /// What is left of it once the right has been used.
    pub(crate) fn spent(self) -> (u32, Run) {
        (self.at, self.run)
    }
}

/// Second and further computations for a slot, those for a slot that holds an entry, and all that somebody waits for.
#[derive(Debug)]
pub(crate) struct Runs<V, F> {
    /// By slot; with the flight that was made for the first who waited.
    beside: BTreeMap<(u32, Run), Option<Shared<V, F>>>,
    /// Those that somebody waits for and whose slot has been taken away: what is computed will not be stored.
    called_off: Vec<(Run, Shared<V, F>)>,
}

/// A flight is its run's, and of all who wait.
type Shared<V, F> = Arc<Flight<V, F>>;

impl<V, F> Default for Runs<V, F> {
    fn default() -> Self {
        Self {
            beside: BTreeMap::new(),
            called_off: Vec::new(),
        }
    }
}

impl<V, F> Runs<V, F> {
    /// Whether a computation for the slot is here; the one that the slot knows is not, unless somebody has waited for it.
    #[inline]
    pub(crate) fn has_any(&self, at: u32) -> bool {
        !self.beside.is_empty() && self.first(at).is_some()
    }

    /// One of those for the slot.
    #[inline(never)]
    pub(crate) fn first(&self, at: u32) -> Option<Run> {
        let (&(_, run), _) = self.beside.range(all_of(at)).next()?;
        Some(run)
    }

    pub(crate) fn has(&self, at: u32, run: Run) -> bool {
        self.beside.contains_key(&(at, run))
    }

    /// Takes a computation in, if it is not here yet.
    pub(crate) fn add(&mut self, at: u32, run: Run) {
        self.beside.entry((at, run)).or_default();
    }

    /// The flight of a computation, for one who is about to wait. One that has ended, by who lost patience, is only for
    /// those who waited then: it comes behind, and is the caller's to drop.
    pub(crate) fn flight(&mut self, at: u32, run: Run) -> (Shared<V, F>, Option<Shared<V, F>>) {
        let flight = self.beside.entry((at, run)).or_default();
        let ended = flight.take_if(|flight| flight.has_ended());
        let flight = flight.get_or_insert_with(|| Arc::new(Flight::new(run.leader())));
        (flight.clone(), ended)
    }

    /// Whether anybody waits for a computation for the slot.
    pub(crate) fn is_slot_awaited(&self, at: u32) -> bool {
        let mut flights = self.beside.range(all_of(at));
        flights.any(|(_, flight)| flight.is_some())
    }

    /// Whether anybody waits for a computation whose slot has been taken away.
    pub(crate) fn is_awaited(&self, run: Run) -> bool {
        self.called_off.iter().any(|(other, _)| *other == run)
    }

    /// Takes the flights of all computations for a slot, which go on.
    pub(crate) fn land(&mut self, at: u32) -> impl Iterator<Item = Shared<V, F>> {
        let flights = self.beside.range_mut(all_of(at));
        flights.filter_map(|(_, flight)| flight.take())
    }

    /// A computation has ended; its flight.
    pub(crate) fn end(&mut self, at: u32, run: Run) -> Option<Shared<V, F>> {
        if let Some(flight) = self.beside.remove(&(at, run)) {
            return flight;
        }
        // Of two by one name the later ends first.
        let named = |(other, _): &(Run, Shared<V, F>)| *other == run;
        let found = self.called_off.iter().rposition(named)?;
        Some(self.called_off.remove(found).1)
    }

    /// A slot has been taken away.
    pub(crate) fn call_off(&mut self, at: u32) {
        while let Some(run) = self.first(at) {
            let flight = self.beside.remove(&(at, run)).flatten();
            self.called_off.extend(flight.map(|flight| (run, flight)));
        }
    }

    /// All slots have been taken away.
    pub(crate) fn call_off_all(&mut self) {
        let all = std::mem::take(&mut self.beside);
        let awaited = all.into_iter();
        let awaited = awaited.filter_map(|((_, run), flight)| Some((run, flight?)));
        self.called_off.extend(awaited);
    }
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
        let beside = self.beside.values().flatten();
        let flights = beside.chain(self.called_off.iter().map(|(_, flight)| flight));
        // Who waits holds the flight twice: as a caller, and among all who wait.
        flights
            .map(|flight| (Arc::strong_count(flight) - 1) / 2)
            .sum()
    }
}
