//! Token streams, gone through with what is in their groups.

use proc_macro2::{Group, TokenStream, TokenTree};

/// All tokens in their order; of groups, what is in them.
pub(crate) fn flat(tokens: TokenStream) -> Vec<TokenTree> {
    let inner = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => flat(group.stream()),
        other => vec![other],
    });
    inner.flatten().collect()
}

/// The same tokens, each of them changed, groups after what is in them.
pub(crate) fn map(tokens: TokenStream, change: &mut impl FnMut(&mut TokenTree)) -> TokenStream {
    let changed = tokens.into_iter().map(|mut token| {
        if let TokenTree::Group(group) = &token {
            let mut changed = Group::new(group.delimiter(), map(group.stream(), change));
            changed.set_span(group.span());
            token = changed.into();
        }
        change(&mut token);
        token
    });
    changed.collect()
}
