//! A program whose allocator is not memwatch's.

use memo_runtime::memwatch;
use std::panic::catch_unwind;

#[test]
fn a_start_without_the_allocator_says_what_is_missing() {
    let panic = catch_unwind(memwatch::start).unwrap_err();
    let message = panic.downcast_ref::<&str>().expect("a message");
    assert!(
        message.contains("#[global_allocator] static A: memwatch::Tracing"),
        "{message}"
    );
    assert_eq!(memwatch::is_running(), None);
}
