//! Everything that declares a bound is listed, with what it holds, and leaves the list when it is gone.

use memo_runtime::bounded::{Queue, Recent, WhenFull, queue};
use memo_runtime::{Cache, Kind, Policy, Structure, memoize, report, structures};
use std::thread;

/// Those of this name.
fn called(name: &str) -> Vec<Structure> {
    let mut all = structures();
    all.retain(|it| it.name == name);
    all
}

fn the_one(name: &str) -> Structure {
    let [it] = <[_; 1]>::try_from(called(name)).expect("one of that name");
    it
}

#[test]
fn a_cache_says_its_bound_and_what_happens_there() {
    #[memoize(maxsize = 2, name = "structures: squares")]
    fn square(x: u32) -> u32 {
        x * x
    }

    assert_eq!(called("structures: squares"), []);
    (0..5).for_each(|n| _ = square(n));
    let it = the_one("structures: squares");
    assert_eq!((it.kind, it.bound, it.size), (Kind::Cache, Some(2), 2));
    assert_eq!((it.total, it.dropped), (5, 3));
    assert_eq!(it.when_full, "the least recently used goes");
    assert_eq!((it.file, it.cache), (file!(), Some(square::cache_info())));
    assert_eq!(it.queue, None);
}

#[test]
fn every_policy_has_its_words() {
    for (policy, words) in [
        (Policy::Lru, "the least recently used goes"),
        (Policy::Fifo, "the oldest goes"),
        (Policy::SoonestToExpire, "the soonest to expire goes"),
        (Policy::ClockPro, "the least likely to be used again goes"),
    ] {
        let cache = Cache::<u8, u8>::builder()
            .policy(policy)
            .name("structures: words");
        let cache = cache.ttl(std::time::Duration::MAX).build();
        assert_eq!(the_one("structures: words").when_full, words);
        drop(cache);
    }
    let unbounded = Cache::<u8, u8>::builder()
        .unbounded()
        .name("structures: words")
        .build();
    let it = the_one("structures: words");
    assert_eq!((it.bound, it.when_full), (None, "grows"));
    drop(unbounded);
    assert_eq!(called("structures: words"), []);
}

#[test]
fn the_last_values_are_listed_from_the_first_push_until_they_are_gone() {
    const NAME: &str = "structures: alerts";
    const LINE: u32 = line!() + 1;
    let mut alerts = Recent::new(2).named(NAME);
    assert_eq!(called(NAME), []);
    alerts.extend([1, 2, 3]);
    let it = the_one(NAME);
    assert_eq!((it.kind, it.file, it.line), (Kind::Recent, file!(), LINE));
    assert_eq!(
        (it.bound, it.size, it.total, it.dropped),
        (Some(2), 2, 3, 1)
    );
    assert_eq!((it.when_full, it.cache), ("the oldest goes", None));

    // Elsewhere, and by every way to change it.
    let sizes = |size| assert_eq!(the_one(NAME).size, size);
    let mut alerts = thread::spawn(move || {
        let _ = alerts.push_front(0);
        alerts
    })
    .join()
    .unwrap();
    sizes(2);
    assert_eq!(alerts.pop_front(), Some(0));
    sizes(1);
    assert_eq!(alerts.pop_back(), Some(2));
    sizes(0);
    alerts.extend([1, 2]);
    sizes(2);
    drop(alerts.drain());
    sizes(0);
    alerts.extend([1, 2]);
    alerts.clear();
    sizes(0);
    alerts.push(1);

    let copy = alerts.clone();
    assert_eq!(called(NAME).len(), 2);
    assert_eq!(
        (called(NAME)[1].total, called(NAME)[1].size),
        (copy.total(), 1)
    );
    drop((alerts, copy));
    assert_eq!(called(NAME), []);
}

#[test]
fn a_queue_is_listed_until_its_last_handle_is_gone() {
    const NAME: &str = "structures: jobs";
    for (when_full, words) in [
        (WhenFull::Wait, "the producer waits"),
        (WhenFull::DropOldest, "the oldest goes"),
        (WhenFull::DropNewest, "the newest goes"),
        (WhenFull::Refuse, "the push is refused"),
    ] {
        let jobs = Queue::builder(2).when_full(when_full).name(NAME).build();
        for n in 0..3 {
            let _ = jobs.try_push(n);
        }
        let it = the_one(NAME);
        assert_eq!((it.kind, it.bound, it.size), (Kind::Queue, Some(2), 2));
        assert_eq!((it.when_full, it.queue), (words, Some(jobs.info())));
        let other = jobs.clone();
        drop(jobs);
        assert_eq!(called(NAME).len(), 1);
        drop(other);
        assert_eq!(called(NAME), []);
    }
}

#[test]
fn without_a_name_it_is_called_by_its_place() {
    let jobs = queue::<u8>(1);
    let name = format!("{}:{}", file!(), line!() - 1);
    assert_eq!(jobs.name(), name);
    assert_eq!(the_one(&name).kind, Kind::Queue);

    let mut window = Recent::new(1);
    let name = format!("{}:{}", file!(), line!() - 1);
    window.push(1);
    assert_eq!(the_one(&name).kind, Kind::Recent);
}

#[test]
fn the_report_has_one_line_for_those_of_one_name_and_place() {
    const LINE: u32 = line!() + 1;
    let new = || Recent::new(60).named("structures: windows");
    let mut windows: Vec<_> = (0..10).map(|_| new()).collect();
    for (n, window) in windows.iter_mut().enumerate() {
        window.extend(0..10 * n);
    }
    let report = report().to_string();
    let titles = report.lines().next().unwrap();
    let words = |line: &str| {
        line.split("  ")
            .filter(|it| !it.is_empty())
            .map(|it| it.trim().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        words(titles),
        [
            "name",
            "kind",
            "bound",
            "holds",
            "total",
            "dropped",
            "when full",
            "declared at"
        ]
    );
    let mut lines = report
        .lines()
        .filter(|it| it.contains("structures: windows"));
    let line = lines.next().unwrap();
    assert_eq!(lines.next(), None);
    let place = format!("{}:{LINE}", file!());
    // The first has never been pushed to, so it is not there.
    assert_eq!(
        words(line),
        [
            "structures: windows",
            "recent",
            "9 x 60",
            "390",
            "450",
            "60",
            "the oldest goes",
            &place
        ]
    );
    // All columns begin where their titles do, or end there.
    assert_eq!(line.find("the oldest goes"), titles.find("when full"));
    assert_eq!(line.find(&place), titles.find("declared at"));
}

#[test]
fn reports_can_be_serialized() {
    let jobs = Queue::builder(2).name("structures: serialized").build();
    jobs.push(1).unwrap();
    let mut report = report();
    report
        .structures
        .retain(|it| it.name == "structures: serialized");
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json[0]["kind"], "queue");
    assert_eq!(json[0]["bound"], 2);
    assert_eq!(json[0]["queue"]["pushed"], 1);
    assert_eq!(json[0]["cache"], serde_json::Value::Null);
}

/// Says in which thread it was dropped.
struct Tells(std::sync::mpsc::Sender<thread::ThreadId>);

impl Drop for Tells {
    fn drop(&mut self) {
        self.0.send(thread::current().id()).unwrap();
    }
}

#[test]
fn who_looks_at_the_list_drops_nobodys_values() {
    let (sender, dropped) = std::sync::mpsc::channel();
    let is_over = std::sync::atomic::AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(std::sync::atomic::Ordering::Relaxed) {
                drop(structures());
            }
        });
        for _ in 0..5_000 {
            let jobs = queue(1);
            jobs.push(Tells(sender.clone())).unwrap();
            drop(jobs);
            assert_eq!(dropped.try_recv(), Ok(thread::current().id()));

            let cache = Cache::builder().build();
            cache.insert(&1, std::sync::Arc::new(Tells(sender.clone())));
            drop(cache);
            assert_eq!(dropped.try_recv(), Ok(thread::current().id()));
        }
        is_over.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

/// Panics, once, when it is dropped.
struct Panics(bool);

impl Drop for Panics {
    fn drop(&mut self) {
        if std::mem::take(&mut self.0) {
            std::panic::resume_unwind(Box::new("of a drop"));
        }
    }
}

#[test]
fn what_panics_while_it_is_cleared_is_off_the_list_all_the_same() {
    let mut last = Recent::new(3).named("structures: panics");
    last.extend([Panics(true), Panics(false), Panics(false)]);
    let clear = std::panic::AssertUnwindSafe(|| last.clear());
    assert!(std::panic::catch_unwind(clear).is_err());
    assert_eq!((the_one("structures: panics").size, last.len()), (0, 0));
}

#[test]
fn a_name_keeps_to_its_line() {
    let odd = Queue::<u8>::builder(1).name("structures:\nünïcödé").build();
    let report = report().to_string();
    let titles = report.lines().next().unwrap();
    let line = report.lines().find(|it| it.contains("ünïcödé")).unwrap();
    let column = |line: &str, of: &str| line.split(of).next().unwrap().chars().count();
    assert_eq!(
        column(line, "the producer waits"),
        column(titles, "when full")
    );
    drop(odd);
}
