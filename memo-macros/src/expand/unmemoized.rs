//! What is left of a function in whose memoizing there is a mistake.

use super::companions::{Companion, Companions};
use super::{Expansion, inner_signature};
use crate::args::Args;
use crate::block::Header;
use crate::function::{Function, find_impl};
use crate::home::Home;
use crate::{names, plan};
use proc_macro2::TokenStream;
use quote::quote;

/// The function as it was, and companions that only exist: there is an error already, and it is to stay the only one.
pub(crate) fn unmemoized(function: &Function, args: &Args, block: Option<&Header>) -> Expansion {
    let home = Home::of(args, function, block);
    let mut expansion = Expansion {
        function: {
            let (attributes, visibility) = (&function.attributes, home.visibility_of_function());
            let signature = inner_signature(function, function.signature.ident.clone());
            let body = &function.body;
            quote!(#(#attributes)* #visibility #signature #body)
        },
        companions: TokenStream::new(),
        moved: TokenStream::new(),
    };
    // Where a primitive type would be hidden, or the runtime cannot be found, companions would only bring errors of their own.
    if function.is_refused()
        || block.is_some_and(|it| it.is_mistaken)
        || home.hides_a_primitive().is_some()
        || args.is_given("crate") && args.krate.is_none()
    {
        return expansion;
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
        let (visibility, name) = (home.visibility(), home.companion("uncached"));
        let (generics, conditions) = home.generics();
        let (asyncness, parameters, returns) = (&signature.asyncness, function.parameters.iter(), &function.returns);
        let parameters = parameters.map(|it| home.declare(it));
        quote!(#visibility #asyncness fn #name #generics (#(#parameters),*) -> #returns #conditions { #runs })
    });
    let can_retain = !function.takes_impl_trait() && signature.variadic.is_none();
    let stand_ins = Companions {
        function,
        home: &home,
        runtime: &runtime,
        shown: can_retain.then(|| taken.clone()),
        parameters: taken,
        holds_cache: plan::holds_cache(args, function),
        ask: false,
    };
    let stand_ins = stand_ins.all(&uncached.unwrap_or_default(), |companion| match companion {
        Companion::Refresh => runs.clone(),
        _ => never.clone(),
    });
    expansion.companions = stand_ins;
    expansion
}
