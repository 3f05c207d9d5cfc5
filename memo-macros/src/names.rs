//! Where an expansion finds the runtime, and how generated identifiers are spanned.

use crate::tokens;
use proc_macro2::{Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Path, Type, Visibility};

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

/// The same tokens with another name for the receiver.
pub(crate) fn without_self(stream: TokenStream) -> TokenStream {
    replaced(stream, &|ident, is_path| {
        // `self::` is a module.
        // Not invisible: a format string that captures it may capture the user's names, too.
        let other = || Ident::new("__memo_self", Span::call_site());
        (ident == "self" && !is_path).then(|| other().into_token_stream())
    })
}

/// The same tokens where `Self` is said in full.
pub(crate) fn without_own_type(stream: TokenStream, of: &Type) -> TokenStream {
    let of = ours(of.to_token_stream());
    replaced(stream, &|ident, is_path| match (ident == "Self", is_path) {
        (false, _) => None,
        (true, true) => Some(quote!(<#of>)),
        (true, false) => Some(of.clone()),
    })
}

/// The same tokens, but for some identifiers; told whether `::` is behind one.
fn replaced(
    stream: TokenStream,
    with: &dyn Fn(&Ident, bool) -> Option<TokenStream>,
) -> TokenStream {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    let is_colon =
        |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(it)) if it.as_char() == ':');
    let replaced = tokens.iter().enumerate().map(|(at, token)| match token {
        TokenTree::Ident(ident) => {
            let is_path = is_colon(at + 1) && is_colon(at + 2);
            with(ident, is_path).unwrap_or_else(|| token.into_token_stream())
        }
        TokenTree::Group(group) => {
            let mut changed = Group::new(group.delimiter(), replaced(group.stream(), with));
            changed.set_span(group.span());
            changed.into_token_stream()
        }
        TokenTree::Literal(literal) => captured(literal, with).into_token_stream(),
        TokenTree::Punct(_) => token.into_token_stream(),
    });
    replaced.collect()
}

/// The same literal, but for the receiver that a format string captures, if that has another name.
fn captured(literal: &Literal, with: &dyn Fn(&Ident, bool) -> Option<TokenStream>) -> Literal {
    let text = literal.to_string();
    let receiver = with(&Ident::new("self", literal.span()), false);
    let Some(other) = receiver.filter(|_| text.contains("{self")) else {
        return literal.clone();
    };
    let text = ["}", ":"].iter().fold(text, |text, end| {
        text.replace(&format!("{{self{end}"), &format!("{{{other}{end}"))
    });
    let span = literal.span();
    let mut literal = text.parse().unwrap_or_else(|_| literal.clone());
    literal.set_span(span);
    literal
}

/// The same tokens, pointing at `place`.
pub(crate) fn located(tokens: TokenStream, place: Span) -> TokenStream {
    let respan = &mut |token: &mut TokenTree| token.set_span(token.span().located_at(place));
    tokens::map(tokens, respan)
}
