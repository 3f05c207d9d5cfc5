//! The static behind a memoized function: what it holds is built on first use, and a hit pays one load for it.
//!
//! A generic function has one static for all its instances, in which each finds its own.

use crate::cached::Made;
use crate::key::KeyOf;
use crate::memo::{Limits, Place};
use crate::registry;
use crate::sync::OnceBox;
use std::any::{TypeId, type_name};
use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::panic::Location;

/// A place for a cache, in a static of its own.
pub struct Site<C> {
    declared: Declared,
    cache: OnceBox<C>,
}

/// A place for the caches of all instances of a generic function, in a static of its own.
///
/// They are the nodes of a tree, found by the bits of a hash of the instance. Nodes come and do not go, so a lookup needs no
/// lock: for the first instance it is one load and a comparison.
pub struct Sites<C> {
    declared: Declared,
    root: OnceBox<Node<C>>,
}

struct Node<C> {
    instance: TypeId,
    cache: C,
    below: [OnceBox<Node<C>>; 4],
}

/// Where a function is memoized, and as what.
#[derive(Clone, Copy)]
struct Declared {
    name: &'static str,
    at: &'static Location<'static>,
    group: Option<&'static str>,
    /// If they are known: an expression in them is for each instance.
    limits: Option<Limits>,
}

/// What gives the limits that are not known.
type Later = Option<fn() -> Limits>;

impl Declared {
    #[track_caller]
    const fn new(name: &'static str, group: Option<&'static str>, limits: Option<Limits>) -> Self {
        Self {
            name,
            at: Location::caller(),
            group,
            limits,
        }
    }

    fn place(self, name: Cow<'static, str>) -> Place {
        let Self { at, group, .. } = self;
        Place { name, at, group }
    }

    fn limits(self, later: Later) -> Limits {
        let later = || later.map(|limits| limits());
        self.limits.or_else(later).expect("a cache has limits")
    }
}

impl<C> Site<C> {
    /// Empty. Where it is written is where the cache is declared.
    #[must_use]
    #[track_caller]
    pub const fn new(
        name: &'static str,
        group: Option<&'static str>,
        limits: Option<Limits>,
    ) -> Self {
        Self {
            declared: Declared::new(name, group, limits),
            cache: OnceBox::new(),
        }
    }

    /// The cache. On first use it is made, which may run user code, and then put on the list of all.
    #[inline]
    pub fn cache<T, K, S>(&'static self, _: Option<KeyOf<K>>, _: S, later: Later) -> &'static C
    where
        C: Made<K, S, T>,
    {
        self.cache
            .get()
            .unwrap_or_else(|| self.build::<T, K, S>(later))
    }

    #[cold]
    fn build<T, K, S>(&'static self, later: Later) -> &'static C
    where
        C: Made<K, S, T>,
    {
        // Not under a lock: an option's expression may well call a memoized function.
        let Self { declared, .. } = *self;
        let list = C::make(declared.place(declared.name.into()), declared.limits(later));
        // Nobody else adds any meanwhile, so exactly one is listed.
        let mut caches = registry::caches_mut();
        let new = || Box::new(list(&mut caches));
        self.cache.get_or_init(new)
    }
}

impl<C> Sites<C> {
    /// Empty. Where it is written is where the caches are declared.
    #[must_use]
    #[track_caller]
    pub const fn new(
        name: &'static str,
        group: Option<&'static str>,
        limits: Option<Limits>,
    ) -> Self {
        Self {
            declared: Declared::new(name, group, limits),
            root: OnceBox::new(),
        }
    }

    /// The cache of one instance, made on first use: of the function with the parameters that `With` has, in an `impl` for
    /// `Of` if that may be generic, too, else `()`.
    #[inline]
    pub fn cache<Of, With, T, K, S>(
        &'static self,
        _: Option<KeyOf<K>>,
        _: S,
        later: Later,
    ) -> &'static C
    where
        Of: ?Sized + 'static,
        With: 'static,
        C: Made<K, S, T>,
    {
        let instance = TypeId::of::<(PhantomData<Of>, PhantomData<With>)>();
        match self.root.get() {
            Some(root) if root.instance == instance => &root.cache,
            _ => self.find_or_build::<Of, With, T, K, S>(instance, later),
        }
    }

    #[inline(never)]
    fn find_or_build<Of, With, T, K, S>(&'static self, instance: TypeId, later: Later) -> &'static C
    where
        Of: ?Sized + 'static,
        With: 'static,
        C: Made<K, S, T>,
    {
        if let Ok(cache) = self.find(instance) {
            return cache;
        }
        let declared = self.declared;
        let name = instance_name(declared.name, type_name::<Of>(), type_name::<With>());
        let list = C::make(declared.place(name.into()), declared.limits(later));
        let mut caches = registry::caches_mut();
        match self.find(instance) {
            Ok(cache) => cache,
            Err(vacant) => {
                let node = || Node {
                    instance,
                    cache: list(&mut caches),
                    below: [const { OnceBox::new() }; 4],
                };
                &vacant.get_or_init(|| Box::new(node())).cache
            }
        }
    }

    /// The instance's cache, or where it belongs.
    fn find(&'static self, instance: TypeId) -> Result<&'static C, &'static OnceBox<Node<C>>> {
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
