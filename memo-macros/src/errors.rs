//! The one way to report a mistake: all of them, in one go, each on its token.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use std::cell::RefCell;
use std::fmt::Display;

/// The mistakes found so far. Panics if dropped with one in it, which would go unreported.
#[derive(Default)]
pub(crate) struct Errors(RefCell<Vec<syn::Error>>);

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
        self.0.borrow_mut().push(error);
    }

    /// What was parsed; if that is a mistake, nothing.
    pub(crate) fn ok<T>(&self, parsed: syn::Result<T>) -> Option<T> {
        parsed.map_err(|error| self.add(error)).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// How many there are so far.
    pub(crate) fn count(&self) -> usize {
        self.0.borrow().len()
    }

    /// The mistakes as errors of the compiler, and behind them what the user is to keep.
    pub(crate) fn before(self, kept: TokenStream) -> TokenStream {
        let errors = self.0.take();
        let errors = errors.iter().map(syn::Error::to_compile_error);
        errors.chain([kept]).collect()
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        assert!(
            self.is_empty() || std::thread::panicking(),
            "memoize: errors were collected and not reported; this is a bug in memo-macros"
        );
    }
}
