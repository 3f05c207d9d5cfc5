//! What identifies a call: its arguments, hashed and compared as they are, and owned only when they are stored.

use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash, Hasher};
use std::marker::PhantomData;

/// `Clone` and `Copy`, whatever the parameters are: what `derive` would ask of them too.
macro_rules! copy {
    ($([$($of:tt)*] $ty:ty;)*) => { $(
        impl<$($of)*> Clone for $ty {
            #[inline]
            fn clone(&self) -> Self {
                *self
            }
        }
        impl<$($of)*> Copy for $ty {}
    )* };
}
pub(crate) use copy;

copy! {
    [T: ?Sized] ByRef<'_, T>;
    [T: ?Sized] OptionByRef<'_, T>;
}

/// A call's arguments as they stand, good for finding a stored key without making one.
///
/// One argument is a lookup (`ByRef` and its kin, chosen by the ladders of `probe`), a tuple of lookups is one too.
/// The key of a single argument is the argument, that of several is their tuple.
pub trait Lookup {
    /// What is stored.
    type Key: 'static;

    /// Feeds the arguments to a hasher, in their order.
    fn hash<H: Hasher>(&self, hasher: &mut H);

    /// Whether `key` was made from equal arguments.
    fn matches(&self, key: &Self::Key) -> bool;

    /// Makes the key.
    fn to_key(&self) -> Self::Key;

    /// Whether two keys were made from equal arguments.
    fn are_equal(one: &Self::Key, other: &Self::Key) -> bool;
}

/// Half a hash: as much as a swiss table of up to 2^25 buckets looks at, and half the memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(u32);

impl Fingerprint {
    /// Hashes the arguments: once a call, here and nowhere else.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "half of it is enough")]
    pub(crate) fn of<L: Lookup>(hasher: &impl BuildHasher, lookup: &L) -> Self {
        let mut state = hasher.build_hasher();
        lookup.hash(&mut state);
        Self(state.finish() as u32)
    }

    /// As the table wants it: bits that choose a bucket at the one end, a tag at the other.
    #[inline]
    pub(crate) fn hash(self) -> u64 {
        u64::from(self.0) | u64::from(self.0) << 32
    }

    pub(crate) fn bits(self) -> u32 {
        self.0
    }
}

/// An argument looked up by reference: `&str`, `&[T]`, `&Path` and `&T` as they come, any other by the address of its value.
#[derive(Debug)]
pub struct ByRef<'a, T: ?Sized>(pub &'a T);

impl<T> Lookup for ByRef<'_, T>
where
    T: ?Sized + Hash + Eq + ToOwned<Owned: 'static>,
{
    type Key = T::Owned;

    #[inline]
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.hash(hasher);
    }
    #[inline]
    fn matches(&self, key: &T::Owned) -> bool {
        self.0 == key.borrow()
    }
    #[inline]
    fn to_key(&self) -> T::Owned {
        self.0.to_owned()
    }
    fn are_equal(one: &T::Owned, other: &T::Owned) -> bool {
        one.borrow() == other.borrow()
    }
}

/// An `Option<&T>`.
#[derive(Debug)]
pub struct OptionByRef<'a, T: ?Sized>(pub(crate) Option<&'a T>);

impl<T> Lookup for OptionByRef<'_, T>
where
    T: ?Sized + Hash + Eq + ToOwned<Owned: 'static>,
{
    type Key = Option<T::Owned>;

    #[inline]
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.hash(hasher);
    }
    #[inline]
    fn matches(&self, key: &Self::Key) -> bool {
        self.0 == key.as_ref().map(Borrow::borrow)
    }
    #[inline]
    fn to_key(&self) -> Self::Key {
        self.0.map(ToOwned::to_owned)
    }
    fn are_equal(one: &Self::Key, other: &Self::Key) -> bool {
        one.as_ref().map(Borrow::borrow) == other.as_ref().map(Borrow::borrow)
    }
}

/// Stands in for an argument that cannot be a key, so that the one error about it has no others behind it.
#[derive(Debug)]
pub struct NoKey;

impl Lookup for NoKey {
    type Key = ();

    fn hash<H: Hasher>(&self, _: &mut H) {}
    fn matches(&self, (): &()) -> bool {
        true
    }
    fn to_key(&self) {}
    fn are_equal((): &(), (): &()) -> bool {
        true
    }
}

impl Lookup for () {
    type Key = ();

    #[inline]
    fn hash<H: Hasher>(&self, _: &mut H) {}
    #[inline]
    fn matches(&self, (): &()) -> bool {
        true
    }
    #[inline]
    fn to_key(&self) {}
    fn are_equal((): &(), (): &()) -> bool {
        true
    }
}

impl<A: Lookup> Lookup for (A,) {
    type Key = A::Key;

    #[inline]
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.hash(hasher);
    }
    #[inline]
    fn matches(&self, key: &Self::Key) -> bool {
        self.0.matches(key)
    }
    #[inline]
    fn to_key(&self) -> Self::Key {
        self.0.to_key()
    }
    fn are_equal(one: &Self::Key, other: &Self::Key) -> bool {
        A::are_equal(one, other)
    }
}

/// Tuples of two lookups and more, up to twelve; the macro knows the limit.
macro_rules! tuples {
    ([$($done:tt)*]) => {};
    ([$($name:ident $index:tt,)*] $next:ident $at:tt, $($rest:tt)*) => {
        tuples!(@lookup $($name $index,)* $next $at,);
        tuples!([$($name $index,)* $next $at,] $($rest)*);
    };
    (@lookup $($name:ident $index:tt,)*) => {
        impl<$($name: Lookup),*> Lookup for ($($name),*) {
            type Key = ($($name::Key),*);

            #[inline]
            fn hash<Z: Hasher>(&self, hasher: &mut Z) {
                $(self.$index.hash(hasher);)*
            }
            #[inline]
            fn matches(&self, key: &Self::Key) -> bool {
                $(self.$index.matches(&key.$index))&&*
            }
            #[inline]
            fn to_key(&self) -> Self::Key {
                ($(self.$index.to_key()),*)
            }
            fn are_equal(one: &Self::Key, other: &Self::Key) -> bool {
                $($name::are_equal(&one.$index, &other.$index))&&*
            }
        }
    };
}

tuples!([A 0,] B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11,);

/// Names the key type of a lookup that need not exist: what a companion without arguments knows a cache by.
#[derive(Debug)]
pub struct KeyOf<K>(pub(crate) PhantomData<fn() -> K>);

/// The key type of `lookup`.
#[must_use]
pub fn key_of<L: Lookup>(_: &L) -> KeyOf<L::Key> {
    KeyOf(PhantomData)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hash::RandomState;

    fn fingerprint(lookup: &impl Lookup) -> Fingerprint {
        thread_local!(static HASHER: RandomState = RandomState::new());
        HASHER.with(|hasher| Fingerprint::of(hasher, lookup))
    }

    #[test]
    fn a_borrowed_pair_finds_its_owned_key() {
        let lookup = (ByRef("a-1"), ByRef(&3_u32));
        let key: (String, u32) = lookup.to_key();
        assert!(lookup.matches(&key));
        assert_eq!(
            fingerprint(&lookup),
            fingerprint(&(ByRef(&key.0), ByRef(&key.1)))
        );
    }

    #[test]
    fn boundaries_between_arguments_count() {
        let one = (ByRef("a"), ByRef("bc"));
        let two = (ByRef("ab"), ByRef("c"));
        assert!(!one.matches(&two.to_key()));
        assert_ne!(fingerprint(&one), fingerprint(&two));
    }

    #[test]
    fn none_is_a_key_of_its_own() {
        let none = OptionByRef::<str>(None);
        assert_eq!(none.to_key(), None);
        assert!(!none.matches(&Some(String::new())));
    }
}
