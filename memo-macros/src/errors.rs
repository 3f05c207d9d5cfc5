//! The one way to report a mistake: all of them, in one go, each on its token.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use std::cell::RefCell;
use std::fmt::Display;

/// The mistakes found so far. Panics if dropped before somebody has read it, as a forgotten mistake would go unreported.
#[derive(Default)]
pub(crate) struct Errors {
    found: RefCell<Option<syn::Error>>,
    read: std::cell::Cell<bool>,
}

impl Errors {
    /// A mistake in these tokens.
    pub(crate) fn at(&self, tokens: impl ToTokens, message: impl Display) {
        self.add(syn::Error::new_spanned(tokens, message));
    }

    /// A mistake where there are no tokens to point at but a place.
    pub(crate) fn here(&self, span: Span, message: impl Display) {
        self.add(syn::Error::new(span, message));
    }

    /// A mistake that syn has found.
    pub(crate) fn add(&self, error: syn::Error) {
        let mut found = self.found.borrow_mut();
        match &mut *found {
            Some(errors) => errors.combine(error),
            None => *found = Some(error),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.borrow().is_none()
    }

    /// The mistakes as errors of the compiler, and behind them what the user is to keep.
    pub(crate) fn before(self, kept: TokenStream) -> TokenStream {
        self.read.set(true);
        let mut tokens = self
            .found
            .take()
            .map_or_else(TokenStream::new, |errors| errors.to_compile_error());
        tokens.extend(kept);
        tokens
    }

    /// Says that there were none.
    pub(crate) fn none(self) {
        debug_assert!(self.is_empty());
        self.read.set(true);
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        assert!(
            self.read.get() || std::thread::panicking(),
            "memoize: errors were collected and not reported; this is a bug in memo-macros"
        );
    }
}
