//! What rustc says of a mistake: `tests/ui.rs` compiles one file for each.
