//! What `#[memoize(maxsize = 2)] fn double(x: u32) -> u32 { 2 * x }` turns into, by hand and a little shortened.
//!
//! ```text
//! double(3) = 6
//! double(3) = 6
//! CacheInfo(hits=1, misses=1, maxsize=2, currsize=1)
//! ```

use memo_runtime::__private as rt; // hidden, and no promise to anybody

fn double(x: u32) -> u32 {
    use rt::probe::*;
    let lookup = ((&&&&&&&&&&rt::Argument(&x)).memo_lookup(),); // the compiler finds out how to borrow a `u32`
    let shape = (&&&&&rt::Return::<u32, rt::Successes>::new()).memo_shape(); // and what of the result is stored
    match double::__cache().claim(&lookup, shape) {
        rt::Claim::Ready(value) => value,
        rt::Claim::Vacant(seat) => seat.fill(double::uncached(x), |_| true),
    }
}

#[allow(non_camel_case_types, reason = "it bears the function's name")]
struct double {}

impl double {
    fn __cache() -> &'static rt::Cached<rt::Lru, rt::Never, rt::DefaultHasher> {
        static SITE: rt::Site<rt::Lru, rt::Never, rt::DefaultHasher> = rt::Site::new(rt::Place {
            name: concat!(module_path!(), "::double"),
            file: file!(),
            line: line!(),
            group: None,
        });
        SITE.cache(|| {
            use rt::probe::*;
            let shape = (&&&&&rt::Return::<u32, rt::Successes>::new()).memo_shape();
            let key = if false {
                let x: u32 = rt::never(); // only its type is of interest
                Some(rt::key_of(&((&&&&&&&&&&rt::Argument(&x)).memo_lookup(),)))
            } else {
                None
            };
            (key, shape, rt::Config { maxsize: Some(2), ttl: None })
        })
    }
    fn uncached(x: u32) -> u32 {
        2 * x
    }
    fn cache_info() -> rt::CacheInfo {
        Self::__cache().info()
    } // and so on
}

fn main() {
    println!("double(3) = {}\ndouble(3) = {}\n{}", double(3), double(3), double::cache_info());
}
