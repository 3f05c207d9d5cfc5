use memo_runtime::memoize;

#[memoize]
fn largest<T: Ord + Clone, const N: usize>(of: [T; N]) -> Option<T> {
    of.into_iter().max()
}

fn main() {
    largest([1, 2]);
    largest::<u8, 3>::cache_clear();
    largest::<u8, 3>::cache_remove([1, 2, 3]);
}
