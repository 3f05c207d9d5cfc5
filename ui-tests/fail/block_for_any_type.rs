use memo_runtime::memoize;
use std::fmt::Debug;
use std::hash::Hash;

trait Length {
    fn length(&self) -> usize;
}

#[memoize]
impl<T: Debug + Hash + Eq + Clone + Send + Sync + 'static> Length for T {
    #[memoize]
    fn length(&self) -> usize {
        format!("{self:?}").len()
    }
}

fn main() {
    1.length();
}
