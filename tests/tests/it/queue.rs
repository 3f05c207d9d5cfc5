//! A bounded queue loses nothing, keeps each producer's order, and does at its bound what was declared.

use futures::StreamExt as _;
use memo_runtime::bounded::{PushError, Queue, WhenFull, queue};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

/// So many items, or as many as the environment says: `QUEUE_ITEMS=10000000`.
fn items(usually: u64) -> u64 {
    std::env::var("QUEUE_ITEMS").map_or(usually, |it| it.parse().expect("a number of items"))
}

fn poll_once<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

fn full_of<T: Send + 'static>(
    values: impl IntoIterator<Item = T>,
    when_full: WhenFull,
) -> Queue<T> {
    let values: Vec<T> = values.into_iter().collect();
    let queue = Queue::builder(values.len()).when_full(when_full).build();
    for value in values {
        assert!(queue.try_push(value).is_ok());
    }
    queue
}

#[test]
fn values_come_out_in_the_order_in_which_they_went_in() {
    let queue = queue(3);
    for round in 0..10 {
        assert_eq!(queue.push(3 * round), Ok(None));
        assert_eq!(queue.push(3 * round + 1), Ok(None));
        assert_eq!(queue.pop(), Some(3 * round));
        assert_eq!(queue.push(3 * round + 2), Ok(None));
        assert_eq!((queue.len(), queue.is_empty()), (2, false));
        assert_eq!(
            (queue.try_pop(), queue.pop()),
            (Some(3 * round + 1), Some(3 * round + 2))
        );
        assert_eq!((queue.try_pop(), queue.is_empty()), (None, true));
    }
}

#[test]
fn a_full_queue_does_what_was_declared() {
    let waits = full_of([1, 2], WhenFull::Wait);
    assert_eq!(waits.try_push(3), Err(PushError::Full(3)));
    assert_eq!(
        waits.push_timeout(3, Duration::from_millis(1)),
        Err(PushError::Full(3))
    );
    assert_eq!(poll_once(waits.push_async(3)), Poll::Pending);
    assert!(waits.info().waited > Duration::ZERO);
    assert_eq!((waits.info().refused, waits.info().dropped), (2, 0));

    let refuses = full_of([1, 2], WhenFull::Refuse);
    assert_eq!(refuses.push(3), Err(PushError::Full(3)));
    assert_eq!(
        poll_once(refuses.push_async(3)),
        Poll::Ready(Err(PushError::Full(3)))
    );
    assert_eq!(
        refuses.push_timeout(3, Duration::MAX),
        Err(PushError::Full(3))
    );
    assert_eq!((refuses.info().refused, refuses.info().dropped), (3, 0));

    let oldest = full_of([1, 2], WhenFull::DropOldest);
    assert_eq!(oldest.push(3), Ok(Some(1)));
    assert_eq!(oldest.try_pop(), Some(2));
    assert_eq!(
        (oldest.try_push(4), oldest.try_push(5)),
        (Ok(None), Ok(Some(3)))
    );
    assert_eq!(
        (oldest.try_pop(), oldest.try_pop(), oldest.try_pop()),
        (Some(4), Some(5), None)
    );
    let info = oldest.info();
    assert_eq!(
        (info.pushed, info.popped, info.dropped, info.refused),
        (5, 3, 2, 0)
    );

    let newest = full_of([1, 2], WhenFull::DropNewest);
    assert_eq!(newest.push(3), Ok(Some(3)));
    assert_eq!(poll_once(newest.push_async(4)), Poll::Ready(Ok(Some(4))));
    assert_eq!(
        (newest.try_pop(), newest.try_pop(), newest.try_pop()),
        (Some(1), Some(2), None)
    );
    let info = newest.info();
    assert_eq!(
        (info.pushed, info.popped, info.dropped, info.refused),
        (2, 2, 2, 0)
    );
}

#[test]
fn the_high_water_mark_is_the_most_there_ever_was() {
    let queue = queue(8);
    for most in [3, 1, 5, 2] {
        (0..most).for_each(|n| assert!(queue.push(n).is_ok()));
        (0..most).for_each(|n| assert_eq!(queue.pop(), Some(n)));
    }
    let info = queue.info();
    assert_eq!((info.high_water, info.len, info.capacity), (5, 0, 8));
}

#[test]
#[should_panic(expected = "the capacity of a queue is at least 1, found 0")]
fn a_capacity_of_zero_panics() {
    let _ = queue::<u8>(0);
}

#[test]
fn the_largest_capacity_is_one_like_any_other() {
    let queue = queue(usize::MAX);
    assert_eq!(queue.push(1), Ok(None));
    assert_eq!((queue.pop(), queue.capacity()), (Some(1), usize::MAX));
}

#[test]
fn a_closed_queue_takes_nothing_in_and_gives_out_what_is_left() {
    let queue = full_of([1, 2], WhenFull::DropOldest);
    queue.close();
    queue.close();
    assert!(queue.is_closed());
    assert_eq!(queue.push(3), Err(PushError::Closed(3)));
    assert_eq!(queue.try_push(3), Err(PushError::Closed(3)));
    assert_eq!(
        poll_once(queue.push_async(3)),
        Poll::Ready(Err(PushError::Closed(3)))
    );
    assert!(queue.iter().eq([1, 2]));
    assert_eq!(queue.pop(), None);
    assert_eq!(queue.pop_timeout(Duration::MAX), None);
    assert_eq!(poll_once(queue.pop_async()), Poll::Ready(None));
    assert_eq!(queue.info().refused, 0);
}

#[test]
fn a_producer_that_panics_ends_the_queue_for_its_consumers() {
    let queue = queue(2);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _end = queue.close_on_drop();
        queue.push(1).unwrap();
        panic!("of the producer");
    }));
    assert!(panicked.is_err());
    assert!(queue.iter().eq([1]));
}

#[test]
fn close_hands_every_unsent_value_back_once_and_wakes_all_who_wait() {
    let blocked = full_of([u64::MAX], WhenFull::Wait);
    let starved = queue::<u64>(1);
    let mut pushes: Vec<_> = (0..64).map(|n| Box::pin(blocked.push_async(n))).collect();
    let mut pops: Vec<_> = (0..64).map(|_| Box::pin(starved.pop_async())).collect();
    let mut cx = Context::from_waker(Waker::noop());
    assert!(
        pushes
            .iter_mut()
            .all(|it| it.as_mut().poll(&mut cx).is_pending())
    );
    assert!(
        pops.iter_mut()
            .all(|it| it.as_mut().poll(&mut cx).is_pending())
    );
    thread::scope(|scope| {
        // Some of them park before the end, some come after it.
        let producers: Vec<_> = (64..128)
            .map(|n| {
                (
                    n,
                    scope.spawn({
                        let blocked = &blocked;
                        move || blocked.push(n)
                    }),
                )
            })
            .collect();
        let consumers: Vec<_> = (0..64).map(|_| scope.spawn(|| starved.pop())).collect();
        blocked.close();
        starved.close();
        for (n, producer) in producers {
            assert_eq!(producer.join().unwrap(), Err(PushError::Closed(n)));
        }
        for consumer in consumers {
            assert_eq!(consumer.join().unwrap(), None);
        }
    });
    for (n, push) in pushes.into_iter().enumerate() {
        assert_eq!(smol::block_on(push), Err(PushError::Closed(n as u64)));
    }
    for pop in pops {
        assert_eq!(smol::block_on(pop), None);
    }
    assert!(blocked.iter().eq([u64::MAX]));
}

#[test]
fn no_timeout_is_too_short_or_too_long() {
    let full = full_of([0], WhenFull::Wait);
    let empty = queue::<u8>(1);
    for timeout in [
        Duration::ZERO,
        Duration::from_nanos(1),
        Duration::from_millis(5),
    ] {
        let start = Instant::now();
        assert_eq!(full.push_timeout(1, timeout), Err(PushError::Full(1)));
        assert!(start.elapsed() >= timeout);
        let start = Instant::now();
        assert_eq!(empty.pop_timeout(timeout), None);
        assert!(start.elapsed() >= timeout);
    }
    thread::scope(|scope| {
        let pushed = scope.spawn(|| full.push_timeout(1, Duration::MAX));
        let popped = scope.spawn(|| empty.pop_timeout(Duration::MAX));
        assert_eq!(full.pop(), Some(0));
        assert_eq!(empty.push(7), Ok(None));
        assert_eq!(pushed.join().unwrap(), Ok(None));
        assert_eq!(popped.join().unwrap(), Some(7));
    });
}

/// Four producers and four consumers: each consumer sees each producer's values in their order, and together they see all.
fn each_producers_values_stay_in_order(capacity: usize, items: u64) {
    const PRODUCERS: usize = 4;
    let queue = queue(capacity);
    let seen = AtomicU64::new(0);
    let (producing, each) = (AtomicUsize::new(PRODUCERS), items / PRODUCERS as u64);
    thread::scope(|scope| {
        for producer in 0..PRODUCERS {
            let (queue, producing) = (&queue, &producing);
            scope.spawn(move || {
                (0..each).for_each(|n| assert!(queue.push((producer, n)).is_ok()));
                if producing.fetch_sub(1, SeqCst) == 1 {
                    queue.close();
                }
            });
        }
        for _ in 0..4 {
            scope.spawn(|| {
                let mut next = [0; PRODUCERS];
                let mut count = 0;
                for (producer, n) in &queue {
                    let next = &mut next[producer];
                    assert!(n >= *next, "after {next} of {producer} came {n}");
                    *next = n + 1;
                    count += 1;
                }
                seen.fetch_add(count, SeqCst);
            });
        }
        scope.spawn(|| {
            while !queue.is_closed() {
                let info = queue.info();
                assert!(
                    info.len <= capacity && info.high_water <= capacity,
                    "{info:?}"
                );
                assert_eq!(info.pushed, info.popped + info.len as u64);
                thread::yield_now();
            }
        });
    });
    let total = PRODUCERS as u64 * each;
    assert_eq!(seen.load(SeqCst), total);
    let info = queue.info();
    assert_eq!((info.pushed, info.popped, info.len), (total, total, 0));
}

#[test]
fn order_is_kept_at_any_capacity() {
    for capacity in [1, 2, 64] {
        each_producers_values_stay_in_order(capacity, items(20_000));
    }
}

/// Producers and consumers, threads and tasks: all with and without timeouts.
#[test]
fn threads_and_tasks_meet_in_one_queue() {
    const EACH: u64 = 2_000;
    let queue = queue(3);
    let sum = AtomicU64::new(0);
    thread::scope(|scope| {
        let producers = [
            scope.spawn(|| (0..EACH).for_each(|n| assert!(queue.push(n).is_ok()))),
            scope.spawn(|| {
                smol::block_on(async {
                    for n in 0..EACH {
                        assert!(queue.push_async(n).await.is_ok());
                    }
                });
            }),
            scope.spawn(|| {
                for n in 0..EACH {
                    let mut value = n;
                    while let Err(PushError::Full(back)) =
                        queue.push_timeout(value, Duration::from_micros(20))
                    {
                        value = back;
                    }
                }
            }),
        ];
        scope.spawn(|| queue.iter().for_each(|n| _ = sum.fetch_add(n, SeqCst)));
        scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap();
            runtime.block_on(async {
                while let Some(n) = queue.pop_async().await {
                    sum.fetch_add(n, SeqCst);
                    tokio::task::yield_now().await;
                }
            });
        });
        scope.spawn(|| {
            let all = queue
                .stream()
                .for_each(async |n| _ = sum.fetch_add(n, SeqCst));
            smol::block_on(all);
        });
        for producer in producers {
            producer.join().unwrap();
        }
        queue.close();
    });
    assert_eq!(sum.load(SeqCst), 3 * (EACH * (EACH - 1) / 2));
}

/// Pushes and pops that are dropped at some moment between their first poll and their end.
#[test]
fn cancelled_pushes_and_pops_lose_nothing() {
    let rounds = std::env::var("CANCELLATIONS").map_or(20_000, |it| it.parse().expect("a number"));
    let queue = queue(2);
    let (mut sent, mut taken, mut back) = (0_u64, 0_u64, 0_u64);
    let (mut pushes, mut pops) = (Vec::new(), Vec::new());
    let mut cx = Context::from_waker(Waker::noop());
    let mut random = 1_u64;
    for _ in 0..rounds {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let choice = random >> 33;
        match choice % 4 {
            0 => pushes.push(Box::pin(queue.push_async(Box::new(())))),
            1 => pops.push(Box::pin(queue.pop_async())),
            2 if !pushes.is_empty() => drop(pushes.swap_remove(choice as usize / 4 % pushes.len())),
            3 if !pops.is_empty() => drop(pops.swap_remove(choice as usize / 4 % pops.len())),
            _ => {}
        }
        pushes.retain_mut(|push| match push.as_mut().poll(&mut cx) {
            Poll::Ready(result) => {
                assert_eq!(result, Ok(None));
                sent += 1;
                false
            }
            Poll::Pending => true,
        });
        pops.retain_mut(|pop| match pop.as_mut().poll(&mut cx) {
            Poll::Ready(value) => {
                assert!(value.is_some());
                taken += 1;
                false
            }
            Poll::Pending => true,
        });
        assert!(
            pushes.is_empty() || pops.is_empty(),
            "somebody waits for what is there"
        );
    }
    drop((pushes, pops));
    queue.close();
    back += queue.iter().count() as u64;
    assert_eq!(sent, taken + back);
    let info = queue.info();
    assert_eq!((info.pushed, info.popped), (sent, sent));
}

/// The same with wakers that work and threads beside: whoever is woken and dropped passes it on.
#[test]
fn who_is_woken_and_dropped_leaves_the_value_to_another() {
    smol::block_on(async {
        let queue = queue(1);
        for n in 0..500 {
            let (mut first, mut second) =
                (Box::pin(queue.pop_async()), Box::pin(queue.pop_async()));
            assert!(futures::poll!(&mut first).is_pending());
            assert!(futures::poll!(&mut second).is_pending());
            queue.push_async(n).await.unwrap();
            drop(first); // it was woken
            assert_eq!(second.await, Some(n));

            queue.push_async(n).await.unwrap();
            let (mut first, mut second) =
                (Box::pin(queue.push_async(7)), Box::pin(queue.push_async(8)));
            assert!(futures::poll!(&mut first).is_pending());
            assert!(futures::poll!(&mut second).is_pending());
            assert_eq!(queue.pop_async().await, Some(n));
            drop(first);
            assert_eq!(second.await, Ok(None));
            assert_eq!(queue.pop_async().await, Some(8));
        }
    });
}

#[test]
fn a_stream_that_is_dropped_while_it_waits_leaves_the_value_to_another() {
    smol::block_on(async {
        let queue = queue(1);
        let (mut first, mut second) = (queue.stream(), queue.stream());
        assert!(futures::poll!(first.next()).is_pending());
        assert!(futures::poll!(second.next()).is_pending());
        queue.push_async(1).await.unwrap();
        drop(first);
        assert_eq!(second.next().await, Some(1));
        queue.close();
        assert_eq!((second.next().await, second.next().await), (None, None));
    });
}

/// Nobody polls it any more, and nobody has dropped it.
#[test]
fn a_stream_that_is_left_alone_does_not_keep_others_from_their_values() {
    let queue = queue(1);
    let mut forgotten = queue.stream();
    assert_eq!(poll_once(forgotten.next()), Poll::Pending);
    thread::scope(|scope| {
        let consumer = scope.spawn(|| queue.pop_timeout(Duration::from_secs(60)));
        let mut waits = Box::pin(queue.pop_async());
        assert_eq!(
            waits.as_mut().poll(&mut Context::from_waker(Waker::noop())),
            Poll::Pending
        );
        queue.push(1).unwrap();
        queue.push(2).unwrap();
        let mut both = [consumer.join().unwrap(), smol::block_on(waits)];
        both.sort_unstable();
        assert_eq!(both, [Some(1), Some(2)]);
    });
    queue.push(3).unwrap();
    assert_eq!(poll_once(forgotten.next()), Poll::Ready(Some(3)));
}

/// Its drop uses the queue it was in.
struct Returns(Queue<Self>, u8);

impl Drop for Returns {
    fn drop(&mut self) {
        if self.1 > 0 {
            let _ = self.0.try_push(Self(self.0.clone(), self.1 - 1));
        }
    }
}

#[test]
fn a_value_may_use_the_queue_when_it_is_dropped() {
    let queue = Queue::builder(2).when_full(WhenFull::DropOldest).build();
    for _ in 0..10 {
        _ = queue.push(Returns(queue.clone(), 3));
    }
    queue.close();
    queue.iter().for_each(drop);
    assert!(queue.is_empty());
}

#[test]
fn what_is_left_is_dropped_with_the_last_handle() {
    let value = std::sync::Arc::new(());
    let one = queue(2);
    let other = one.clone();
    one.push(value.clone()).unwrap();
    drop(one);
    assert_eq!(std::sync::Arc::strong_count(&value), 2);
    drop(other);
    assert_eq!(std::sync::Arc::strong_count(&value), 1);
}

#[test]
fn one_pop_lets_one_producer_in() {
    let queue = full_of([0], WhenFull::Wait);
    let mut pushes: Vec<_> = (1..=3).map(|n| Box::pin(queue.push_async(n))).collect();
    let mut cx = Context::from_waker(Waker::noop());
    assert!(
        pushes
            .iter_mut()
            .all(|it| it.as_mut().poll(&mut cx).is_pending())
    );
    assert_eq!(queue.try_pop(), Some(0));
    let ready = pushes
        .iter_mut()
        .map(|it| it.as_mut().poll(&mut cx).is_ready());
    assert_eq!(ready.collect::<Vec<_>>(), [true, false, false]);
}

#[test]
fn a_handle_shows_how_the_queue_is() {
    let queue = Queue::builder(2)
        .when_full(WhenFull::Refuse)
        .name("jobs")
        .build();
    queue.push(1).unwrap();
    assert_eq!(
        format!("{queue:?}"),
        "Queue { name: \"jobs\", len: 1, capacity: 2, when_full: Refuse, is_closed: false, .. }"
    );
    assert_eq!(PushError::Full(1).to_string(), "the queue is full");
    assert_eq!(PushError::Closed(1).to_string(), "the queue is closed");
}

#[test]
fn handles_go_where_their_values_may() {
    fn is_send_and_sync<T: Send + Sync>(_: T) {}
    fn is_send(_: impl Send) {}
    let queue = queue::<std::cell::Cell<u8>>(1);
    is_send_and_sync(&queue);
    is_send(queue.push_async(std::cell::Cell::new(1)));
    is_send(queue.pop_async());
    is_send(queue.stream());
}
