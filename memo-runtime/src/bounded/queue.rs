//! A queue between threads, between tasks, and between threads and tasks.
//!
//! What it holds is in `halves`; who finds it full or empty waits in `waiting`.

mod builder;
mod closing;
mod error;
mod halves;
mod info;
mod iter;
mod shared;
mod waiting;

pub use builder::{QueueBuilder, WhenFull};
pub use closing::CloseOnDrop;
pub use error::PushError;
pub use info::QueueInfo;
#[cfg(not(target_family = "wasm"))]
pub use iter::QueueIter;
pub use iter::QueueStream;

use crate::sync::Arc;
use shared::{Handles, Shared};
use std::fmt;
#[cfg(not(target_family = "wasm"))]
use std::time::Duration;
#[cfg(not(target_family = "wasm"))]
use waiting::Deadline;

/// A queue of at most `capacity` values, whose producers wait when it is full. Allocates nothing for values yet.
///
/// Other behaviour is declared by [`Queue::builder`].
///
/// ```
/// use memo_runtime::bounded;
/// use std::thread;
///
/// let readings = bounded::queue(64);
/// thread::scope(|scope| {
///     scope.spawn(|| {
///         let _end = readings.close_on_drop();
///         for n in 0..1_000 {
///             readings.push(n).expect("nobody else closes it"); // waits when it is full
///         }
///     });
///     assert_eq!(readings.iter().sum::<u32>(), 499_500); // ends when it is closed and empty
/// });
/// ```
///
/// # Panics
///
/// If `capacity` is 0.
#[must_use]
#[track_caller]
pub fn queue<T: Send + 'static>(capacity: usize) -> Queue<T> {
    Queue::builder(capacity).build()
}

/// A bounded queue of many producers and many consumers, threads and tasks alike; made by [`queue`] or [`Queue::builder`].
///
/// What Python has in `queue.Queue(maxsize)` and `asyncio.Queue(maxsize)`, in one: every method that waits blocks the thread,
/// its twin with `_async` suspends the task, on any runtime, and both may be used on one queue at the same time.
///
/// A `Queue` is a handle, for either side: a clone is another handle on the same queue. Nothing is closed by dropping
/// handles. Who knows that no more will come, or that nobody will take any more, calls [`close`](Self::close), or has
/// [`close_on_drop`](Self::close_on_drop) do it even after a panic; consumers see the end when they have taken what is left.
///
/// It is on the list of all [`structures`](crate::structures), which outlives any scope: so its values are `'static`.
///
/// # Guarantees
///
/// - It never holds more than its capacity. A value that waits for room is its producer's.
/// - Values come out in the order in which they got in, each once; so those of one producer come out in the order in which it
///   pushed them. Of several producers that wait, the one that has waited longest is woken; one that comes just then may be
///   quicker, and who was too slow waits at the end of the line.
/// - Nothing is lost: what is not let in, or has to go, is returned to the producer.
/// - A `push_async` that is dropped before its end drops its value with it, and it does not count as pushed. A `pop_async`,
///   or a stream, that is dropped takes no value along, and if it had been woken for one, another consumer is. One that is
///   neither polled nor dropped keeps its place: a `pop_async` the wake-up for a value, too, a stream does not.
/// - Values are dropped without a lock. Wakers are woken, and dropped, under one of the waiting line's: doing so must not use
///   the same queue, which no runtime's do.
/// - Blocking calls need no runtime. They must not be made by a task, as with everything that blocks, and there are none on
///   WebAssembly.
///
/// # Cost
///
/// One lock for a moment in each call, another one for each end; they meet when the consumers' is empty. Where few values have
/// come by then, a consumer may stay for some 200 nanoseconds more, to meet less often; it does so while that pays. Nothing is
/// allocated for values before the first push; room grows on demand, up to twice the capacity. A thread that has to wait spins and yields
/// for some microseconds, then parks; each time it does, it allocates a little. The counters are written under the lock that is
/// there anyway, and the clock is read only where a producer parks.
pub struct Queue<T> {
    shared: Arc<Shared<T>>,
    handles: Arc<Handles<T>>,
}

/// What was dropped for a value, or instead of it; or the value, with the reason why it did not get in.
type Pushed<T> = Result<Option<T>, PushError<T>>;

impl<T: Send + 'static> Queue<T> {
    /// Sets up a queue of at most `capacity` values.
    ///
    /// ```
    /// use memo_runtime::bounded::{Queue, WhenFull};
    ///
    /// let frames = Queue::builder(2).when_full(WhenFull::DropOldest).name("frames").build();
    /// assert_eq!(frames.push(1), Ok(None));
    /// assert_eq!(frames.push(2), Ok(None));
    /// assert_eq!(frames.push(3), Ok(Some(1))); // what was dropped
    /// assert_eq!((frames.pop(), frames.pop()), (Some(2), Some(3)));
    /// ```
    ///
    /// # Panics
    ///
    /// If `capacity` is 0.
    #[track_caller]
    pub fn builder(capacity: usize) -> QueueBuilder<T> {
        QueueBuilder::new(capacity)
    }
}

impl<T> Queue<T> {
    /// Adds a value; where the queue is full, what [`WhenFull`] says happens: unless told otherwise, the thread waits.
    ///
    /// Returns what was dropped for it or instead of it: never anything where producers wait.
    ///
    /// ```
    /// use memo_runtime::bounded::{PushError, Queue, WhenFull};
    ///
    /// let requests = Queue::builder(1).when_full(WhenFull::Refuse).build();
    /// assert_eq!(requests.push("one"), Ok(None));
    /// assert_eq!(requests.push("two"), Err(PushError::Full("two")));
    /// ```
    ///
    /// # Errors
    ///
    /// With the value, if the queue is closed, before or while the thread waits, or refuses it.
    #[cfg(not(target_family = "wasm"))]
    #[inline]
    pub fn push(&self, value: T) -> Result<Option<T>, PushError<T>> {
        self.shared.push_before(value, Deadline::never)
    }

    /// The same for a task, which is suspended where `push` blocks.
    ///
    /// Dropped while it waits, as by a timeout, it drops the value. Who wants to keep it takes [`try_push`](Self::try_push),
    /// which gives it back.
    ///
    /// ```
    /// use memo_runtime::bounded::{PushError, Queue};
    ///
    /// async fn report(alerts: &Queue<String>) -> Result<(), PushError<String>> {
    ///     alerts.push_async("too warm".to_owned()).await?;
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// As `push`.
    pub async fn push_async(&self, value: T) -> Result<Option<T>, PushError<T>> {
        let value = match self.shared.offer(value) {
            Err(PushError::Full(value)) if self.shared.waits() => value,
            offered => return self.shared.refused_if_full(offered),
        };
        let mut left = Some(value);
        let pushed = self
            .shared
            .producers
            .wait_async(|| self.shared.offer_left(&mut left));
        pushed.await
    }

    /// Adds a value without waiting.
    ///
    /// # Errors
    ///
    /// With the value, if the queue is closed, or is full and would have its producer wait or refuses.
    #[inline]
    pub fn try_push(&self, value: T) -> Result<Option<T>, PushError<T>> {
        let offered = self.shared.offer(value);
        self.shared.refused_if_full(offered)
    }

    /// Adds a value, and waits no longer than that for room.
    ///
    /// ```
    /// use memo_runtime::bounded::{PushError, queue};
    /// use std::time::Duration;
    ///
    /// let queue = queue(1);
    /// queue.push('a')?;
    /// assert_eq!(queue.push_timeout('b', Duration::from_millis(5)), Err(PushError::Full('b')));
    /// # Ok::<(), PushError<char>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// With the value, as [`push`](Self::push), and if there was no room until it was too late.
    #[cfg(not(target_family = "wasm"))]
    pub fn push_timeout(&self, value: T, timeout: Duration) -> Result<Option<T>, PushError<T>> {
        self.shared.push_before(value, || Deadline::after(timeout))
    }

    /// Takes the oldest value out; waits for one where there is none. `None` once the queue is closed and empty.
    #[cfg(not(target_family = "wasm"))]
    #[inline]
    #[must_use = "a value that is not used is lost"]
    pub fn pop(&self) -> Option<T> {
        self.shared.pop_before(Deadline::never)
    }

    /// The same for a task, which is suspended where `pop` blocks.
    ///
    /// ```
    /// use memo_runtime::bounded::Queue;
    ///
    /// async fn total(readings: &Queue<u32>) -> u32 {
    ///     let mut total = 0;
    ///     while let Some(reading) = readings.pop_async().await {
    ///         total += reading;
    ///     }
    ///     total
    /// }
    /// ```
    pub async fn pop_async(&self) -> Option<T> {
        match self.shared.take_or_end() {
            Some(taken) => taken,
            None => {
                self.shared
                    .consumers
                    .wait_async(|| self.shared.take_or_end())
                    .await
            }
        }
    }

    /// Takes the oldest value out, if there is one.
    #[inline]
    #[must_use = "a value that is not used is lost"]
    pub fn try_pop(&self) -> Option<T> {
        self.shared.take_or_end().flatten()
    }

    /// Takes the oldest value out, and waits no longer than that for one.
    ///
    /// `None` if it was too late, or if the queue is closed and empty. To tell the two apart, ask whether it
    /// [is closed](Self::is_closed) and then whether it [is empty](Self::is_empty), in that order.
    ///
    /// ```
    /// use memo_runtime::bounded::queue;
    /// use std::time::Duration;
    ///
    /// let jobs = queue::<u32>(8);
    /// assert_eq!(jobs.pop_timeout(Duration::from_millis(5)), None);
    /// assert!(!jobs.is_closed());
    /// ```
    #[cfg(not(target_family = "wasm"))]
    #[must_use = "a value that is not used is lost"]
    pub fn pop_timeout(&self, timeout: Duration) -> Option<T> {
        self.shared.pop_before(|| Deadline::after(timeout))
    }

    /// Takes values out until the queue is closed and empty; blocks where there is none. `for value in &queue` does the same.
    #[cfg(not(target_family = "wasm"))]
    #[must_use = "an iterator does nothing unless it is gone through"]
    pub fn iter(&self) -> QueueIter<'_, T> {
        QueueIter::new(self)
    }

    /// The same for a task: a [`Stream`](futures_core::Stream), with a handle of its own.
    pub fn stream(&self) -> QueueStream<T> {
        QueueStream::new(self.clone())
    }

    /// Lets nothing in any more. Producers that wait get their values back, consumers take what is left and then see the end.
    ///
    /// Closing again does nothing.
    ///
    /// ```
    /// use memo_runtime::bounded::{PushError, queue};
    ///
    /// let queue = queue(2);
    /// queue.push(1)?;
    /// queue.close();
    /// assert_eq!(queue.push(2), Err(PushError::Closed(2)));
    /// assert_eq!((queue.pop(), queue.pop()), (Some(1), None));
    /// # Ok::<(), PushError<i32>>(())
    /// ```
    pub fn close(&self) {
        self.shared.halves.close();
        self.shared.producers.wake_all();
        self.shared.consumers.wake_all();
        self.shared.streams.wake_all();
    }

    /// Closes the queue when what it returns is dropped: at the end of the block, or when a panic leaves it. So consumers do
    /// not wait for a producer that is gone, and where consumers may panic or return early, a guard of theirs does the same for
    /// producers that wait for room. Of several producers the first to end would close it for all: then the guard belongs to
    /// who waits for them.
    ///
    /// ```
    /// use memo_runtime::bounded::queue;
    ///
    /// let lines = queue(2);
    /// {
    ///     let _end = lines.close_on_drop();
    ///     lines.push("one").unwrap();
    /// }
    /// assert!(lines.iter().eq(["one"]));
    /// ```
    #[must_use = "it is closed when this is dropped"]
    pub fn close_on_drop(&self) -> CloseOnDrop<T> {
        CloseOnDrop::new(self.clone())
    }

    /// Whether it has been closed. There may be values left.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.shared.halves.is_closed()
    }

    /// How many values it holds now; values that wait for room are not among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.halves.len()
    }

    /// Whether it holds nothing now.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bound: the most values it ever holds.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.shared.halves.capacity
    }

    /// The name it was given; else file and line of where it was made.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.shared.name
    }

    /// What happens when a value comes and there is no room.
    #[must_use]
    pub fn when_full(&self) -> WhenFull {
        self.shared.when_full
    }

    /// The counters and the size, all of one moment. Takes both locks.
    ///
    /// ```
    /// use memo_runtime::bounded::{Queue, WhenFull};
    ///
    /// let frames = Queue::builder(2).when_full(WhenFull::DropOldest).build();
    /// for frame in 0..5 {
    ///     let _ = frames.push(frame);
    /// }
    /// let _ = frames.pop();
    /// let info = frames.info();
    /// assert_eq!((info.pushed, info.popped, info.dropped, info.len), (5, 1, 3, 1));
    /// assert_eq!(info.high_water, 2);
    /// ```
    #[must_use]
    pub fn info(&self) -> QueueInfo {
        self.shared.info()
    }
}

/// Another handle on the same queue.
impl<T> Clone for Queue<T> {
    fn clone(&self) -> Self {
        Self {
            shared: self.shared.clone(),
            handles: self.handles.clone(),
        }
    }
}

/// Says how it is, and not what is in it.
impl<T> fmt::Debug for Queue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let info = self.info();
        f.debug_struct("Queue")
            .field("name", &self.name())
            .field("len", &info.len)
            .field("capacity", &info.capacity)
            .field("when_full", &self.when_full())
            .field("is_closed", &info.is_closed)
            .finish_non_exhaustive()
    }
}

#[cfg(all(test, memo_loom))]
mod kernels;
