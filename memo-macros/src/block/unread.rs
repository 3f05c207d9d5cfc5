//! What is left of a block that cannot be read.

use crate::function;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::Attribute;
use syn::parse::{ParseStream, Parser};

/// A block that could not be read, without our attributes in it: each of them would find the same mistake, or another
/// that comes of it.
pub(crate) fn unmemoized(item: TokenStream) -> TokenStream {
    let mut tokens: Vec<_> = item.into_iter().collect();
    if let Some(TokenTree::Group(items)) = tokens.last_mut() {
        let mut without = Group::new(items.delimiter(), without_ours(items.stream()));
        without.set_span(items.span());
        *items = without;
    }
    tokens.into_iter().collect()
}

/// The items of a block, and their parameters, without our attributes. What is in bodies stays.
fn without_ours(stream: TokenStream) -> TokenStream {
    let tokens: Vec<_> = stream.into_iter().collect();
    let is_ours = |at: usize| {
        let parser = |input: ParseStream<'_>| input.call(Attribute::parse_outer);
        let attribute: TokenStream = tokens[at..].iter().take(2).cloned().collect();
        let attribute = parser.parse2(attribute).unwrap_or_default();
        attribute
            .iter()
            .any(|it| function::is_memoize(it) || function::is_memo(it))
    };
    let (mut without, mut at) = (TokenStream::new(), 0);
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Punct(it) if it.as_char() == '#' && is_ours(at) => at += 1,
            TokenTree::Group(it) if it.delimiter() == Delimiter::Parenthesis => {
                let mut parameters = Group::new(it.delimiter(), without_ours(it.stream()));
                parameters.set_span(it.span());
                without.extend([TokenTree::from(parameters)]);
            }
            other => without.extend([other.clone()]),
        }
        at += 1;
    }
    without
}
