//! What is left of a function in whose memoizing there is a mistake.

use super::companions::{Companion, Companions};
use super::{inner_signature, lifetimes};
use crate::args::Args;
use crate::function::{Function, belongs_to_a_type, find_impl};
use crate::{names, plan};
use proc_macro2::TokenStream;
use quote::quote;

/// The function as it was, and companions that only exist: there is an error already, and it is to stay the only one.
pub(crate) fn unmemoized(function: &Function, args: &Args) -> TokenStream {
    let original = {
        let (attributes, visibility) = (&function.attributes, &function.visibility);
        let signature = inner_signature(function, function.signature.ident.clone());
        let body = &function.body;
        quote!(#(#attributes)* #visibility #signature #body)
    };
    let companions = plan::companions_name(args, function);
    // Inside an `impl` no type can be declared. And where a primitive type would be hidden, or the runtime cannot be
    // found, companions would only bring errors of their own.
    if belongs_to_a_type(&function.signature).is_some()
        || function.is_refused()
        || plan::hides_a_primitive(&companions)
        || args.is_given("crate") && args.krate.is_none()
    {
        return original;
    }
    let taken = plan::taken(args, function);
    let signature = &function.signature;
    let runtime = names::runtime(args.krate.as_ref().map(|path| &path.value));
    let (never, names) = (
        quote!(#runtime::never()),
        function.parameters.iter().map(|it| &it.name),
    );
    let runs = quote!(#(let _ = &#names;)* #never);
    // What takes or returns `impl Trait` cannot be said in all places.
    let uncached = find_impl(&function.returns).is_none().then(|| {
        let visibility = names::visibility(&function.visibility);
        let (asyncness, where_clause) = (&signature.asyncness, &signature.generics.where_clause);
        let (lifetimes, parameters, returns) = (lifetimes(function), function.declarations(), &function.returns);
        quote!(#visibility #asyncness fn uncached #lifetimes (#(#parameters),*) -> #returns #where_clause { #runs })
    });
    let can_retain = !function.takes_impl_trait() && signature.variadic.is_none();
    let stand_ins = Companions {
        function,
        runtime: &runtime,
        shown: can_retain.then(|| taken.clone()),
        parameters: taken,
    };
    let stand_ins =
        stand_ins.named(
            &companions,
            &uncached.unwrap_or_default(),
            |companion| match companion {
                Companion::Refresh => runs.clone(),
                _ => never.clone(),
            },
        );
    quote!(#original #stand_ins)
}
