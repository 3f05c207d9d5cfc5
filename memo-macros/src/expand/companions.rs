//! The companions: what there is besides calling the function. Here are their names, docs and signatures, whether the
//! function is memoized or there is a mistake in it; what they do comes from outside.

use super::lifetimes;
use crate::function::{Function, Parameter, find_impl, types};
use crate::names;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{GenericParam, Generics};

/// Those whose body uses the cache.
#[derive(Clone, Copy)]
pub(super) enum Companion {
    Info,
    Parameters,
    Clear,
    Resize,
    Contains,
    Peek,
    Remove,
    Insert,
    Refresh,
    Retain,
}

/// What all their signatures have in common.
pub(super) struct Companions<'a> {
    pub(super) function: &'a Function,
    /// The path of the runtime's hidden module.
    pub(super) runtime: &'a TokenStream,
    /// Of those that look up an entry.
    pub(super) parameters: Vec<&'a Parameter>,
    /// What the predicate of `cache_retain` takes; nothing where there can be no predicate.
    pub(super) shown: Option<Vec<&'a Parameter>>,
}

impl Companions<'_> {
    /// The type of this name that holds them, each with its body, and `first`.
    pub(super) fn named(
        &self,
        name: &Ident,
        first: &TokenStream,
        body: impl Fn(Companion) -> TokenStream,
    ) -> TokenStream {
        let (function, runtime) = (self.function, self.runtime);
        let docs = format!(
            "Companions of the memoized function `{}`.",
            function.signature.ident
        );
        let visibility = names::visibility(&function.visibility);
        let allowed = &function.allowed;
        // One parameter too many is told at the function, not once more at each companion.
        let lints = (function.parameters.len() >= 7).then(
            || quote!(#[allow(clippy::too_many_arguments, reason = "the function has as many")]),
        );
        // A type parameter is the type's own, a lifetime the companion's.
        let generics = &function.signature.generics;
        let own = generics.params.iter().cloned();
        let own = own.filter(|it| !matches!(it, GenericParam::Lifetime(_)));
        let of_type = Generics {
            params: own.collect(),
            ..Generics::default()
        };
        let (declared, used, _) = of_type.split_for_impl();
        let phantoms = generics.type_params().next().map(|_| {
            let types = generics.type_params().map(|it| &it.ident);
            quote!(__memo: (#(#runtime::PhantomData<#types>,)*))
        });
        let (over_all, over_one, over_each) = (
            self.over_all(&body),
            self.over_one(&body),
            self.over_each(&body),
        );
        quote! {
            #[doc = #docs]
            #visibility struct #name #declared { #phantoms }
            #(#allowed)*
            #lints
            impl #declared #name #used {
                #first
                #over_all
                #over_one
                #over_each
            }
        }
    }

    /// Those without arguments.
    fn over_all(&self, body: &impl Fn(Companion) -> TokenStream) -> TokenStream {
        let runtime = self.runtime;
        let visibility = names::visibility(&self.function.visibility);
        let maxsize = names::parameter("maxsize");
        let (info, parameters) = (body(Companion::Info), body(Companion::Parameters));
        let (clear, resize) = (body(Companion::Clear), body(Companion::Resize));
        quote! {
            /// Counters and size.
            #[must_use]
            #visibility fn cache_info() -> #runtime::CacheInfo { #info }
            /// How the cache was set up.
            #[must_use]
            #visibility fn cache_parameters() -> #runtime::CacheParameters { #parameters }
            /// Removes all entries and starts the counters again. What is being computed will not be stored.
            #visibility fn cache_clear() { #clear }
            /// Changes the bound; to fewer, those next in line go.
            #visibility fn cache_resize(#maxsize: #runtime::usize) { #resize }
        }
    }

    /// Those for one entry, found by the function's own arguments.
    fn over_one(&self, body: &impl Fn(Companion) -> TokenStream) -> TokenStream {
        let (runtime, function) = (self.runtime, self.function);
        let (returns, asyncness) = (&function.returns, &function.signature.asyncness);
        let where_clause = &function.signature.generics.where_clause;
        let lifetimes = lifetimes(function);
        let visibility = names::visibility(&function.visibility);
        let parameters: Vec<_> = self.parameters.iter().map(|it| it.declaration()).collect();
        let all = function.declarations();
        let value = names::parameter("value");
        // One that borrows would be one more place for the return type to borrow from.
        let value_type = match types::find_borrow(returns) {
            Some(_) => quote!(impl ::core::marker::Sized),
            None => returns.to_token_stream(),
        };
        // Those that the key does not look at are declared all the same.
        let used = self.parameters.iter().map(|it| &it.name);
        let used = quote!(#(let _ = &#used;)*);
        let (contains, remove) = (body(Companion::Contains), body(Companion::Remove));
        let (peek, insert) = (body(Companion::Peek), body(Companion::Insert));
        let refresh = body(Companion::Refresh);
        // `impl Trait` would be another type in each of them.
        let results = find_impl(returns).is_none().then(|| quote! {
            /// The stored result of a live entry. Neither promotes nor counts.
            #[must_use]
            #visibility fn cache_peek #lifetimes (#(#parameters),*) -> #runtime::Option<#returns> #where_clause { #used #peek }
            /// Stores a result without computing it; the one it replaces.
            #visibility fn cache_insert #lifetimes (#(#parameters,)* #value: #value_type) -> #runtime::Option<#returns> #where_clause { #used #insert }
            /// Runs the function and stores its result, whatever is there. Counts as a miss.
            #visibility #asyncness fn cache_refresh #lifetimes (#(#all),*) -> #returns #where_clause { #refresh }
        });
        quote! {
            /// Whether there is a live entry. Neither promotes nor counts.
            #[must_use]
            #visibility fn cache_contains #lifetimes (#(#parameters),*) -> #runtime::bool #where_clause { #used #contains }
            /// Removes one entry; whether there was a live one.
            #visibility fn cache_remove #lifetimes (#(#parameters),*) -> #runtime::bool #where_clause { #used #remove }
            #results
        }
    }

    /// `cache_retain`, if there can be one.
    fn over_each(&self, body: &impl Fn(Companion) -> TokenStream) -> Option<TokenStream> {
        let (runtime, function) = (self.runtime, self.function);
        let parameters = self.shown.as_ref()?;
        let visibility = names::visibility(&function.visibility);
        let keep = names::parameter("keep");
        let types = parameters.iter().map(|it| function.shown(&it.ty));
        // A predicate sees each argument behind a reference, those that would be as good without one too.
        let mut references = parameters.iter().filter(|it| types::has_reference(&it.ty));
        let lints = references
            .next()
            .map(|_| quote!(#[allow(clippy::ref_option_ref, reason = "an argument is shown behind a reference")]));
        let retain = body(Companion::Retain);
        Some(quote! {
            #lints
            /// Removes the entries whose arguments the predicate refuses; how many went.
            #visibility fn cache_retain(#keep: impl ::core::ops::FnMut(#(#types),*) -> #runtime::bool) -> #runtime::usize { #retain }
        })
    }
}
