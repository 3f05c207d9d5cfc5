use memo_runtime::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Parser<'a>(&'a str);

#[memoize]
impl<'a> Parser<'a> {
    #[memoize]
    fn words(&self) -> usize {
        self.0.split(' ').count()
    }
}

fn main() {
    Parser("a b").words();
}
