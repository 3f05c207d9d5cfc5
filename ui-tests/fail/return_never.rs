use memo_runtime::memoize;

#[memoize]
fn serve(port: u16) -> ! {
    loop {
        std::hint::black_box(port);
    }
}

#[memoize]
async fn poll(port: u16) -> ! {
    loop {
        std::hint::black_box(port);
    }
}

fn main() {
    serve::cache_clear();
    drop(poll(1));
    serve(1);
}
