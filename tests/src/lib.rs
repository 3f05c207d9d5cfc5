//! The promises of memo-runtime as tests, and the code of the README.

/// Compiles the README's examples.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
