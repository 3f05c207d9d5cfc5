use memo_runtime::memoize;

#[memoize]
fn append(text: &mut String, more: &str) -> usize {
    text.push_str(more);
    text.len()
}

fn main() {
    append(&mut String::new(), "a");
    append::cache_remove(&mut String::new(), "a");
}
