//! The companions: what there is besides calling the function. Here are their names, docs and signatures, whether the
//! function is memoized or there is a mistake in it; what they do comes from outside.

use crate::function::{Function, Parameter, find_impl, instance_type, types};
use crate::home::Home;
use crate::names;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::WhereClause;

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
    pub(super) home: &'a Home<'a>,
    /// The path of the runtime's hidden module.
    pub(super) runtime: &'a TokenStream,
    /// Of those that look up an entry.
    pub(super) parameters: Vec<&'a Parameter>,
    /// What the predicate of `cache_retain` takes; nothing where there can be no predicate.
    pub(super) shown: Option<Vec<&'a Parameter>>,
    /// The receiver, if the cache is its.
    pub(super) holds_cache: Option<&'a Parameter>,
}

/// What tells one from the others.
struct Signature {
    name: &'static str,
    docs: &'static str,
    /// Whether it does nothing but answer.
    must_use: bool,
    /// Those of an instance, or of a call.
    generics: (TokenStream, Option<WhereClause>),
    parameters: TokenStream,
    /// `-> Type`, or nothing.
    returns: TokenStream,
}

impl Companions<'_> {
    /// All of them, each with its body, and `first`; with the type that holds them where they are in one of their own.
    pub(super) fn all(
        &self,
        first: &TokenStream,
        body: impl Fn(Companion) -> TokenStream,
    ) -> TokenStream {
        let (over_all, over_one, over_each) = (
            self.over_all(&body),
            self.over_one(&body),
            self.over_each(&body),
        );
        let all = quote!(#first #over_all #over_one #over_each);
        let Some(name) = self.home.own_type() else {
            return all;
        };
        let docs = format!(
            "Companions of the memoized function `{}`.",
            self.function.signature.ident
        );
        let visibility = self.home.visibility();
        let declared = instance_type(name, self.function.instances(), self.runtime);
        let generics = self.function.instance();
        let (generics, used, conditions) = generics.split_for_impl();
        quote! {
            #[doc = #docs]
            #visibility #declared
            impl #generics #name #used #conditions { #all }
        }
    }

    /// Those without arguments.
    fn over_all(&self, body: &impl Fn(Companion) -> TokenStream) -> TokenStream {
        let runtime = self.runtime;
        let generics = || self.home.instance();
        let maxsize = names::parameter("maxsize");
        let holder = self.holder();
        let info = Signature {
            name: "cache_info",
            docs: " Counters and size.",
            must_use: true,
            generics: generics(),
            parameters: quote!(#holder),
            returns: quote!(-> #runtime::CacheInfo),
        };
        let parameters = Signature {
            name: "cache_parameters",
            docs: " How the cache was set up.",
            must_use: true,
            generics: generics(),
            parameters: quote!(#holder),
            returns: quote!(-> #runtime::CacheParameters),
        };
        let clear = Signature {
            name: "cache_clear",
            docs: " Removes all entries and starts the counters again. What is being computed will not be stored.",
            must_use: false,
            generics: generics(),
            parameters: quote!(#holder),
            returns: quote!(),
        };
        let resize = Signature {
            name: "cache_resize",
            docs: " Changes the bound; to fewer, those next in line go.",
            must_use: false,
            generics: generics(),
            parameters: quote!(#holder #maxsize: #runtime::usize),
            returns: quote!(),
        };
        let info = self.one(info, &body(Companion::Info));
        let parameters = self.one(parameters, &body(Companion::Parameters));
        let clear = self.one(clear, &body(Companion::Clear));
        let resize = self.one(resize, &body(Companion::Resize));
        quote!(#info #parameters #clear #resize)
    }

    /// Those for one entry, found by the function's own arguments.
    fn over_one(&self, body: &impl Fn(Companion) -> TokenStream) -> TokenStream {
        let (runtime, returns) = (self.runtime, &self.function.returns);
        let generics = || self.home.generics();
        let parameters: Vec<_> = self
            .parameters
            .iter()
            .map(|it| self.home.declare(it))
            .collect();
        // Those that the key does not look at are declared all the same.
        let used = self.parameters.iter().map(|it| &it.name);
        let used = quote!(#(let _ = &#used;)*);
        let contains = Signature {
            name: "cache_contains",
            docs: " Whether there is a live entry. Neither promotes nor counts.",
            must_use: true,
            generics: generics(),
            parameters: quote!(#(#parameters),*),
            returns: quote!(-> #runtime::bool),
        };
        let remove = Signature {
            name: "cache_remove",
            docs: " Removes one entry; whether there was a live one.",
            must_use: false,
            generics: generics(),
            parameters: quote!(#(#parameters),*),
            returns: quote!(-> #runtime::bool),
        };
        let whether = [(contains, Companion::Contains), (remove, Companion::Remove)];
        let whether = whether.map(|(signature, companion)| {
            let body = body(companion);
            self.one(signature, &quote!(#used #body))
        });
        // Of the others, `impl Trait` would be another type in each, and a borrow has nowhere to be from.
        let is_nowhere = !self
            .parameters
            .iter()
            .any(|it| types::has_reference(&it.ty));
        if find_impl(returns).is_some() || types::find_borrow(returns).is_some() && is_nowhere {
            return quote!(#(#whether)*);
        }
        let value = names::parameter("value");
        // One that borrows would be one more place for the return type to borrow from.
        let value_type = match types::find_borrow(returns) {
            Some(_) => quote!(impl ::core::marker::Sized),
            None => returns.to_token_stream(),
        };
        let peek = Signature {
            name: "cache_peek",
            docs: " The stored result of a live entry. Neither promotes nor counts.",
            must_use: true,
            generics: generics(),
            parameters: quote!(#(#parameters),*),
            returns: quote!(-> #runtime::Option<#returns>),
        };
        let insert = Signature {
            name: "cache_insert",
            docs: " Stores a result without computing it; the one it replaces.",
            must_use: false,
            generics: generics(),
            parameters: quote!(#(#parameters,)* #value: #value_type),
            returns: quote!(-> #runtime::Option<#returns>),
        };
        let results = [(peek, Companion::Peek), (insert, Companion::Insert)];
        let results = results.map(|(signature, companion)| {
            let body = body(companion);
            self.one(signature, &quote!(#used #body))
        });
        let all = self.function.parameters.iter();
        let all = all.map(|it| self.home.declare(it));
        let refresh = Signature {
            name: "cache_refresh",
            docs: " Runs the function and stores its result, whatever is there. Counts as a miss.",
            must_use: false,
            generics: generics(),
            parameters: quote!(#(#all),*),
            returns: quote!(-> #returns),
        };
        let refresh = self.one(refresh, &body(Companion::Refresh));
        quote!(#(#whether)* #(#results)* #refresh)
    }

    /// `cache_retain`, if there can be one.
    fn over_each(&self, body: &impl Fn(Companion) -> TokenStream) -> Option<TokenStream> {
        let (runtime, function) = (self.runtime, self.function);
        let parameters = self.shown.as_ref()?;
        let (keep, holder) = (names::parameter("keep"), self.holder());
        let types = parameters.iter().map(|it| function.shown(&it.ty));
        let retain = Signature {
            name: "cache_retain",
            docs: " Removes the entries whose arguments the predicate refuses; how many went.",
            must_use: false,
            generics: self.home.instance(),
            parameters: quote!(#holder #keep: impl ::core::ops::FnMut(#(#types),*) -> #runtime::bool),
            returns: quote!(-> #runtime::usize),
        };
        let retain = self.one(retain, &body(Companion::Retain));
        // A predicate sees each argument behind a reference, those that would be as good without one too.
        let mut references = parameters.iter().filter(|it| types::has_reference(&it.ty));
        let lints = references
            .next()
            .map(|_| quote!(#[allow(clippy::ref_option_ref, reason = "an argument is shown behind a reference")]));
        Some(quote!(#lints #retain))
    }

    /// What stands first where the cache is the receiver's.
    fn holder(&self) -> Option<TokenStream> {
        let holder = self.home.declare(self.holds_cache?);
        Some(quote!(#holder,))
    }

    fn one(&self, signature: Signature, body: &TokenStream) -> TokenStream {
        let Signature {
            name,
            docs,
            must_use,
            generics: (generics, conditions),
            parameters,
            returns,
        } = signature;
        let (name, allowed) = (self.home.companion(name), &self.function.allowed);
        let cfg = &self.function.cfg;
        let visibility = self.home.visibility();
        let must_use = must_use.then(|| quote!(#[must_use]));
        let lints = lints(self.function);
        quote! {
            #(#cfg)*
            #[doc = #docs]
            #must_use
            #(#allowed)*
            #lints
            #visibility fn #name #generics (#parameters) #returns #conditions { #body }
        }
    }
}

/// One parameter too many is told at the function, not once more at each companion.
pub(super) fn lints(function: &Function) -> Option<TokenStream> {
    (function.parameters.len() >= 7)
        .then(|| quote!(#[allow(clippy::too_many_arguments, reason = "the function has as many")]))
}
