//! The `#[memoize]` attribute of [memo-runtime](https://docs.rs/memo-runtime), which re-exports and documents it.
//!
//! ```text
//! tokens -> Args + Function -> Plan -> tokens
//! ```

mod args;
mod duration;
mod errors;
mod expand;
mod function;
mod names;
mod plan;
mod tokens;

use args::Args;
use errors::Errors;
use function::Function;
use plan::Plan;
use proc_macro2::TokenStream;

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
    let Some(mut function) = Function::parse(item.clone(), &errors) else {
        return errors.before(item);
    };
    function.disguise_names(&plan::mentioned(&args, &function));
    match Plan::new(&args, &function, errors) {
        Ok(plan) => expand::memoized(&plan), // nothing can fail from here on
        Err(errors) => errors.before(expand::unmemoized(&function, &args)),
    }
}

#[cfg(test)]
mod tests;
