use memo_runtime::memoize;

trait Convert<T> {
    fn convert(&self) -> Option<T>;
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Text(String);

#[memoize]
impl<T: std::str::FromStr + Clone + Send + Sync + 'static> Convert<T> for Text {
    #[memoize]
    fn convert(&self) -> Option<T> {
        self.0.parse().ok()
    }
}

fn main() {
    let _: Option<u8> = Text("1".to_owned()).convert();
}
