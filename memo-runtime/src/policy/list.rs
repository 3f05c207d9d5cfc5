//! A doubly linked list of slots, linked by index: no `unsafe`, no allocation a slot, 8 bytes each.

use super::Room;

/// Slots in an order. Slot `n` has its links at `n + 1`; link 0 is the list's own end, so that no link is ever missing.
#[derive(Debug, Default)]
pub(crate) struct List {
    /// Empty until the first slot comes. A slot that is in no list points to itself.
    links: Vec<Link>,
}

#[derive(Debug, Clone, Copy)]
struct Link {
    before: u32,
    after: u32,
}

impl Link {
    fn to_itself(at: usize) -> Self {
        // The slab hands out no index that would not fit.
        let at = u32::try_from(at).expect("a slot's index fits into 32 bits");
        Self {
            before: at,
            after: at,
        }
    }
}

impl List {
    #[inline]
    pub(crate) fn front(&self) -> Option<u32> {
        match self.links.first()?.after {
            0 => None,
            link => Some(link - 1),
        }
    }

    #[inline]
    pub(crate) fn back(&self) -> Option<u32> {
        match self.links.first()?.before {
            0 => None,
            link => Some(link - 1),
        }
    }

    /// All slots that have been in the list are below.
    pub(crate) fn bound(&self) -> usize {
        self.links.len().saturating_sub(1)
    }

    /// Puts the slot, which is not in the list, last.
    #[inline]
    pub(crate) fn push_back(&mut self, at: u32) {
        let link = at + 1;
        if self.links.len() <= link as usize {
            self.grow(link as usize);
        }
        let last = self.links[0].before;
        self.links[link as usize] = Link {
            before: last,
            after: 0,
        };
        self.links[last as usize].after = link;
        self.links[0].before = link;
    }

    /// Puts slots, which are in the list, last in this order.
    #[inline]
    pub(crate) fn move_all_to_back(&mut self, slots: &[u32]) {
        let links = self.links.as_mut_slice();
        let Some(end) = links.first() else { return };
        // Kept out of memory until the end, where each step would wait for the one before.
        let mut last = end.before;
        for at in slots {
            let link = at + 1;
            if link == last {
                continue;
            }
            let Link { before, after } = links[link as usize];
            links[before as usize].after = after;
            links[after as usize].before = before;
            links[link as usize] = Link {
                before: last,
                after: 0,
            };
            links[last as usize].after = link;
            last = link;
        }
        links[0].before = last;
    }

    /// Takes the slot out. One that is in no list stays so.
    #[inline]
    pub(crate) fn unlink(&mut self, at: u32) {
        let link = at + 1;
        let Link { before, after } = self.links[link as usize];
        self.links[before as usize].after = after;
        self.links[after as usize].before = before;
        self.links[link as usize] = Link {
            before: link,
            after: link,
        };
    }

    /// Takes all slots out.
    pub(crate) fn clear(&mut self, room: Room) {
        match room {
            Room::Kept => {
                let links = self.links.iter_mut().enumerate();
                links.for_each(|(at, link)| *link = Link::to_itself(at));
            }
            Room::Freed => self.links = Vec::new(),
        }
    }

    #[cold]
    fn grow(&mut self, link: usize) {
        for at in self.links.len()..=link {
            self.links.push(Link::to_itself(at));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    impl List {
        pub(crate) fn slots(&self) -> Vec<u32> {
            let mut slots = Vec::new();
            let mut link = self.links.first().map_or(0, |end| end.after);
            while link != 0 {
                slots.push(link - 1);
                assert_eq!(
                    self.links[self.links[link as usize].after as usize].before, link,
                    "links go both ways"
                );
                link = self.links[link as usize].after;
            }
            slots
        }
    }

    #[test]
    fn an_empty_list_has_no_front_and_no_memory() {
        let list = List::default();
        assert_eq!(list.front(), None);
        assert_eq!(list.links.capacity(), 0);
    }

    #[test]
    fn it_agrees_with_a_deque_on_any_sequence() {
        let mut list = List::default();
        let mut model = VecDeque::new();
        let mut random = 1_u32;
        for _ in 0..20_000 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = (random >> 8) % 17;
            model.retain(|&slot| slot != at);
            if random >> 30 == 0 {
                if list.links.len() > at as usize + 1 {
                    list.unlink(at);
                }
            } else {
                if list.slots().contains(&at) {
                    list.move_all_to_back(&[at]);
                } else {
                    list.push_back(at);
                }
                model.push_back(at);
            }
            assert_eq!(list.slots(), Vec::from(model.clone()));
            assert_eq!(list.front(), model.front().copied());
            assert_eq!(list.back(), model.back().copied());
        }
    }
}
