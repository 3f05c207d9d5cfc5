//! What is known of an address: functions, lines, crates. Looked up when somebody reads, never when something is allocated.

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// What stands for a file or a function that nobody knows.
pub(super) const UNKNOWN: &str = "??";

/// All addresses that have been looked up, for as long as the program runs: there are no more than call sites in it.
static KNOWN: Mutex<BTreeMap<usize, Arc<[Frame]>>> = Mutex::new(BTreeMap::new());

/// A function that was called, or inlined, at an address.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) function: String,
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) part: Part,
    krate: String,
}

/// The part of the program a frame is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The way from the program to its allocator, and that itself.
    Allocator,
    /// The standard library, and C, which has no crate.
    Std,
    Other,
}

impl Frame {
    fn new(function: Option<String>, file: Option<String>, line: Option<u32>) -> Self {
        let function = function.unwrap_or_else(|| UNKNOWN.to_owned());
        let file = file.unwrap_or_else(|| UNKNOWN.to_owned());
        let krate = crate_of(&function).to_owned();
        Self {
            part: part(&function, &file, &krate),
            line: line.unwrap_or(0),
            function,
            file,
            krate,
        }
    }

    pub(super) fn is_of(&self, crates: &[String]) -> bool {
        crates.contains(&self.krate)
    }
}

/// The functions at a return address, the innermost inlined one first.
pub(super) fn resolve(address: usize) -> Arc<[Frame]> {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let frames = known.entry(address).or_insert_with(|| {
        let mut frames = Vec::new();
        // It looks one byte before the address, at the call.
        backtrace::resolve(address as *mut c_void, |symbol| {
            let function = symbol.name().map(|name| format!("{name:#}"));
            let file = symbol.filename().map(|file| file.display().to_string());
            frames.push(Frame::new(function, file, symbol.lineno()));
        });
        if frames.is_empty() {
            frames.push(Frame::new(None, None, None));
        }
        frames.into()
    });
    Arc::clone(frames)
}

fn part(function: &str, file: &str, krate: &str) -> Part {
    const SHIMS: [&str; 3] = ["__rust_", "__rg_", "__rdl_"];
    let last = function.rsplit("::").next().unwrap_or(function);
    if SHIMS.iter().any(|shim| last.starts_with(shim))
        || function.contains("::GlobalAlloc>::")
        || is_ours(function)
        || file.contains(our_folder())
        || krate == "backtrace"
    {
        return Part::Allocator;
    }
    let file = file.replace('\\', "/");
    let is_in_std = file.starts_with("/rustc/")
        || file.starts_with("/rust/deps/")
        || file.contains("/lib/rustlib/src/rust/library/");
    let is_rust = Path::new(&file).extension().is_some_and(|of| of == "rs");
    if is_in_std || (!is_rust && (krate.is_empty() || is_std(krate))) {
        return Part::Std;
    }
    Part::Other
}

/// Where the files of this module are, as the compiler was given them: functions have no paths in the debug info of some
/// builds, files do.
fn our_folder() -> &'static str {
    file!().strip_suffix("symbol.rs").unwrap_or(file!())
}

/// Whether it is a function of this module: where there is no debug info, names are all there is.
fn is_ours(function: &str) -> bool {
    let ours = module_path!().trim_end_matches("symbol");
    function.trim_start_matches(['<', '&']).starts_with(ours)
}

fn is_std(krate: &str) -> bool {
    matches!(krate, "std" | "core" | "alloc")
}

/// The crate that a function is of, from its path. Of an `impl` of one crate's trait for a type of another's, the crate that is
/// not the standard library; the type's if neither is.
fn crate_of(function: &str) -> &str {
    if let Some(inner) = function.strip_prefix('<') {
        let of_type = first_crate(inner);
        let of_trait = inner.split(" as ").nth(1).map(first_crate);
        return match (of_type, of_trait) {
            ("", Some(of_trait)) => of_trait,
            (of_type, Some(of_trait)) if is_std(of_type) && !of_trait.is_empty() => of_trait,
            (of_type, _) => of_type,
        };
    }
    first_crate(function)
}

/// The crate at the beginning of a type or path; nothing if there is none, as in `T` or `[u8]`.
fn first_crate(path: &str) -> &str {
    const PREFIXES: [&str; 9] = ["&", "<", "[", "(", "*", "mut ", "const ", "dyn ", "impl "];
    let mut path = path;
    while let Some(rest) = PREFIXES.iter().find_map(|prefix| path.strip_prefix(prefix)) {
        path = rest;
    }
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_';
    let end = path.find(|c| !is_of_name(c)).unwrap_or(path.len());
    // (`name[0123456789abcdef]::..`, where the compiler's hash is shown.)
    let rest =
        path[end..].trim_start_matches(|c: char| c == '[' || c == ']' || c.is_ascii_hexdigit());
    if rest.starts_with("::") {
        &path[..end]
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crate_is_read_from_the_path_of_a_function() {
        for (function, krate) in [
            ("my_app::parser::parse", "my_app"),
            ("my_app::main::{{closure}}", "my_app"),
            ("my_app[8f3d0a1bd2d3c4e5]::main", "my_app"),
            ("<my_app::Words as core::iter::Iterator>::next", "my_app"),
            ("<alloc::vec::Vec<T> as my_app::Store>::put", "my_app"),
            ("<alloc::vec::Vec<T> as core::clone::Clone>::clone", "core"),
            ("<T as other::Into>::into", "other"),
            (
                "<&mut my_app::Words as core::iter::Iterator>::next",
                "my_app",
            ),
            ("<dyn my_app::Store>::put", "my_app"),
            ("<[T] as other::Sum>::sum", "other"),
            ("main", ""),
            ("??", ""),
        ] {
            assert_eq!(crate_of(function), krate, "{function}");
        }
    }

    #[test]
    fn the_way_to_the_allocator_is_no_line_of_the_program() {
        let part = |function: &str, file: &str| part(function, file, crate_of(function));
        assert_eq!(
            part("__rustc::__rust_alloc", "src/main.rs"),
            Part::Allocator
        );
        assert_eq!(part("__rg_alloc", "src/main.rs"), Part::Allocator);
        assert_eq!(
            part("memo_runtime::memwatch::tracker::record", UNKNOWN),
            Part::Allocator
        );
        assert_eq!(
            part(
                "<memo_runtime::memwatch::allocator::Tracing<A> as core::alloc::global::GlobalAlloc>::alloc",
                "x.rs"
            ),
            Part::Allocator
        );
        assert_eq!(
            part(
                "alloc::alloc::alloc",
                "/rustc/0123/library/alloc/src/alloc.rs"
            ),
            Part::Std
        );
        assert_eq!(part("std::rt::lang_start", UNKNOWN), Part::Std);
        assert_eq!(part("start_thread", "pthread_create.c"), Part::Std);
        assert_eq!(part("my_app::main", "src/main.rs"), Part::Other);
        assert_eq!(part("exported_to_c", "src/ffi.rs"), Part::Other);
    }
}
