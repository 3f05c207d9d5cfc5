//! The soonest to expire goes: the expiry index knows it already, so nothing is kept here.

use super::Order;
use crate::expiry::Expiry;
use crate::stats::Policy;

/// Whoever has the least time left goes.
#[derive(Debug, Default)]
pub struct SoonestToExpire;

impl Order for SoonestToExpire {
    const HEEDS_HITS: bool = false;

    fn policy(&self) -> Policy {
        Policy::SoonestToExpire
    }

    #[inline]
    fn victim<E: Expiry>(&mut self, expiry: &E) -> Option<u32> {
        expiry.soonest()
    }
}
