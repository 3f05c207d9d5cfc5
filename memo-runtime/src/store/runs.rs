//! Computations under way: each belongs to a slot until that is taken away, and to whoever computes until it ends.

use crate::flight::{Context, Flight};
use crate::policy::Room;
use crate::sync::Arc;

/// A growing array of computations with a list of the ended ones. Those for one slot are linked, and the slot has the first.
#[derive(Debug)]
pub(crate) struct Runs<V, F> {
    all: Vec<Run<V, F>>,
    /// Head of the list of ended ones.
    room: Option<u32>,
    under_way: usize,
}

/// A computation under way, or one that has ended and makes room for another.
#[derive(Debug)]
pub(crate) struct Run<V, F> {
    /// `None` once the slot has been taken away: what is computed will not be stored.
    pub(crate) at: Option<u32>,
    /// The next for the same slot, or the next that has ended.
    pub(crate) next: Option<u32>,
    /// Made for the first who waited.
    pub(crate) flight: Option<Arc<Flight<V, F>>>,
    owner: Context,
    /// Whether its slot has no other computation and no value, and nobody waits: then it can be ended without a look at
    /// anything else. Nearly all are so to the end.
    is_alone: bool,
}

/// A flight is its run's, and of all who wait.
type Shared<V, F> = Arc<Flight<V, F>>;

/// The right to end a computation.
#[derive(Debug)]
pub(crate) struct Ticket(u32);

/// With room for more than so many, none is kept when all have ended.
const WORTH_FREEING: usize = 1024;

impl<V, F> Default for Runs<V, F> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            room: None,
            under_way: 0,
        }
    }
}

impl<V, F> Runs<V, F> {
    /// The caller begins to compute, for the slot that has this first computation, or else for one that is
    /// [to come](Self::set_slot). The slot's first is the first still; the new one comes next.
    #[inline]
    pub(crate) fn start(&mut self, first: Option<u32>) -> (Ticket, u32) {
        let owner = Context::current();
        let index = if let Some(index) = self.room {
            let run = self.run(index);
            let room = run.next.take();
            run.owner = owner;
            self.room = room;
            index
        } else {
            self.push(owner)
        };
        self.under_way += 1;
        if let Some(first) = first {
            let first = self.run(first);
            first.is_alone = false;
            let next = first.next.replace(index);
            self.run(index).next = next;
        }
        (Ticket(index), first.unwrap_or(index))
    }

    #[cold]
    fn push(&mut self, owner: Context) -> u32 {
        self.all.push(Run {
            at: None,
            next: None,
            flight: None,
            owner,
            is_alone: false,
        });
        u32::try_from(self.all.len() - 1).expect("2^32 computations are too many")
    }

    /// Says which slot a computation is for.
    #[inline]
    pub(crate) fn set_slot(&mut self, ticket: &Ticket, at: u32, is_alone: bool) {
        let run = self.run(ticket.0);
        (run.at, run.is_alone) = (Some(at), is_alone);
    }

    /// The slot a computation is for, if that has not been taken away.
    #[inline]
    pub(crate) fn slot(&self, ticket: &Ticket) -> Option<u32> {
        self.all[ticket.0 as usize].at
    }

    /// The slot of a computation that is alone with it.
    #[inline]
    pub(crate) fn slot_of_only(&self, ticket: &Ticket) -> Option<u32> {
        let run = &self.all[ticket.0 as usize];
        if run.is_alone { run.at } else { None }
    }

    /// Whether anybody waits for this very computation.
    pub(crate) fn is_awaited(&self, ticket: &Ticket) -> bool {
        self.all[ticket.0 as usize].flight.is_some()
    }

    /// Ends a computation, given the first of its slot's, if it has a slot; and which that is now.
    pub(crate) fn end(
        &mut self,
        ticket: Ticket,
        first: Option<u32>,
    ) -> (Option<Arc<Flight<V, F>>>, Option<u32>) {
        let next = self.run(ticket.0).next;
        let now_first = match first {
            Some(first) if first != ticket.0 => {
                let mut before = first;
                while let Some(next) = self.run(before).next.filter(|next| *next != ticket.0) {
                    before = next;
                }
                self.run(before).next = next;
                Some(first)
            }
            _ => next,
        };
        let flight = self.run(ticket.0).flight.take();
        self.free(ticket);
        (flight, now_first)
    }

    /// Makes room of a computation that is in no list any more.
    #[inline]
    #[expect(clippy::needless_pass_by_value, reason = "a ticket is good once")]
    pub(crate) fn free(&mut self, ticket: Ticket) {
        let room = self.room.replace(ticket.0);
        let run = self.run(ticket.0);
        (run.at, run.next) = (None, room);
        self.under_way -= 1;
        if self.under_way == 0 && self.all.len() > WORTH_FREEING {
            *self = Self::default();
        }
    }

    /// The flight of a computation, for one who is about to wait. One that has ended, by who lost patience, is only for
    /// those who waited then: it comes behind, and is the caller's to drop.
    pub(crate) fn flight(&mut self, run: u32) -> (Shared<V, F>, Option<Shared<V, F>>) {
        let run = self.run(run);
        run.is_alone = false;
        let ended = run.flight.take_if(|flight| flight.has_ended());
        let owner = run.owner;
        let flight = run
            .flight
            .get_or_insert_with(|| Arc::new(Flight::new(owner)));
        (flight.clone(), ended)
    }

    /// From the first on, all computations for a slot, which is theirs alone no more.
    pub(crate) fn for_each(&mut self, first: Option<u32>, mut with: impl FnMut(&mut Run<V, F>)) {
        let mut at = first;
        while let Some(run) = at {
            let run = self.run(run);
            at = run.next;
            run.is_alone = false;
            with(run);
        }
    }

    /// Every slot has been taken away.
    pub(crate) fn call_off_all(&mut self, room: Room) {
        if self.under_way == 0 && room == Room::Freed {
            *self = Self::default();
        }
        // Those that have ended have no slot, and their links must stay.
        for run in self.all.iter_mut().filter(|run| run.at.is_some()) {
            (run.at, run.next) = (None, None);
        }
    }

    #[inline]
    fn run(&mut self, run: u32) -> &mut Run<V, F> {
        &mut self.all[run as usize]
    }
}

#[cfg(test)]
impl<V, F> Runs<V, F> {
    /// How many computations have not ended.
    pub(crate) fn under_way(&self) -> usize {
        self.under_way
    }

    /// How many wait for them.
    #[cfg(not(any(memo_shuttle, memo_loom)))]
    pub(crate) fn waiting(&self) -> usize {
        let flights = self.all.iter().filter_map(|run| run.flight.as_ref());
        // Who waits holds the flight twice: as a caller, and among all who wait.
        flights
            .map(|flight| (Arc::strong_count(flight) - 1) / 2)
            .sum()
    }
}
