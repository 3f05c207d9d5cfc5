//! The `#[memoize]` attribute of [memo-runtime](https://docs.rs/memo-runtime), which re-exports and documents it.
//!
//! ```text
//! tokens -> Args + Function -> Plan -> tokens
//! ```

mod args;
mod block;
mod duration;
mod errors;
mod expand;
mod function;
mod home;
mod names;
mod plan;
mod tokens;

use args::Args;
use block::{Block, Header, Item};
use errors::Errors;
use expand::{Expansion, Member};
use function::Function;
use plan::Plan;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

#[doc = include_str!("memoize.md")]
#[proc_macro_attribute]
pub fn memoize(
    attr: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    expansion(attr.into(), item.into()).into()
}

/// What the attribute turns its item into. On any error that is still the function and its companions, so that an
/// editor keeps them and code that calls them shows no second error.
fn expansion(attr: TokenStream, item: TokenStream) -> TokenStream {
    let errors = Errors::default(); // panics if dropped with one unread
    let args = Args::parse(attr, &errors);
    if block::is_block(&item) {
        return of_block(&args, item, errors);
    }
    let (mistakes, expansion) = of_function(&args, item.clone(), None, errors);
    let kept = expansion.map_or(item, Expansion::into_token_stream);
    quote!(#mistakes #kept)
}

/// The same for a block, whose functions have attributes of their own.
fn of_block(options: &Args, item: TokenStream, errors: Errors) -> TokenStream {
    let Some(block) = Block::parse(item.clone(), options, &errors) else {
        return errors.before(block::unmemoized(item));
    };
    let mut mistakes = errors.before(TokenStream::new());
    let members = block.items.into_iter().map(|item| match item {
        Item::Other(tokens) => Member::Other(tokens),
        Item::Memoized(attr, item) => {
            let errors = Errors::default();
            let args = Args::parse(attr, &errors).inside(options);
            let (more, expansion) = of_function(&args, item.clone(), Some(&block.header), errors);
            mistakes.extend(more);
            expansion.map_or(Member::Other(item), Member::Memoized)
        }
    });
    let members: Vec<_> = members.collect();
    let runtime = names::runtime(options.krate.as_ref().map(|path| &path.value));
    let block = expand::block(&block.header, &members, &runtime);
    quote!(#mistakes #block)
}

/// The mistakes in a function, and what becomes of it; nothing if it cannot be read.
fn of_function(
    args: &Args,
    item: TokenStream,
    block: Option<&Header>,
    errors: Errors,
) -> (TokenStream, Option<Expansion>) {
    let none = TokenStream::new;
    let Some(mut function) = Function::parse(item, &errors) else {
        return (errors.before(none()), None);
    };
    function.outer_lifetimes = block.map(Header::lifetimes).unwrap_or_default();
    function.disguise_names(&plan::mentioned(args, &function));
    let (mistakes, expansion) = match Plan::new(args, &function, block, errors) {
        Ok(plan) => (none(), expand::memoized(&plan)), // nothing can fail from here on
        Err(errors) => (
            errors.before(none()),
            expand::unmemoized(&function, args, block),
        ),
    };
    (mistakes, Some(expansion))
}

#[cfg(test)]
mod tests;
