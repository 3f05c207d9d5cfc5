use memo_runtime::memoize;

#[memoize(maxsize = "many", ttl = 30, policy = lfu)]
fn append(text: &mut String, f: impl Fn() -> u32) -> &str {
    text.push_str(&f().to_string());
    text
}

fn main() {}
