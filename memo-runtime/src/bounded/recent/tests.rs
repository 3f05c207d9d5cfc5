//! A `Recent` holds the last values, and no more.

use super::*;
use crate::bounded::FIRST_ROOM;
use crate::random::Random;
use std::rc::Rc;

fn recent<T>(capacity: usize, values: impl IntoIterator<Item = T>) -> Recent<T> {
    let mut recent = Recent::new(capacity);
    for value in values {
        recent.push(value);
    }
    recent
}

#[test]
fn a_push_returns_what_fell_off() {
    let mut last = Recent::new(2);
    let fell_off: Vec<_> = (1..=5).map(|n| last.push(n)).collect();
    assert_eq!(fell_off, [None, None, Some(1), Some(2), Some(3)]);
}

#[test]
fn it_holds_the_last_values_oldest_first() {
    for pushed in 0_u32..20 {
        let last = recent(7, 0..pushed);
        let held = pushed.saturating_sub(7)..pushed;
        assert!(last.iter().copied().eq(held.clone()));
        assert_eq!(last.first().copied(), held.clone().next());
        assert_eq!(last.last().copied(), held.clone().last());
        assert_eq!(last.is_empty(), held.is_empty());
    }
}

#[test]
fn what_was_pushed_is_held_or_has_fallen_off() {
    for pushed in 0..20 {
        let last = recent(7, 0..pushed);
        assert_eq!(last.total(), pushed);
        assert_eq!(last.total(), last.dropped() + last.len() as u64);
    }
}

#[test]
fn a_clear_empties_it_and_leaves_the_totals() {
    let mut last = recent(2, 0..5);
    last.clear();
    assert_eq!((last.len(), last.total(), last.dropped()), (0, 5, 3));
    assert_eq!((last.first(), last.last()), (None, None));

    assert_eq!(last.push(5), None);
    assert_eq!((last.len(), last.total(), last.dropped()), (1, 6, 3));
}

#[test]
fn a_capacity_of_one_holds_the_newest() {
    let mut last = Recent::new(1);
    assert_eq!(last.push('a'), None);
    assert_eq!(last.push('b'), Some('a'));
    assert_eq!((last.first(), last.last()), (Some(&'b'), Some(&'b')));
}

#[test]
#[should_panic(expected = "the capacity of a `Recent` is at least 1, found 0")]
fn a_capacity_of_zero_panics() {
    let _ = Recent::<u8>::new(0);
}

#[test]
fn the_largest_capacity_allocates_nothing_until_it_is_used() {
    let mut last = Recent::new(usize::MAX);
    assert_eq!(last.values.capacity(), 0);
    last.push(1_u64);
    assert_eq!(last.values.capacity(), FIRST_ROOM);
}

#[test]
fn room_grows_on_demand_and_never_beyond_the_bound() {
    for capacity in [1, 3, 4, 5, 100, 1_000, 1_025] {
        let mut last = Recent::new(capacity);
        for n in 0..3 * capacity {
            last.push(n);
            let room = last.values.capacity();
            assert!(room <= capacity && room <= FIRST_ROOM.max(2 * last.len()));
        }
        assert_eq!(last.values.capacity(), capacity);
    }
}

#[test]
fn a_full_one_keeps_its_room_through_pushes_and_clears() {
    let mut last = recent(100, 0..100);
    let place = last.values.as_slices().0.as_ptr();
    for n in 0..1_000 {
        last.push(n);
    }
    last.clear();
    assert_eq!(last.values.capacity(), 100);
    assert_eq!(last.values.as_slices().0.as_ptr(), place);
}

#[test]
fn values_without_size_are_counted_too() {
    let last = recent(3, [(); 10]);
    assert_eq!((last.len(), last.total(), last.dropped()), (3, 10, 7));
}

#[test]
fn what_falls_off_belongs_to_the_caller_and_the_rest_is_dropped_with_it() {
    let value = Rc::new(());
    let mut last = recent(2, [value.clone(), value.clone()]);
    let fell_off = last.push(value.clone());
    assert_eq!(Rc::strong_count(&value), 4);
    drop(fell_off);
    assert_eq!(Rc::strong_count(&value), 3);
    last.clear();
    assert_eq!(Rc::strong_count(&value), 1);
}

#[test]
fn it_is_gone_through_from_both_ends_with_a_known_length() {
    let last = recent(4, 0..6);
    let mut values = last.iter();
    assert_eq!(values.len(), 4);
    assert_eq!((values.next(), values.next_back()), (Some(&2), Some(&5)));
    assert_eq!(values.len(), 2);
    assert_eq!(values.clone().rev().collect::<Vec<_>>(), [&4, &3]);

    let mut seen = Vec::new();
    for value in &last {
        seen.push(*value);
    }
    assert_eq!(seen, [2, 3, 4, 5]);
}

#[test]
fn a_copy_goes_its_own_way() {
    let one = recent(2, 0..3);
    let mut other = one.clone();
    other.push(9);
    assert!(one.iter().eq(&[1, 2]) && other.iter().eq(&[2, 9]));
    assert_eq!((one.total(), other.total()), (3, 4));
}

/// What Python's `deque(maxlen = ..)` does, in as few words as possible.
#[derive(Default)]
struct Deque {
    values: Vec<u32>,
    maxlen: usize,
    total: u64,
    dropped: u64,
}

impl Deque {
    fn append(&mut self, value: u32) -> Option<u32> {
        self.values.push(value);
        self.fallen_off(|values| values.remove(0))
    }

    fn appendleft(&mut self, value: u32) -> Option<u32> {
        self.values.insert(0, value);
        self.fallen_off(|values| values.remove(values.len() - 1))
    }

    fn fallen_off(&mut self, goes: fn(&mut Vec<u32>) -> u32) -> Option<u32> {
        self.total += 1;
        let is_full = self.values.len() > self.maxlen;
        self.dropped += u64::from(is_full);
        is_full.then(|| goes(&mut self.values))
    }

    /// To the right, if `n` is positive.
    fn rotate(&mut self, n: i64) {
        for _ in 0..n.unsigned_abs() {
            if n > 0 {
                let last = self.values.pop();
                last.inspect(|value| self.values.insert(0, *value));
            } else if !self.values.is_empty() {
                let first = self.values.remove(0);
                self.values.push(first);
            }
        }
    }
}

#[test]
fn it_agrees_with_pythons_deque_on_a_million_operations() {
    for maxlen in [1, 2, 7, 64] {
        let mut random = Random(maxlen as u64);
        let (mut ours, mut theirs) = (
            Recent::new(maxlen),
            Deque {
                maxlen,
                ..Deque::default()
            },
        );
        for n in 0..250_000 {
            match random.below(100) {
                0..40 => assert_eq!(ours.push(n), theirs.append(n)),
                40..60 => assert_eq!(ours.push_front(n), theirs.appendleft(n)),
                60..70 => assert_eq!(ours.pop_back(), theirs.values.pop()),
                70..80 => {
                    let first = (!theirs.values.is_empty()).then(|| theirs.values.remove(0));
                    assert_eq!(ours.pop_front(), first);
                }
                80..90 => {
                    let more = n..n + random.below(10);
                    ours.extend(more.clone());
                    more.for_each(|n| _ = theirs.append(n));
                }
                90..98 => {
                    let by = random.below(20);
                    let times = usize::try_from(by).expect("it is little");
                    if n % 2 == 0 {
                        ours.rotate_left(times);
                        theirs.rotate(-i64::from(by));
                    } else {
                        ours.rotate_right(times);
                        theirs.rotate(i64::from(by));
                    }
                }
                98 => assert!(ours.drain().eq(theirs.values.drain(..))),
                _ => {
                    ours.clear();
                    theirs.values.clear();
                }
            }
            assert!(ours.iter().eq(&theirs.values), "operation {n}");
            assert_eq!(
                (ours.total(), ours.dropped()),
                (theirs.total, theirs.dropped)
            );
        }
    }
}

#[test]
fn it_can_be_a_static() {
    static LAST: std::sync::Mutex<Recent<u8>> = std::sync::Mutex::new(Recent::new(8));
    LAST.lock().unwrap().push(1);
    assert_eq!(LAST.lock().unwrap().total(), 1);
}
