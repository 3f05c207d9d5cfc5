//! Every runtime item that an expansion names, and how generated identifiers are spanned.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::Path;

/// The hidden module of the runtime; the only path an expansion starts from.
pub(crate) fn runtime(krate: Option<&Path>) -> TokenStream {
    match krate {
        Some(path) => quote!(#path::__private),
        None => quote!(::memo_runtime::__private),
    }
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

/// The item that holds the static, next to the companions.
pub(crate) fn cache() -> Ident {
    Ident::new("__cache", Span::call_site())
}
