use memo_runtime::memoize;

#[memoize]
fn first_word(text: &str) -> &str {
    text.split(' ').next().unwrap_or_default()
}

fn main() {
    let _: Option<&str> = first_word::cache_peek(first_word("a b"));
}
