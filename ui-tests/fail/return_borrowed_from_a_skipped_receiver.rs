use memo_runtime::memoize;

struct Shop {
    name: String,
}

impl Shop {
    #[memoize]
    fn name(#[memo(skip)] &self) -> &str {
        &self.name
    }
}

fn main() {
    let shop = Shop {
        name: "shop".to_owned(),
    };
    shop.name();
    Shop::name_cache_clear();
}
