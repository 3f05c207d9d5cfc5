//! Queues: nobody sleeps while there is something for them, and nothing is lost.

use super::check;
use crate::bounded::{PushError, Queue, WhenFull, queue};
use shuttle::future::{block_on, yield_now};
use shuttle::sync::Arc;
use shuttle::sync::atomic::{AtomicU64, Ordering};
use shuttle::thread;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// What a thread pushes: its number in tens.
fn push_all(queue: &Queue<u64>, producer: u64, count: u64) {
    for n in 0..count {
        assert_eq!(block_on(queue.push_async(10 * producer + n)), Ok(None));
    }
}

/// All there is until the end.
fn pop_all(queue: &Queue<u64>) -> Vec<u64> {
    std::iter::from_fn(|| block_on(queue.pop_async())).collect()
}

fn is_in_order(values: &[u64], producer: u64) -> bool {
    let own = values.iter().filter(|it| *it / 10 == producer);
    own.is_sorted()
}

#[test]
fn every_value_comes_out_once_and_in_its_producers_order() {
    for capacity in [1, 2] {
        check(move || {
            let queue = queue(capacity);
            let producers = [0, 1].map(|producer| {
                let queue = queue.clone();
                thread::spawn(move || push_all(&queue, producer, 3))
            });
            let consumers = [0, 1].map(|_| {
                let queue = queue.clone();
                thread::spawn(move || pop_all(&queue))
            });
            for producer in producers {
                producer.join().unwrap();
            }
            queue.close();
            let mut all = Vec::new();
            for consumer in consumers {
                let values = consumer.join().unwrap();
                assert!(
                    is_in_order(&values, 0) && is_in_order(&values, 1),
                    "{values:?}"
                );
                all.extend(values);
            }
            all.sort_unstable();
            assert_eq!(all, [0, 1, 2, 10, 11, 12]);
            let info = queue.info();
            assert_eq!((info.pushed, info.popped, info.len), (6, 6, 0));
            assert!((1..=capacity).contains(&info.high_water));
        });
    }
}

#[test]
fn the_oldest_goes_and_is_handed_back() {
    check(|| {
        let queue = Queue::builder(1).when_full(WhenFull::DropOldest).build();
        let producers = [0, 1].map(|producer| {
            let queue = queue.clone();
            thread::spawn(move || {
                let pushed = (0..2).filter_map(|n| queue.try_push(10 * producer + n).unwrap());
                pushed.collect::<Vec<_>>()
            })
        });
        let consumer = thread::spawn({
            let queue = queue.clone();
            move || pop_all(&queue)
        });
        let mut all: Vec<u64> = producers.map(|it| it.join().unwrap()).concat();
        let dropped = all.len() as u64;
        queue.close();
        all.extend(consumer.join().unwrap());
        all.sort_unstable();
        assert_eq!(all, [0, 1, 10, 11]);
        let info = queue.info();
        assert_eq!(
            (info.pushed, info.popped, info.dropped),
            (4, 4 - dropped, dropped)
        );
    });
}

#[test]
fn close_wakes_all_who_wait_and_hands_back_what_is_unsent() {
    check(|| {
        let queue = queue(1);
        let producers = [0, 1].map(|n| {
            let queue = queue.clone();
            thread::spawn(move || block_on(queue.push_async(n)))
        });
        let consumer = thread::spawn({
            let queue = queue.clone();
            move || (block_on(queue.pop_async()), block_on(queue.pop_async()))
        });
        queue.close();
        let unsent = producers
            .map(|it| it.join().unwrap())
            .into_iter()
            .filter_map(Result::err);
        let unsent: Vec<u64> = unsent
            .map(|error| match error {
                PushError::Closed(value) => value,
                PushError::Full(_) => unreachable!("it waits"),
            })
            .collect();
        let (first, second) = consumer.join().unwrap();
        let mut all: Vec<u64> = unsent.into_iter().chain(first).chain(second).collect();
        all.extend(queue.try_pop());
        all.sort_unstable();
        assert_eq!(all, [0, 1]);
    });
}

/// Polls it so many times, then drops it.
async fn given_up<F: Future>(future: F, polls: u32) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..polls {
        if let Poll::Ready(output) = poll(future.as_mut()).await {
            return Some(output);
        }
        yield_now().await;
    }
    None
}

async fn poll<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    std::future::poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
}

#[test]
fn who_is_dropped_while_it_waits_loses_nothing_and_leaves_nobody_asleep() {
    check(|| {
        let queue = queue(1);
        let sent = Arc::new(AtomicU64::new(0));
        let fickle = thread::spawn({
            let (queue, sent) = (queue.clone(), sent.clone());
            move || {
                if let Some(pushed) = block_on(given_up(queue.push_async(1), 2)) {
                    assert_eq!(pushed, Ok(None));
                    sent.fetch_add(1, Ordering::SeqCst);
                }
                block_on(given_up(queue.pop_async(), 2))
                    .flatten()
                    .map_or(0, |_| 1)
            }
        });
        let steady = thread::spawn({
            let (queue, sent) = (queue.clone(), sent.clone());
            move || {
                push_all(&queue, 0, 2);
                sent.fetch_add(2, Ordering::SeqCst);
            }
        });
        let consumer = thread::spawn({
            let queue = queue.clone();
            move || pop_all(&queue).len() as u64
        });
        let taken = fickle.join().unwrap();
        steady.join().unwrap();
        queue.close();
        let taken = taken + consumer.join().unwrap();
        assert_eq!(taken, sent.load(Ordering::SeqCst));
        assert!(queue.is_empty());
    });
}

#[test]
fn a_stream_sees_every_value_and_the_end() {
    use futures_core::Stream as _;
    check(|| {
        let queue = queue(1);
        let consumer = thread::spawn({
            let mut stream = queue.stream();
            move || {
                let next = std::future::poll_fn(|cx: &mut Context<'_>| {
                    Pin::new(&mut stream).poll_next(cx)
                });
                let mut next = pin!(next);
                std::iter::from_fn(|| block_on(next.as_mut())).collect::<Vec<_>>()
            }
        });
        let mut ignored = queue.stream();
        let mut cx = Context::from_waker(Waker::noop());
        let first = match Pin::new(&mut ignored).poll_next(&mut cx) {
            Poll::Ready(value) => value,
            Poll::Pending => None,
        };
        assert_eq!(first, None);
        drop(ignored);
        push_all(&queue, 0, 3);
        queue.close();
        assert_eq!(consumer.join().unwrap(), [0, 1, 2]);
    });
}

#[test]
fn two_values_wake_two_who_wait_and_two_places_two_producers() {
    check(|| {
        let queue = queue(2);
        let consumers = [0, 1].map(|_| {
            let queue = queue.clone();
            thread::spawn(move || block_on(queue.pop_async()).expect("it is not closed"))
        });
        push_all(&queue, 0, 2);
        let mut values = consumers.map(|it| it.join().unwrap());
        values.sort_unstable();
        assert_eq!(values, [0, 1]);

        push_all(&queue, 0, 2);
        let producers = [1, 2].map(|n| {
            let queue = queue.clone();
            thread::spawn(move || push_all(&queue, n, 1))
        });
        assert_eq!((queue.try_pop(), queue.try_pop()), (Some(0), Some(1)));
        for producer in producers {
            producer.join().unwrap();
        }
        assert_eq!(queue.len(), 2);
    });
}
