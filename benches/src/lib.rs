//! Memoizers side by side. The command is `cargo run --release` in this folder.

mod body;
pub mod contestant;
pub mod contestants;
pub mod document;
mod keys;
mod kinds;
pub mod machine;
mod measure;
pub mod picture;
mod processors;
pub mod table;
pub mod workloads;
