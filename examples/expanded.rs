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
    match rt::Cached::entry::<Options, _, _>(double::__cache(), &lookup, shape).claim() {
        rt::Claim::Ready(value) => value,
        rt::Claim::Vacant(seat) => seat.fill(double::uncached(x), rt::anything),
    }
}

struct double {}
type Options = (rt::Lru, rt::Never, rt::DefaultHasher);

impl double {
    fn __cache() -> &'static rt::Cached {
        const LIMITS: rt::Limits = (Some(2), None, rt::A_SECOND); // or in a function, for the first use
        static SITE: rt::Site<rt::Cached> = rt::Site::new("expanded::double", None, Some(LIMITS));
        let key = None::<rt::KeyOf<u32>>; // so that companions without arguments know it too
        let shape = rt::Whole::<u32>(rt::PhantomData);
        SITE.cache::<Options, _, _>(key, shape, None)
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
