use memo_runtime::memoize;

#[memoize]
fn append(#[memo(skp)] log: &mut Vec<String>, text: &str) -> usize {
    log.push(text.to_owned());
    log.len()
}

fn main() {
    append(&mut Vec::new(), "a");
    append::cache_remove("a");
}
