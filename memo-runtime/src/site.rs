//! The static behind a memoized function: built on first use, and a hit pays one load for it.
//!
//! The macro cannot name the types of key and value; the compiler finds them ([`probe`](crate::probe)). So the static
//! holds its memo [`Erased`], and each use, which knows the types, asks for it as what it is. A generic function has one
//! static for all its instances, in which each finds its own memo.

use crate::erased::Erased;
use crate::key::{KeyOf, Lookup};
use crate::memo::{Borrowed, Entry, Memo, Options, Place};
use crate::registry::{self, Caches, Listed};
use crate::sync::OnceBox;
use crate::value::Shape;
use std::any::{TypeId, type_name};
use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::Deref;
use std::panic::Location;
use std::time::Duration;

/// A place for a memo, in a static of its own.
pub struct Site<T> {
    declared: Declared,
    cache: OnceBox<Cached<T>>,
}

/// A place for the memos of all instances of a generic function, in a static of its own.
///
/// They are the nodes of a tree, found by the bits of a hash of the instance. Nodes come and do not go, so a lookup needs no
/// lock: for the first instance it is one load and a comparison.
pub struct Sites<T> {
    declared: Declared,
    root: OnceBox<Node<T>>,
}

struct Node<T> {
    instance: TypeId,
    cache: Cached<T>,
    below: [OnceBox<Node<T>>; 4],
}

/// Where a function is memoized, and as what.
#[derive(Clone, Copy)]
struct Declared {
    name: &'static str,
    at: &'static Location<'static>,
    group: Option<&'static str>,
}

/// What is known when a memo is first used: the types of key and value, the bound, the ttl and the patience.
type Made<K, S> = (
    Option<KeyOf<K>>,
    S,
    Option<usize>,
    Option<Duration>,
    Option<Duration>,
);

/// A memo whose key and value types are known only to those who use it. Its options they need not say again.
pub struct Cached<T> {
    memo: Erased,
    listed: &'static dyn Listed,
    options: PhantomData<fn() -> T>,
}

impl Declared {
    #[track_caller]
    const fn new(name: &'static str, group: Option<&'static str>) -> Self {
        let at = Location::caller();
        Self { name, at, group }
    }

    fn place(self, name: Cow<'static, str>) -> Place {
        let Self { at, group, .. } = self;
        Place { name, at, group }
    }
}

impl<T: Options> Site<T> {
    /// Empty. Where it is written is where the cache is declared.
    #[must_use]
    #[track_caller]
    pub const fn new(name: &'static str, group: Option<&'static str>) -> Self {
        Self {
            declared: Declared::new(name, group),
            cache: OnceBox::new(),
        }
    }

    /// The memo, made on first use.
    #[inline]
    pub fn cache<K, S>(&'static self, make: impl FnOnce() -> Made<K, S>) -> &'static Cached<T>
    where
        K: Send + Sync + 'static,
        S: Shape,
    {
        self.cache.get().unwrap_or_else(|| self.build(make))
    }

    #[cold]
    fn build<K, S>(&'static self, make: impl FnOnce() -> Made<K, S>) -> &'static Cached<T>
    where
        K: Send + Sync + 'static,
        S: Shape,
    {
        let memo = memo(make, self.declared.place(self.declared.name.into()));
        // Nobody else adds any meanwhile, so exactly one memo is listed.
        let mut caches = registry::caches_mut();
        let new = || Box::new(Cached::listed(memo, &mut caches));
        self.cache.get_or_init(new)
    }
}

impl<T: Options> Sites<T> {
    /// Empty. Where it is written is where the caches are declared.
    #[must_use]
    #[track_caller]
    pub const fn new(name: &'static str, group: Option<&'static str>) -> Self {
        Self {
            declared: Declared::new(name, group),
            root: OnceBox::new(),
        }
    }

    /// The memo of one instance, made on first use: of the function with the parameters that `With` has, in an `impl` for
    /// `Of` if that may be generic, too, else `()`.
    #[inline]
    pub fn cache<Of, With, K, S>(
        &'static self,
        make: impl FnOnce() -> Made<K, S>,
    ) -> &'static Cached<T>
    where
        Of: ?Sized + 'static,
        With: 'static,
        K: Send + Sync + 'static,
        S: Shape,
    {
        let instance = TypeId::of::<(PhantomData<Of>, PhantomData<With>)>();
        match self.root.get() {
            Some(root) if root.instance == instance => &root.cache,
            _ => self.find_or_build::<Of, With, K, S>(instance, make),
        }
    }

    #[inline(never)]
    fn find_or_build<Of, With, K, S>(
        &'static self,
        instance: TypeId,
        make: impl FnOnce() -> Made<K, S>,
    ) -> &'static Cached<T>
    where
        Of: ?Sized + 'static,
        With: 'static,
        K: Send + Sync + 'static,
        S: Shape,
    {
        if let Ok(cache) = self.find(instance) {
            return cache;
        }
        let name = instance_name(self.declared.name, type_name::<Of>(), type_name::<With>());
        let memo = memo(make, self.declared.place(name.into()));
        let mut caches = registry::caches_mut();
        match self.find(instance) {
            Ok(cache) => cache,
            Err(vacant) => {
                let node = || Node {
                    instance,
                    cache: Cached::listed(memo, &mut caches),
                    below: [const { OnceBox::new() }; 4],
                };
                &vacant.get_or_init(|| Box::new(node())).cache
            }
        }
    }

    /// The instance's memo, or where it belongs.
    fn find(
        &'static self,
        instance: TypeId,
    ) -> Result<&'static Cached<T>, &'static OnceBox<Node<T>>> {
        let mut bits = Bits(0);
        instance.hash(&mut bits);
        let (mut bits, mut place) = (bits.finish(), &self.root);
        while let Some(node) = place.get() {
            if node.instance == instance {
                return Ok(&node.cache);
            }
            place = &node.below[(bits & 3) as usize];
            bits = bits.rotate_right(2); // of two that have all bits in common one is below the other
        }
        Err(place)
    }
}

/// A `TypeId` is a hash already: takes 64 bits of it as they are.
struct Bits(u64);

impl Hasher for Bits {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, bits: u64) {
        self.0 ^= bits;
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

/// `module::f::<u8>`, `module::Type::f`, `module::Type::f::<u8>`, from what the compiler calls the types.
fn instance_name(declared: &str, of: &str, with: &str) -> String {
    let (path, of) = of.split_at(parameters(of));
    let mut name = match declared.strip_prefix("Self::") {
        Some(method) => format!("{path}::{method}"),
        None => declared.to_owned(),
    };
    for parameters in [of, &with[parameters(with)..]] {
        if !parameters.is_empty() {
            name = format!("{name}::{parameters}");
        }
    }
    name
}

/// Where the type's own parameters begin: `<` and all that is in the last pair of such brackets.
fn parameters(name: &str) -> usize {
    let mut depth = 0;
    let brackets = name.char_indices().rev().filter(|(at, c)| {
        let is_arrow = *c == '>' && name[..*at].ends_with('-');
        "<>".contains(*c) && !is_arrow
    });
    for (at, bracket) in brackets.take_while(|_| name.ends_with('>')) {
        depth += if bracket == '>' { 1 } else { -1 };
        if depth == 0 {
            return at;
        }
    }
    name.len()
}

/// A memo as it is made on first use. Runs user code, so not under a lock: an option's expression may well call a memoized
/// function.
fn memo<K, S: Shape, T: Options>(
    make: impl FnOnce() -> Made<K, S>,
    place: Place,
) -> Memo<K, S::Value, S::Failure, T> {
    let (_, _, maxsize, ttl, patience) = make();
    let (order, hasher) = (T::Order::default(), T::Hasher::default());
    Memo::new(maxsize, ttl, patience, place, order, hasher)
}

impl<T: Options> Cached<T> {
    /// For good: a static is never dropped, and neither is what it refers to.
    fn listed<K, V, F>(memo: Memo<K, V, F, T>, caches: &mut Caches) -> Self
    where
        K: Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
        F: Send + 'static,
    {
        let memo: &'static _ = Box::leak(Box::new(memo));
        caches.add_static(memo);
        Self {
            memo: Erased::new(memo),
            listed: memo,
            options: PhantomData,
        }
    }

    /// The place in the memo of a call with these arguments.
    #[inline]
    pub fn entry<'l, L, S>(
        &'static self,
        lookup: &'l L,
        shape: S,
    ) -> Entry<'l, Borrowed<'static>, L, S, T>
    where
        L: Lookup,
        S: Shape,
    {
        self.memo_of::<L::Key, S>(None, shape).entry(lookup, shape)
    }

    /// The memo as what it is, by the name of its key's type.
    ///
    /// # Panics
    ///
    /// If that is not the type it was made with.
    #[inline]
    #[must_use]
    pub fn memo_of<K, S>(
        &'static self,
        _: Option<KeyOf<K>>,
        _: S,
    ) -> &'static Memo<K, S::Value, S::Failure, T>
    where
        K: Send + Sync + 'static,
        S: Shape,
    {
        self.memo
            .downcast()
            .expect("the key has one type: a `key` expression cannot declare a type of its own")
    }
}

/// What can be done without knowing the types.
impl<T> Deref for Cached<T> {
    type Target = dyn Listed;

    fn deref(&self) -> &Self::Target {
        self.listed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_is_called_by_its_own_parameters() {
        let name = |with| instance_name("m::f", "()", with);
        assert_eq!(
            name("m::f<u8, fn(u8) -> Vec<u8>>"),
            "m::f::<u8, fn(u8) -> Vec<u8>>"
        );
        assert_eq!(name("m::S<_, N>::f::With<i32>"), "m::f::<i32>");
        assert_eq!(name("()"), "m::f");
        assert_eq!(instance_name("Self::f", "m::S<u8>", "()"), "m::S::f::<u8>");
        assert_eq!(instance_name("Self::f", "m::S", "W<i8>"), "m::S::f::<i8>");
    }
}
