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
    beside: Beside,
    /// Of all that somebody waits for, in places that `beside` knows.
    flights: Vec<Option<Shared<V, F>>>,
}

/// The computations by their slots. It knows no types of the user's, so it is compiled once, and not again for each of them.
#[derive(Debug, Default)]
struct Beside {
    runs: BTreeMap<(u32, Run), Known>,
    /// The places of flights. Where a run is not among the others any more, its slot has been taken away, and what is computed
    /// will not be stored.
    awaited: BTreeMap<Run, usize>,
    /// Places that nobody has.
    free: Vec<usize>,
    /// How many have begun beside others or been inserted.
    moments: u64,
}

/// What is known of a computation.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    /// 0 if there was none for the slot before.
    begun: u64,
    /// Whether there has been a value since that was begun later. Then this one's is not to be stored, whatever becomes of
    /// that.
    is_overtaken: bool,
}

/// What was known of a computation that has ended.
#[derive(Debug)]
pub(crate) struct Ended<V, F> {
    pub(crate) begun: u64,
    pub(crate) is_overtaken: bool,
    pub(crate) flight: Option<Shared<V, F>>,
}

/// A flight is its run's, and of all who wait. It is made for the first of them.
type Shared<V, F> = Arc<Flight<V, F>>;

impl<V, F> Default for Runs<V, F> {
    fn default() -> Self {
        Self {
            beside: Beside::default(),
            flights: Vec::new(),
        }
    }
}

impl<V, F> Runs<V, F> {
    /// Whether a computation for the slot is here; the one that the slot knows is not, unless somebody has waited for it.
    #[inline]
    pub(crate) fn has_any(&self, at: u32) -> bool {
        !self.beside.runs.is_empty() && self.beside.has_any(at)
    }

    /// One of those for the slot that may still bring a value to store.
    pub(crate) fn first(&self, at: u32) -> Option<Run> {
        self.beside.first(at)
    }

    pub(crate) fn has(&self, at: u32, run: Run) -> bool {
        self.beside.has(at, run)
    }

    /// Whether anybody waits for a computation.
    pub(crate) fn is_awaited(&self, run: Run) -> bool {
        self.beside.place(run).is_some()
    }

    /// The present moment: later than all that has begun, and before whatever begins.
    pub(crate) fn moment(&mut self) -> u64 {
        self.beside.moment()
    }

    /// Takes a computation in that begins now.
    pub(crate) fn add(&mut self, at: u32, run: Run) {
        let begun = self.beside.moment();
        self.beside.entry(at, run).begun = begun;
    }

    /// Takes in the computation that the slot knows.
    pub(crate) fn add_first(&mut self, at: u32, run: Run) {
        self.beside.entry(at, run);
    }

    /// The flight of a computation, for one who is about to wait. One that has ended, by who lost patience, is only for
    /// those who waited then: it comes behind, and is the caller's to drop.
    pub(crate) fn flight(&mut self, at: u32, run: Run) -> (Shared<V, F>, Option<Shared<V, F>>) {
        self.add_first(at, run);
        let place = self.beside.place(run).unwrap_or_else(|| {
            let place = self.beside.give_place(run);
            let len = self.flights.len().max(place + 1);
            self.flights.resize(len, None);
            place
        });
        let flight = &mut self.flights[place];
        let ended = flight.take_if(|flight| flight.has_ended());
        let flight = flight.get_or_insert_with(|| Arc::new(Flight::new(run)));
        (flight.clone(), ended)
    }

    /// Whether anybody waits for a computation for the slot.
    pub(crate) fn is_slot_awaited(&self, at: u32) -> bool {
        self.beside.is_slot_awaited(at)
    }

    /// There is a value for the slot, begun at this moment: overtakes the computations that are older. They go on; their
    /// flights, and those of the others, are the caller's to land.
    pub(crate) fn overtake(&mut self, at: u32, begun: u64) -> impl Iterator<Item = Shared<V, F>> {
        let runs = self.beside.overtake(at, begun).into_iter();
        runs.filter_map(|run| self.take(run))
    }

    /// A computation has ended; what is known of it.
    pub(crate) fn end(&mut self, at: u32, run: Run) -> Ended<V, F> {
        let Known {
            begun,
            is_overtaken,
        } = self.beside.end(at, run);
        Ended {
            begun,
            is_overtaken,
            flight: self.take(run),
        }
    }

    /// A slot is taken away, from those that are overtaken or from all.
    pub(crate) fn call_off(&mut self, at: u32, which: CallOff) {
        self.beside.call_off(at, which);
    }

    /// All slots have been taken away.
    pub(crate) fn call_off_all(&mut self) {
        self.beside.runs.clear();
    }

    fn take(&mut self, run: Run) -> Option<Shared<V, F>> {
        let place = self.beside.take_place(run)?;
        let flight = self.flights[place].take();
        if self.beside.awaited.is_empty() {
            self.flights = Vec::new(); // with its room
        }
        flight
    }
}

impl Beside {
    fn has_any(&self, at: u32) -> bool {
        self.runs.range(all_of(at)).next().is_some()
    }

    fn has(&self, at: u32, run: Run) -> bool {
        self.runs.contains_key(&(at, run))
    }

    fn first(&self, at: u32) -> Option<Run> {
        let mut runs = self.runs.range(all_of(at));
        let (&(_, run), _) = runs.find(|(_, known)| !known.is_overtaken)?;
        Some(run)
    }

    fn moment(&mut self) -> u64 {
        self.moments += 1;
        self.moments
    }

    fn entry(&mut self, at: u32, run: Run) -> &mut Known {
        self.runs.entry((at, run)).or_default()
    }

    /// Those for the slot.
    fn of(&self, at: u32) -> Vec<Run> {
        let runs = self.runs.range(all_of(at));
        runs.map(|(&(_, run), _)| run).collect()
    }

    fn overtake(&mut self, at: u32, begun: u64) -> Vec<Run> {
        let runs = self.runs.range_mut(all_of(at));
        let overtaken = runs.map(|(&(_, run), known)| {
            known.is_overtaken |= known.begun < begun;
            run
        });
        overtaken.collect()
    }

    fn end(&mut self, at: u32, run: Run) -> Known {
        self.runs.remove(&(at, run)).unwrap_or_default()
    }

    fn is_slot_awaited(&self, at: u32) -> bool {
        let mut runs = self.runs.range(all_of(at));
        runs.any(|((_, run), _)| self.awaited.contains_key(run))
    }

    /// Where its flight is.
    fn place(&self, run: Run) -> Option<usize> {
        self.awaited.get(&run).copied()
    }

    /// Where its flight is to be.
    fn give_place(&mut self, run: Run) -> usize {
        let place = self.free.pop().unwrap_or(self.awaited.len());
        self.awaited.insert(run, place);
        place
    }

    /// Where its flight was.
    fn take_place(&mut self, run: Run) -> Option<usize> {
        let place = self.awaited.remove(&run)?;
        if self.awaited.is_empty() {
            self.free = Vec::new();
        } else {
            self.free.push(place);
        }
        Some(place)
    }

    fn call_off(&mut self, at: u32, which: CallOff) {
        let goes = |run: &Known| which == CallOff::All || run.is_overtaken;
        for run in self.of(at) {
            if self.runs.get(&(at, run)).is_some_and(goes) {
                self.runs.remove(&(at, run));
            }
        }
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
        self.beside.runs.keys().copied()
    }

    /// How many computations there are flights for whose slot has been taken away.
    pub(crate) fn called_off(&self) -> usize {
        let is_beside = |run| self.beside().any(|(_, other)| other == run);
        let runs = self.beside.awaited.keys();
        runs.filter(|run| !is_beside(**run)).count()
    }

    /// How many wait for them.
    #[cfg(not(any(memo_shuttle, memo_loom)))]
    pub(crate) fn waiting(&self) -> usize {
        let flights = self.flights.iter().flatten();
        // Who waits holds the flight twice: as a caller, and among all who wait.
        flights
            .map(|flight| (Arc::strong_count(flight) - 1) / 2)
            .sum()
    }
}
