use memo_runtime::memoize;

#[memoize]
fn length<T: ?Sized + AsRef<str>, U: Clone>(text: &T, _more: U) -> usize {
    text.as_ref().len()
}

fn main() {
    let _ = length("ab", 1);
}
