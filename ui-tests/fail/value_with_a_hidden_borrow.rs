use memo_runtime::memoize;

#[derive(Clone)]
struct Word<'a>(&'a str);

#[memoize]
fn first(text: &str) -> Word {
    Word(text)
}

fn main() {}
