//! Collections that declare their bound and say what happens at it.
//!
//! A history, a sliding window, a log of the last errors: in a program that runs for months each of these needs a
//! bound. [`Recent`] keeps the last so many values, and counts the rest.

mod recent;

pub use recent::Recent;
