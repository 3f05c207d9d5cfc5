//! The walk against `backtrace`.

use super::{capture, init};
use std::hint::black_box;
use std::thread;

/// The stack below so many calls.
fn deep(calls: usize) -> Vec<usize> {
    if calls > 0 {
        return black_box(deep(calls - 1));
    }
    let mut frames = [0; 100];
    let len = capture(&mut frames);
    frames[..len].to_vec()
}

/// In a thread of its own each time: where a loop around the call is unrolled, there are several calls.
#[test]
fn the_fast_walk_sees_what_backtrace_sees() {
    let stack = || thread::spawn(|| deep(30)).join().unwrap();
    let portable = stack();
    init();
    assert!(portable.len() > 30);
    assert_eq!(portable, stack());
    assert_eq!(portable, stack());
}
