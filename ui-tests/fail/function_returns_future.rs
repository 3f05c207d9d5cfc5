use memo_runtime::memoize;
use std::future::Future;
use std::pin::Pin;

#[memoize]
fn double(x: u32) -> impl Future<Output = u32> {
    async move { x * 2 }
}

#[memoize]
fn boxed(x: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(async move { x * 2 })
}

// As `#[async_trait]` writes it, if it comes first.
#[memoize]
fn traits<'async_trait>(x: u32) -> Pin<Box<dyn Future<Output = u32> + Send + 'async_trait>> {
    Box::pin(async move { x * 2 })
}

fn main() {
    let _ = (double(1), boxed(1), traits(1));
}
