use memo_runtime::memoize;

#[memoize]
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(' ').map(str::to_owned).collect::<Vec<_>>().into_iter()
}

fn main() {
    words("a b").count();
    words::cache_remove("a b");
}
