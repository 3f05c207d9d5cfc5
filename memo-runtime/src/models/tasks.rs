//! Async calls, among themselves and with threads: one computes, and if it is cancelled, one of the others does.
//!
//! Whoever polls a task has a thread of its own here, and may give it up after any poll.

use super::*;

/// A body that takes two polls and tells how many have begun: 11 is the first. Nobody else may compute meanwhile.
async fn alone(cache: Arc<Plain>, computing: Arc<AtomicU64>) -> u64 {
    let run = cache.runs();
    let _alone = Alone::new(computing);
    yield_now().await;
    10 + run
}

/// The same for a thread.
fn alone_in_thread(cache: &Plain, computing: Arc<AtomicU64>) -> u64 {
    let run = cache.runs();
    let _alone = Alone::new(computing);
    thread::yield_now();
    10 + run
}

struct Alone(Arc<AtomicU64>);

impl Alone {
    fn new(computing: Arc<AtomicU64>) -> Self {
        let others = computing.fetch_add(1, Ordering::SeqCst);
        assert_eq!(others, 0, "somebody computes already");
        Self(computing)
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A cache in which patience never ends, and how many compute in it.
fn cache() -> (Arc<Plain>, Arc<AtomicU64>) {
    (Plain::new(2, None, FOR_EVER), Arc::default())
}

/// A call as a task.
fn in_task(cache: &Arc<Plain>, computing: &Arc<AtomicU64>) -> Thread<Option<u64>> {
    let call = cache.task(1, alone(cache.clone(), computing.clone()));
    Box::new(|| Some(block_on(call)))
}

/// The same by a thread.
fn in_thread(cache: &Arc<Plain>, computing: &Arc<AtomicU64>) -> Thread<Option<u64>> {
    thread_with!(cache, computing => Some(cache.call(1, || alone_in_thread(&cache, computing))))
}

/// The value of the first of two to have one. The other is dropped.
async fn select(mut one: Task, mut two: Task) -> u64 {
    std::future::poll_fn(move |cx| match one.as_mut().poll(cx) {
        Poll::Ready(value) => Poll::Ready(value),
        Poll::Pending => two.as_mut().poll(cx),
    })
    .await
}

/// Becomes a leader, to be dropped then; or gets an answer.
fn cancelled_as_leader(cache: &Arc<Plain>, computing: Arc<AtomicU64>) -> Option<u64> {
    let leads = Arc::new(Gate::default());
    let body = {
        let leads = leads.clone();
        async move {
            let _alone = Alone::new(computing);
            leads.open();
            std::future::pending().await
        }
    };
    let cancel = async move {
        leads.passed().await;
        yield_now().await;
        0
    };
    let answer = block_on(select(cache.task(1, body), Box::pin(cancel)));
    Some(answer).filter(|it| *it != 0)
}

/// Those who were not cancelled got the value of the last who computed, and nothing else is left of anybody.
fn all_got_the_last(cache: &Plain, answers: &[Option<u64>]) {
    let (last, returned) = (10 + cache.runs(), answers.iter().flatten());
    assert!(
        returned.clone().all(|it| *it == last),
        "{answers:?}, the last is {last}"
    );
    assert_eq!(cache.peek(1), Some(last));
    cache.is_at_rest(returned.count() as u64);
}

#[test]
fn tasks_and_threads_that_miss_one_key_run_the_body_once() {
    for (tasks, threads) in [(2, 0), (4, 0), (1, 1), (2, 2)] {
        check(move || {
            let (cache, n) = cache();
            let task = (0..tasks).map(|_| in_task(&cache, &n));
            let thread = (0..threads).map(|_| in_thread(&cache, &n));
            let answers = together(task.chain(thread).collect());
            assert_eq!(cache.runs(), 1);
            all_got_the_last(&cache, &answers);
        });
    }
}

#[test]
fn two_calls_in_one_task_finish() {
    check(|| {
        let (cache, n) = cache();
        let pair = || [(); 2].map(|()| cache.task(1, alone(cache.clone(), n.clone())));
        let ([one, two], [first, second]) = (pair(), pair());
        let joined = Box::new(|| {
            let [one, two] = block_on(join([one, two]));
            assert_eq!(one, two);
            Some(one)
        });
        let selected = Box::new(|| Some(block_on(select(first, second))));
        let answers = together(vec![joined, selected, in_task(&cache, &n)]);
        assert_eq!(cache.runs(), 1);
        assert_eq!(answers, [Some(11); 3]);
        cache.memo.validate();
    });
}

#[test]
fn when_the_leader_is_cancelled_one_of_the_others_takes_over() {
    check(|| {
        let (cache, n) = cache();
        let leads = Arc::new(Gate::default());
        let leader = thread_with!(cache, leads => {
            let body = async move { leads.open(); std::future::pending().await };
            given_up(cache.task(1, body), 1)
        });
        let after = |call: Thread<_>| {
            let leads = leads.clone();
            Box::new(move || {
                leads.pass();
                call()
            }) as Thread<_>
        };
        let answers = together(vec![
            leader,
            after(in_task(&cache, &n)),
            after(in_task(&cache, &n)),
            after(in_thread(&cache, &n)),
        ]);
        assert_eq!(answers, [None, Some(12), Some(12), Some(12)]);
        all_got_the_last(&cache, &answers);
    });
}

#[test]
fn whoever_is_cancelled_at_whatever_moment_the_others_get_one_value() {
    for polls in [0, 1, 2, 3] {
        check(move || {
            let (cache, n) = cache();
            let cancelled = || thread_with!(cache, n => given_up(cache.task(1, alone(cache.clone(), n)), polls));
            let answers = together(vec![
                cancelled(),
                cancelled(),
                in_task(&cache, &n),
                in_thread(&cache, &n),
            ]);
            assert!(answers[2..].iter().all(Option::is_some));
            all_got_the_last(&cache, &answers);
        });
    }
}

#[test]
fn when_one_leader_after_the_other_is_cancelled_those_who_wait_stay_in_line() {
    check(|| {
        let (cache, n) = cache();
        let cancelled = || thread_with!(cache, n => cancelled_as_leader(&cache, n));
        let answers = together(vec![
            cancelled(),
            cancelled(),
            cancelled(),
            in_task(&cache, &n),
            in_task(&cache, &n),
            in_thread(&cache, &n),
        ]);
        all_got_the_last(&cache, &answers);
    });
}

#[test]
fn when_all_are_cancelled_nothing_is_left_behind() {
    check(|| {
        let (cache, n) = cache();
        let cancelled = |polls| {
            thread_with!(cache, n => {
                let body = async { let _alone = Alone::new(n); std::future::pending().await };
                given_up(cache.task(1, body), polls)
            })
        };
        let answers = together(vec![cancelled(1), cancelled(2), cancelled(3)]);
        assert_eq!((answers, cache.info().currsize), (vec![None; 3], 0));
        cache.is_at_rest(0);
        let next = 11 + cache.runs();
        assert_eq!(cache.call(1, || 10 + cache.runs()), next);
        all_got_the_last(&cache, &[Some(next)]);
    });
}

#[test]
fn who_is_woken_and_then_dropped_takes_nothing_along() {
    check(|| {
        let (cache, n) = cache();
        let woken = || {
            thread_with!(cache, n => {
                let woken = Arc::new(Gate::default());
                let mut call = cache.task(1, alone(cache.clone(), n));
                let polled = poll(&mut call, &woken.clone().into());
                if polled.is_none() {
                    woken.pass();
                }
                polled
            })
        };
        let cancelled = thread_with!(cache, n => cancelled_as_leader(&cache, n));
        let stays = in_task(&cache, &n);
        let answers = together(vec![cancelled, woken(), woken(), stays]);
        all_got_the_last(&cache, &answers);
    });
}

#[test]
fn a_leader_dropped_under_the_lock_is_followed_by_one_of_the_others() {
    check(|| {
        let (cache, n) = cache();
        cache.insert(0, 0);
        let mut leader = Some(cache.task(1, std::future::pending()));
        assert_eq!(poll(leader.as_mut().unwrap(), Waker::noop()), None);
        let drops = thread_with!(cache => {
            cache.memo.retain(|_| { leader = None; true });
            None
        });
        let answers = together(vec![drops, in_task(&cache, &n), in_thread(&cache, &n)]);
        all_got_the_last(&cache, &answers);
    });
}

#[test]
fn when_a_body_panics_exactly_one_of_the_others_computes() {
    check(|| {
        let (cache, n) = cache();
        let call = || {
            thread_with!(cache, n => {
                let value = alone(cache.clone(), n);
                let body = async {
                    let value = value.await;
                    if value == 11 {
                        std::panic::resume_unwind(Box::new("once"));
                    }
                    value
                };
                let call = cache.task(1, body);
                catch_unwind(AssertUnwindSafe(|| block_on(call))).ok()
            })
        };
        let answers = together(vec![call(), call(), call()]);
        assert_eq!(answers.iter().flatten().count(), 2);
        assert_eq!(cache.runs(), 2);
        all_got_the_last(&cache, &answers);
    });
}
