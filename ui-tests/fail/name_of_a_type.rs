use memo_runtime::memoize;

#[expect(non_camel_case_types)]
struct price {
    cents: u64,
}

#[memoize]
fn price(sku: &str) -> usize {
    sku.len()
}

fn main() {}
