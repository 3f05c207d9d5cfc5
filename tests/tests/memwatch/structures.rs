//! What a cache, a queue and the last values allocate is theirs, to the byte, without a look at any stack.

use memo_runtime::bounded::{Recent, queue};
use memo_runtime::memwatch::{self, By, Level, Owner, Snapshot};
use memo_runtime::{Cache, memoize, structures};
use memo_tests::watched::watched;
use std::panic::{catch_unwind, resume_unwind};
use std::thread;

/// The live bytes of the structures of this name.
fn bytes(name: &str) -> u64 {
    let all = structures();
    let it = all.iter().find(|it| it.name == name).expect("it is listed");
    it.bytes.expect("it is traced")
}

/// A result of so many bytes, all on the heap.
fn large() -> Box<[u8]> {
    vec![7; 10_000].into()
}

const LARGE: u64 = 10_000;
/// More than a cache of a few entries takes besides.
const LITTLE: u64 = 6_000;

#[test]
fn a_caches_entries_are_its_own_until_they_are_gone() {
    #[memoize(name = "owners: entries", maxsize = 3)]
    fn entry(_key: &str) -> Box<[u8]> {
        drop(vec![0_u8; 100_000]); // a body's own is gone when it ends
        large()
    }

    watched(|| {
        memwatch::start_with(Level::Owners);
        for key in ["a", "b", "c", "d", "e"] {
            drop(entry(key));
        }
        let full = bytes("owners: entries");
        assert!((3 * LARGE..3 * LARGE + LITTLE).contains(&full), "{full}");

        // A hit's copy is the caller's.
        let copies = (entry("e"), entry("e"));
        assert_eq!(bytes("owners: entries"), full);
        drop(copies);

        entry::cache_insert("x", large());
        let inserted = bytes("owners: entries");
        assert!(
            inserted.abs_diff(full - LARGE) < LITTLE,
            "one went for it, and it is not its own"
        );

        entry::cache_clear();
        assert!(bytes("owners: entries") < LITTLE);
        memwatch::stop();
        assert_eq!(structures()[0].bytes, None);
    });
}

#[test]
fn a_body_that_panics_gives_the_thread_back() {
    static OUTER: Owner = Owner::new("owners: outer");

    #[memoize(name = "owners: panics")]
    fn panics(key: u8) -> Box<[u8]> {
        if key == 0 {
            resume_unwind(Box::new("without a word, which would take memory"));
        }
        large()
    }

    watched(|| {
        memwatch::start_with(Level::Owners);
        let held = OUTER.scope(|| {
            assert!(catch_unwind(|| panics(0)).is_err());
            drop(panics(1));
            large()
        });
        let outer = OUTER.live_bytes();
        assert!((LARGE..LARGE + LITTLE).contains(&outer), "{outer}");
        let inner = bytes("owners: panics");
        assert!((LARGE..LARGE + LITTLE).contains(&inner), "{inner}");
        drop(held);
    });
}

#[test]
fn an_async_bodys_allocations_are_its_caches_whichever_thread_polls_it() {
    #[memoize(name = "owners: async")]
    async fn entry(key: u8) -> Box<[u8]> {
        let early = large();
        smol::future::yield_now().await;
        let late = large();
        if key == 0 { early } else { late }
    }

    watched(|| {
        memwatch::start_with(Level::Owners);
        let mut others = Vec::new();
        for key in 0..4 {
            let mut call = Box::pin(entry(key));
            let first = smol::block_on(smol::future::poll_once(&mut call));
            assert_eq!(first, None);
            others.push(large()); // between two polls: not the cache's
            drop(thread::spawn(move || smol::block_on(call)).join().unwrap());
        }
        let all = bytes("owners: async");
        assert!((4 * LARGE..4 * LARGE + LITTLE).contains(&all), "{all}");
    });
}

#[test]
fn a_cache_of_a_threads_own_and_one_to_own_have_theirs() {
    #[memoize(name = "owners: of a thread", scope = thread)]
    fn entry(_key: u8) -> Box<[u8]> {
        large()
    }

    watched(|| {
        memwatch::start_with(Level::Owners);
        drop(entry(1));
        let own = bytes("owners: of a thread");
        assert!((LARGE..LARGE + LITTLE).contains(&own), "{own}");

        let cache = Cache::<u8, Box<[u8]>>::builder()
            .name("owners: a cache")
            .build();
        drop(cache.get_or_insert_with(&1, large));
        let own = bytes("owners: a cache");
        assert!((LARGE..LARGE + LITTLE).contains(&own), "{own}");
    });
}

#[test]
fn the_room_of_a_queue_and_of_the_last_values_is_theirs() {
    watched(|| {
        memwatch::start_with(Level::Owners);
        let mut last = Recent::new(1_000).named("owners: last");
        let jobs = queue::<[u64; 4]>(1_000);
        let name = jobs.name().to_owned();
        for n in 0..3_000_u64 {
            last.push([n; 4]);
            let _ = jobs.try_push([n; 4]);
        }
        assert_eq!(bytes("owners: last"), 32_000);
        let room = bytes(&name);
        assert!((32_000..32_000 + LITTLE).contains(&room), "{room}");

        let copy = last.clone();
        assert_eq!(bytes("owners: last"), 64_000);
        drop(copy);

        let by_owner = Snapshot::take().statistics(By::Owner);
        let it = by_owner
            .iter()
            .find(|it| it.name == "owners: last")
            .expect("it owns something");
        assert_eq!((it.size, it.count), (32_000, 1));
        assert!(memo_runtime::report().to_string().contains(" 32000 "));
    });
}
