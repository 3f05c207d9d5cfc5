//! A memoized function may be written by a `macro_rules`, with any part of it handed in.

use memo_runtime::memoize;

macro_rules! memoized {
    ($vis:vis $name:ident($argument:ident: $ty:ty) -> $returns:ty, $size:expr, $ttl:literal, $body:block) => {
        #[memoize(maxsize = $size, ttl = $ttl)]
        $vis fn $name($argument: $ty) -> $returns $body
    };
}

memoized!(pub length(text: &str) -> usize, 10 + 1, "5s", { text.len() });

fn main() {
    length("a");
    length::cache_remove("a");
    length::cache_retain(|text| text.is_empty());
}
