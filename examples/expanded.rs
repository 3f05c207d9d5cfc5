//! What `#[memoize(maxsize = 2)] fn double(x: u32) -> u32 { 2 * x }` turns into, by hand and a little shortened.
//!
//! ```text
//! double(3) = 6
//! CacheInfo(hits=1, misses=1, maxsize=2, currsize=1)
//! ```
#![allow(non_camel_case_types)] // companions are in a type of the function's name

use memo_runtime::__private as rt; // hidden, and no promise to anybody

fn double(x: u32) -> u32 {
    let lookup = (rt::ByRef(&x),); // or (&&rt::Fit((&&rt::Argument(&x)).memo_found())).memo_lookup()
    let shape = rt::Whole::<u32>(rt::PhantomData); // where a type's name does not say it, the compiler finds out
    match double::__cache().entry(&lookup, shape).claim() {
        rt::Claim::Ready(value) => value,
        rt::Claim::Vacant(seat) => seat.fill(double::uncached(x), rt::anything),
    }
}

struct double {}
type Options = (rt::Lru, rt::Never, rt::DefaultHasher);

impl double {
    fn __cache() -> &'static rt::Cached<Options> {
        static SITE: rt::Site<rt::Cached<Options>> = rt::Site::new("expanded::double", None);
        SITE.cache(|place| {
            let shape = rt::Whole::<u32>(rt::PhantomData);
            let key = None::<rt::KeyOf<u32>>; // so that companions without arguments know it too
            rt::Cached::make(place, key, shape, (Some(2), None, rt::lasting(1, 0)))
        })
    }
    fn uncached(x: u32) -> u32 {
        2 * x
    }
    fn cache_info() -> rt::CacheInfo {
        Self::__cache().info() // and so on
    }
}

fn main() {
    double(3);
    println!("double(3) = {}", double(3));
    println!("{}", double::cache_info());
}
