//! Where an expansion finds the runtime, and how generated identifiers are spanned.

use crate::tokens;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Path, Visibility};

/// The hidden module of the runtime; the only path an expansion starts from.
pub(crate) fn runtime(krate: Option<&Path>) -> TokenStream {
    krate.map_or_else(
        || quote!(::memo_runtime::__private),
        |path| quote!(#path::__private),
    )
}

/// A local of the expansion: invisible to the user's code. The prefix keeps it apart from constants, which are not.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(&format!("__memo_{name}"), Span::mixed_site())
}

/// A parameter of a companion that the function does not have. Invisible to the user's code, and plain in its docs.
pub(crate) fn parameter(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// An identifier that the user's code can see, which points at `place` and belongs to the expansion: lints of the
/// user's crate do not look at it.
pub(crate) fn visible(ident: &Ident, place: Span) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(Span::call_site().located_at(place));
    ident
}

/// The same visibility for an item that belongs to the expansion: where an item begins, lints look at whose it is.
pub(crate) fn visibility(visibility: &Visibility) -> TokenStream {
    let mut tokens = visibility.to_token_stream().into_iter();
    let first = tokens.next().map(|mut first| {
        first.set_span(Span::call_site().located_at(first.span()));
        first
    });
    first.into_iter().chain(tokens).collect()
}

/// The same tokens, spanned as generated, so that lints do not look at them.
pub(crate) fn ours(tokens: TokenStream) -> TokenStream {
    let respan = &mut |token: &mut TokenTree| {
        token.set_span(Span::call_site().located_at(token.span()));
    };
    tokens::map(tokens, respan)
}

/// The same tokens, pointing at `place`.
pub(crate) fn located(tokens: TokenStream, place: Span) -> TokenStream {
    let respan = &mut |token: &mut TokenTree| token.set_span(token.span().located_at(place));
    tokens::map(tokens, respan)
}

/// The item that holds the static, next to the companions.
pub(crate) fn cache() -> Ident {
    Ident::new("__cache", Span::call_site())
}
