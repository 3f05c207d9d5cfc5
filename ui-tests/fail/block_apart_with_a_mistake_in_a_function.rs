use memo_runtime::memoize;

trait Area {
    fn area(&self, scale: u32) -> u32;
}

#[memoize(companions = pairs)]
impl Area for (u32, u32) {
    #[memoize(max_size = 3)]
    fn area(&self, scale: u32) -> u32 {
        self.0 * self.1 * scale
    }
}

fn main() {
    (1, 2).area(3);
    pairs::area_cache_clear();
    pairs::area_cache_remove(&(1, 2), 3);
}
