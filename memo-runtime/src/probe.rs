//! Questions to the compiler about types the macro cannot look into, answered by which method a call finds.
//!
//! Method lookup tries the receiver with all its references before it takes one away. So a ladder of traits, each
//! implemented on one reference less and asking less of the type, finds the first step that holds. It works on any
//! type, behind aliases too, and never fails: the last step holds for all, with a placeholder that satisfies whatever
//! comes later. Then [`is_key`] and [`is_value`] fail, once, in our words, where the user's type stands.

use crate::key::{ByRef, NoKey, OptionByRef};
use crate::value::{NoValue, OkOnly, Whole};
use std::borrow::{Borrow, Cow};
use std::hash::Hash;
use std::marker::PhantomData;
use std::ops::Deref;

/// An argument about to become part of a key.
#[derive(Debug)]
pub struct Argument<'a, T>(pub &'a T);

/// A return type about to be stored, `Mode` being [`Successes`] or [`Everything`].
#[derive(Debug)]
pub struct Return<R, Mode>(PhantomData<fn() -> (R, Mode)>);

impl<R, Mode> Return<R, Mode> {
    /// The question, asked of a type.
    #[inline]
    #[must_use]
    #[expect(
        clippy::new_without_default,
        reason = "nobody asks for a default question"
    )]
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

/// Of a `Result`, store the success.
#[derive(Debug)]
pub struct Successes;

/// Store whatever is returned: `cache_err`.
#[derive(Debug)]
pub struct Everything;

/// Why a type will not do: it cannot be hashed and compared, or cloned.
#[derive(Debug)]
pub struct Unfit;

/// Why a type will not do: it cannot be shared between threads.
#[derive(Debug)]
pub struct Unshared;

/// One step of a ladder: a trait, where it holds, what it answers.
macro_rules! step {
    ($(#[$doc:meta])* $step:ident.$method:ident: [$($generics:tt)*] $on:ty => $answer:ty, |$this:ident| $make:expr) => {
        $(#[$doc])*
        pub trait $step {
            /// The answer's type.
            type Answer;
            /// The answer, if no earlier step had one.
            fn $method(&self) -> Self::Answer;
        }
        impl<$($generics)*> $step for $on {
            type Answer = $answer;
            #[inline]
            fn $method(&self) -> $answer {
                let $this = self;
                $make
            }
        }
    };
}

step!(
    /// `&&T`.
    TwiceBorrowed.memo_lookup: ['a, 'b, 'c, T: ?Sized + Hash + Eq + ToOwned<Owned: Send + Sync + 'static>]
    &&&&&&&&&Argument<'a, &'b &'c T> => ByRef<'a, T>, |it| ByRef(it.0)
);
step!(
    /// `&str`, `&[T]`, `&Path`, `&T`.
    Borrowed.memo_lookup: ['a, 'b, T: ?Sized + Hash + Eq + ToOwned<Owned: Send + Sync + 'static>]
    &&&&&&&&Argument<'a, &'b T> => ByRef<'b, T>, |it| ByRef(it.0)
);
step!(
    /// `Option<&T>`.
    MaybeBorrowed.memo_lookup: ['a, 'b, T: ?Sized + Hash + Eq + ToOwned<Owned: Send + Sync + 'static>]
    &&&&&&&Argument<'a, Option<&'b T>> => OptionByRef<'b, T>, |it| OptionByRef(*it.0)
);
step!(
    /// `Cow<T>`.
    PerhapsBorrowed.memo_lookup: ['a, 'b, T: ?Sized + Hash + Eq + ToOwned<Owned: Send + Sync + 'static>]
    &&&&&&Argument<'a, Cow<'b, T>> => ByRef<'a, T>, |it| ByRef(it.0)
);
step!(
    /// A reference to what cannot be shared between threads.
    UnsharedReference.memo_lookup: ['a, 'b, T: ?Sized + Hash + Eq + ToOwned]
    &&&&&Argument<'a, &'b T> => NoKey<Unshared>, |_it| NoKey(PhantomData)
);
step!(
    /// Any other reference.
    UnfitReference.memo_lookup: ['a, 'b, T: ?Sized]
    &&&&Argument<'a, &'b T> => NoKey<Unfit>, |_it| NoKey(PhantomData)
);
step!(
    /// Any other `Option<&T>`.
    UnfitMaybe.memo_lookup: ['a, 'b, T: ?Sized]
    &&&Argument<'a, Option<&'b T>> => NoKey<Unfit>, |_it| NoKey(PhantomData)
);
step!(
    /// Any value that can be hashed, compared, cloned and shared.
    ByValue.memo_lookup: ['a, T: Hash + Eq + Clone + Send + Sync + 'static]
    &&Argument<'a, T> => ByRef<'a, T>, |it| ByRef(it.0)
);
step!(
    /// One that cannot be shared between threads.
    UnsharedArgument.memo_lookup: ['a, T: Hash + Eq + Clone]
    &Argument<'a, T> => NoKey<Unshared>, |_it| NoKey(PhantomData)
);
step!(
    /// Anything.
    UnfitArgument.memo_lookup: ['a, T]
    Argument<'a, T> => NoKey<Unfit>, |_it| NoKey(PhantomData)
);

step!(
    /// A `Result` of which the success can be stored.
    StoredOk.memo_shape: [T: Clone + Send + Sync + 'static, E]
    &&&&Return<Result<T, E>, Successes> => OkOnly<T, E>, |_it| OkOnly(PhantomData)
);
step!(
    /// A `Result` whose success cannot be shared between threads.
    UnsharedOk.memo_shape: [T: Clone, E]
    &&&Return<Result<T, E>, Successes> => NoValue<Result<T, E>, Unshared>, |_it| NoValue(PhantomData)
);
step!(
    /// Anything that can be stored.
    Stored.memo_shape: [R: Clone + Send + Sync + 'static, Mode]
    &&Return<R, Mode> => Whole<R>, |_it| Whole(PhantomData)
);
step!(
    /// What cannot be shared between threads.
    UnsharedReturn.memo_shape: [R: Clone, Mode]
    &Return<R, Mode> => NoValue<R, Unshared>, |_it| NoValue(PhantomData)
);
step!(
    /// Anything.
    UnfitReturn.memo_shape: [R, Mode]
    Return<R, Mode> => NoValue<R, Unfit>, |_it| NoValue(PhantomData)
);

/// A stored key's part about to be shown to a predicate as the argument it was.
#[derive(Debug)]
pub struct Show<'k, Wanted, Part>(&'k Part, PhantomData<fn() -> Wanted>);

impl<'k, Wanted, Part> Show<'k, Wanted, Part> {
    /// The question, asked of a part.
    #[inline]
    #[must_use]
    pub fn of(part: &'k Part) -> Self {
        Self(part, PhantomData)
    }
}

/// What is shown of an argument that was no plain reference.
#[derive(Debug)]
pub struct Shown<Wanted>(Wanted);

impl<Wanted> Deref for Shown<Wanted> {
    type Target = Wanted;
    fn deref(&self) -> &Wanted {
        &self.0
    }
}

step!(
    /// `&T` from what owns a `T`.
    ShownReference.memo_shown: ['k, 'x, T: ?Sized + 'k, Part: Borrow<T>]
    &&&&&Show<'k, &'x T, Part> => &'k T, |it| it.0.borrow()
);
step!(
    /// `Option<&T>`.
    ShownMaybe.memo_shown: ['k, 'x, T: ?Sized + 'k, Part: Borrow<T>]
    &&&&Show<'k, Option<&'x T>, Option<Part>> => Shown<Option<&'k T>>, |it| Shown(it.0.as_ref().map(Borrow::borrow))
);
step!(
    /// `Cow<T>`.
    ShownCow.memo_shown: ['k, 'x, T: ?Sized + ToOwned + 'k, Part: Borrow<T>]
    &&&Show<'k, Cow<'x, T>, Part> => Shown<Cow<'k, T>>, |it| Shown(Cow::Borrowed(it.0.borrow()))
);
step!(
    /// A value.
    ShownValue.memo_shown: ['k, T]
    &&Show<'k, T, T> => &'k T, |it| it.0
);
step!(
    /// A reference that was no key: there is an error about it already.
    NotShownReference.memo_shown: ['k, 'x, T: ?Sized, Part]
    &Show<'k, &'x T, Part> => &'x T, |_it| unreachable!("a program with such an argument does not compile")
);
step!(
    /// Anything else that was no key.
    NotShown.memo_shown: ['k, T, Part]
    Show<'k, T, Part> => Shown<T>, |_it| unreachable!("a program with such an argument does not compile")
);

/// Fails to compile, at `T`, if the ladder found no key in it.
#[inline]
pub fn is_key<T: HashableArgument<L> + SharedArgument<L> + ?Sized, L>(_: &L) {}

/// The same for a value whose type has no name here.
#[inline]
pub fn is_key_of<T: HashableArgument<L> + SharedArgument<L> + ?Sized, L>(_: &T, _: &L) {}

/// Fails to compile, at `R`, if the ladder found nothing to store in it.
#[inline]
pub fn is_value<R: ClonableReturn<S> + SharedReturn<S>, S>(_: &S) {}

/// Fails to compile, at `R`, if it is no `Result`.
#[inline]
pub fn is_result<R: Fallible>() {}

/// Holds for every argument in which the ladder found something to hash.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a memo key",
    label = "not `Hash + Eq + Clone`",
    note = "leave the argument out of the key: `#[memo(skip)]`",
    note = "or put something else in its place: `#[memo(key = ..)]`, for a float `#[memo(key = x.to_bits())]`",
    note = "or wrap it in a type of your own that is `Hash + Eq + Clone`"
)]
pub trait HashableArgument<L> {}
impl<T: ?Sized, U: ?Sized> HashableArgument<ByRef<'_, U>> for T {}
impl<T: ?Sized, U: ?Sized> HashableArgument<OptionByRef<'_, U>> for T {}
impl<T: ?Sized> HashableArgument<NoKey<Unshared>> for T {}

/// Holds for every argument that threads can share.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a memo key that threads share",
    label = "not `Send + Sync`",
    note = "leave the argument out of the key: `#[memo(skip)]`",
    note = "or put something else in its place: `#[memo(key = ..)]`",
    note = "or use a type that is `Send + Sync`, such as `Arc` for `Rc`"
)]
pub trait SharedArgument<L> {}
impl<T: ?Sized, U: ?Sized> SharedArgument<ByRef<'_, U>> for T {}
impl<T: ?Sized, U: ?Sized> SharedArgument<OptionByRef<'_, U>> for T {}
impl<T: ?Sized> SharedArgument<NoKey<Unfit>> for T {}

/// Holds for every return type in which the ladder found something to clone.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be memoized",
    label = "not `Clone`",
    note = "a stored value is cloned on each hit",
    note = "derive `Clone` for it, or return an `Arc` of it"
)]
pub trait ClonableReturn<S> {}
impl<R> ClonableReturn<Whole<R>> for R {}
impl<R, T, E> ClonableReturn<OkOnly<T, E>> for R {}
impl<R> ClonableReturn<NoValue<R, Unshared>> for R {}

/// Holds for every return type that threads can share.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be memoized in a cache that threads share",
    label = "not `Send + Sync`",
    note = "return a type that is `Send + Sync`, such as `Arc` for `Rc` and `Mutex` for `RefCell`"
)]
pub trait SharedReturn<S> {}
impl<R> SharedReturn<Whole<R>> for R {}
impl<R, T, E> SharedReturn<OkOnly<T, E>> for R {}
impl<R> SharedReturn<NoValue<R, Unfit>> for R {}

/// Holds for `Result`.
#[diagnostic::on_unimplemented(
    message = "`cache_err` does nothing here: `{Self}` is not a `Result`",
    label = "not a `Result`",
    note = "remove `cache_err`: what is not a `Result` is always stored"
)]
pub trait Fallible {}
impl<T, E> Fallible for Result<T, E> {}
