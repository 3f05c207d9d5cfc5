//! Bounded queues side by side: `cargo run --release --features queue --bin queue` in this folder prints a table.
//!
//! The contestants take turns, round by round, each starting in its turn; a figure is the median over the rounds. All of
//! `memo-runtime`'s counters are on, for there is no way to turn them off.

use std::hint::black_box;
use std::thread;
use std::time::Instant;

const ROUNDS: usize = 31;

type Round = fn(Setting) -> u64;

#[derive(Clone, Copy)]
struct Setting {
    producers: u64,
    consumers: u64,
    capacity: usize,
}

impl Setting {
    /// Through the queue in one round, by each producer: where a queue has nearly no room, most park for every value.
    fn values(self) -> u64 {
        3_200 * self.capacity.min(64) as u64 / self.producers
    }
}

const THREADS: [(&str, Round); 4] = [
    ("memo-runtime", threads::<ours::Queue>),
    ("crossbeam", threads::<crossbeam::Queue>),
    ("tokio mpsc", threads::<tokio_mpsc::Queue>),
    ("async-channel", threads::<async_channel_2::Queue>),
];

/// On tokio, with two workers.
const TASKS: [(&str, Round); 3] = [
    ("memo-runtime", tasks::<ours::Queue>),
    ("tokio mpsc", tasks::<tokio_mpsc::Queue>),
    ("async-channel", tasks::<async_channel_2::Queue>),
];

fn main() {
    for capacity in [1, 64, 1024] {
        for (producers, consumers) in [(1, 1), (4, 1), (2, 2)] {
            let setting = Setting {
                producers,
                consumers,
                capacity,
            };
            compare("threads", setting, &THREADS);
            compare("tasks", setting, &TASKS);
        }
    }
}

fn compare(of: &str, setting: Setting, contestants: &[(&str, Round)]) {
    let Setting {
        producers,
        consumers,
        capacity,
    } = setting;
    // Tokio's has but one consumer.
    let able = |name: &str| consumers == 1 || name != "tokio mpsc";
    let contestants: Vec<_> = contestants.iter().filter(|(name, _)| able(name)).collect();
    let mut nanos: Vec<Vec<f64>> = vec![Vec::new(); contestants.len()];
    for round in 0..ROUNDS {
        for turn in 0..contestants.len() {
            let who = (round + turn) % contestants.len();
            let start = Instant::now();
            let sum = contestants[who].1(setting);
            let took = start.elapsed().as_nanos() as f64;
            let each = setting.values();
            assert_eq!(black_box(sum), producers * (each * (each - 1) / 2));
            nanos[who].push(took / (producers * each) as f64);
        }
    }
    println!("{producers} to {consumers} {of}, capacity {capacity}");
    let mut ours = None;
    for ((name, _), nanos) in contestants.iter().zip(&mut nanos) {
        nanos.sort_by(f64::total_cmp);
        let median = nanos[nanos.len() / 2];
        let ours = *ours.get_or_insert(median);
        println!(
            "  {name:<14} {median:>8.1} ns a value ({:>6.0} to {:>6.0})   ours has {:>5.2} of its throughput",
            nanos[0],
            nanos[nanos.len() - 1],
            median / ours
        );
    }
}

/// The two ends of a queue. When the last producer has come to its `end`, consumers see it.
trait Ends {
    type Producer: Clone + Send + Sync + 'static;
    type Consumer: Send + 'static;

    fn of(capacity: usize, consumers: u64) -> (Self::Producer, Vec<Self::Consumer>);
    fn push(producer: &Self::Producer, value: u64);
    fn pop(consumer: &mut Self::Consumer) -> Option<u64>;
    fn end(last: Self::Producer);
}

/// The same for tasks.
trait AsyncEnds: Ends {
    fn push_async(producer: &Self::Producer, value: u64) -> impl Future<Output = ()> + Send;
    fn pop_async(consumer: &mut Self::Consumer) -> impl Future<Output = Option<u64>> + Send;
}

fn threads<Q: Ends>(setting: Setting) -> u64 {
    let (producer, consumers) = Q::of(setting.capacity, setting.consumers);
    thread::scope(|scope| {
        let consuming: Vec<_> = consumers
            .into_iter()
            .map(|mut consumer| {
                scope.spawn(move || std::iter::from_fn(|| Q::pop(&mut consumer)).sum::<u64>())
            })
            .collect();
        let producing: Vec<_> = (0..setting.producers)
            .map(|_| {
                let producer = producer.clone();
                scope.spawn(move || {
                    (0..setting.values()).for_each(|n| Q::push(&producer, n));
                })
            })
            .collect();
        producing.into_iter().for_each(|it| it.join().unwrap());
        Q::end(producer);
        consuming.into_iter().map(|it| it.join().unwrap()).sum()
    })
}

fn tasks<Q: AsyncEnds>(setting: Setting) -> u64 {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    let (producer, consumers) = Q::of(setting.capacity, setting.consumers);
    runtime.block_on(async {
        let mut consuming = Vec::new();
        for mut consumer in consumers {
            consuming.push(tokio::spawn(async move {
                let mut sum = 0;
                while let Some(value) = Q::pop_async(&mut consumer).await {
                    sum += value;
                }
                sum
            }));
        }
        let mut producing = Vec::new();
        for _ in 0..setting.producers {
            let producer = producer.clone();
            producing.push(tokio::spawn(async move {
                for n in 0..setting.values() {
                    Q::push_async(&producer, n).await;
                }
            }));
        }
        for it in producing {
            it.await.unwrap();
        }
        Q::end(producer);
        let mut sum = 0;
        for it in consuming {
            sum += it.await.unwrap();
        }
        sum
    })
}

mod ours {
    use memo_runtime::bounded;

    pub enum Queue {}

    impl super::Ends for Queue {
        type Producer = bounded::Queue<u64>;
        type Consumer = bounded::Queue<u64>;

        fn of(capacity: usize, consumers: u64) -> (Self::Producer, Vec<Self::Consumer>) {
            let queue = bounded::queue(capacity);
            let consumers = (0..consumers).map(|_| queue.clone()).collect();
            (queue, consumers)
        }
        fn push(producer: &Self::Producer, value: u64) {
            producer.push(value).unwrap();
        }
        fn pop(consumer: &mut Self::Consumer) -> Option<u64> {
            consumer.pop()
        }
        fn end(last: Self::Producer) {
            last.close();
        }
    }

    impl super::AsyncEnds for Queue {
        async fn push_async(producer: &Self::Producer, value: u64) {
            producer.push_async(value).await.unwrap();
        }
        async fn pop_async(consumer: &mut Self::Consumer) -> Option<u64> {
            consumer.pop_async().await
        }
    }
}

mod crossbeam {
    use crossbeam_channel::{Receiver, Sender, bounded};

    pub enum Queue {}

    impl super::Ends for Queue {
        type Producer = Sender<u64>;
        type Consumer = Receiver<u64>;

        fn of(capacity: usize, consumers: u64) -> (Self::Producer, Vec<Self::Consumer>) {
            let (sender, receiver) = bounded(capacity);
            (sender, (0..consumers).map(|_| receiver.clone()).collect())
        }
        fn push(producer: &Self::Producer, value: u64) {
            producer.send(value).unwrap();
        }
        fn pop(consumer: &mut Self::Consumer) -> Option<u64> {
            consumer.recv().ok()
        }
        fn end(last: Self::Producer) {
            drop(last);
        }
    }
}

mod tokio_mpsc {
    use tokio::sync::mpsc::{Receiver, Sender, channel};

    pub enum Queue {}

    impl super::Ends for Queue {
        type Producer = Sender<u64>;
        type Consumer = Receiver<u64>;

        fn of(capacity: usize, consumers: u64) -> (Self::Producer, Vec<Self::Consumer>) {
            assert_eq!(consumers, 1);
            let (sender, receiver) = channel(capacity);
            (sender, vec![receiver])
        }
        fn push(producer: &Self::Producer, value: u64) {
            producer.blocking_send(value).unwrap();
        }
        fn pop(consumer: &mut Self::Consumer) -> Option<u64> {
            consumer.blocking_recv()
        }
        fn end(last: Self::Producer) {
            drop(last);
        }
    }

    impl super::AsyncEnds for Queue {
        async fn push_async(producer: &Self::Producer, value: u64) {
            producer.send(value).await.unwrap();
        }
        async fn pop_async(consumer: &mut Self::Consumer) -> Option<u64> {
            consumer.recv().await
        }
    }
}

mod async_channel_2 {
    use async_channel::{Receiver, Sender, bounded};

    pub enum Queue {}

    impl super::Ends for Queue {
        type Producer = Sender<u64>;
        type Consumer = Receiver<u64>;

        fn of(capacity: usize, consumers: u64) -> (Self::Producer, Vec<Self::Consumer>) {
            let (sender, receiver) = bounded(capacity);
            (sender, (0..consumers).map(|_| receiver.clone()).collect())
        }
        fn push(producer: &Self::Producer, value: u64) {
            producer.send_blocking(value).unwrap();
        }
        fn pop(consumer: &mut Self::Consumer) -> Option<u64> {
            consumer.recv_blocking().ok()
        }
        fn end(last: Self::Producer) {
            drop(last);
        }
    }

    impl super::AsyncEnds for Queue {
        async fn push_async(producer: &Self::Producer, value: u64) {
            producer.send(value).await.unwrap();
        }
        async fn pop_async(consumer: &mut Self::Consumer) -> Option<u64> {
            consumer.recv().await.ok()
        }
    }
}
