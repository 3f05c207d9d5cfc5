//! The promises of memo-runtime as tests, and the code of the README.

pub mod crowd;
pub mod watched;

/// Compiles the README's examples.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// Compiles the examples of the attribute's documentation.
#[cfg(doctest)]
#[doc = include_str!("../../memo-macros/src/memoize.md")]
pub struct Attribute;
