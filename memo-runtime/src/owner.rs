//! Whose an allocation is: what a cache, a queue or the last values of a stream allocate is theirs. Without the feature
//! `memwatch` nobody asks, and nothing is left of this.

#[cfg(feature = "memwatch")]
pub(crate) use crate::memwatch::{Entered, OwnerId};
#[cfg(not(feature = "memwatch"))]
pub(crate) use nobody::{Entered, OwnerId};

#[cfg(not(feature = "memwatch"))]
mod nobody {
    use std::panic::Location;

    /// An owner nobody asks for.
    #[derive(Debug, Clone, Copy)]
    pub(crate) struct OwnerId;

    /// While it lives, nothing is different.
    #[derive(Debug)]
    pub(crate) struct Entered;

    impl OwnerId {
        pub(crate) fn of(_name: &str, _place: &'static Location<'static>) -> Self {
            Self
        }

        #[expect(clippy::unused_self, reason = "as with the feature")]
        #[inline]
        pub(crate) fn enter(self) -> Entered {
            Entered
        }
    }

    impl Entered {
        #[inline]
        pub(crate) const fn nowhere() -> Self {
            Self
        }
    }

    // As with the feature, so that to drop it early is no mistake in either.
    impl Drop for Entered {
        #[inline]
        fn drop(&mut self) {}
    }
}
