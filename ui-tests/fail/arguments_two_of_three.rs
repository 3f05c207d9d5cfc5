use memo_runtime::memoize;

#[memoize]
fn price(weight: f64, id: u32, height: &[f32]) -> u32 {
    let _ = (weight, height);
    id
}

fn main() {}
