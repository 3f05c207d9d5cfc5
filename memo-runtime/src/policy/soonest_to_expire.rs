//! The soonest to expire goes: the expiry index knows it already, so nothing is kept here.

use super::Order;
use crate::expiry::Expiry;
use crate::key::Fingerprint;
use crate::stats::Policy;

/// Whoever has the least time left goes.
#[derive(Debug, Default)]
pub struct SoonestToExpire;

impl Order for SoonestToExpire {
    fn policy(&self) -> Policy {
        Policy::SoonestToExpire
    }

    #[inline]
    fn victim<E: Expiry>(&mut self, expiry: &E, _: impl Fn(u32) -> Fingerprint) -> Option<u32> {
        expiry.soonest()
    }
}
