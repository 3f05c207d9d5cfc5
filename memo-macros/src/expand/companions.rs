//! The companions: what there is besides calling the function. Here are their names, docs and signatures, whether the
//! function is memoized or there is a mistake in it; what they do comes from outside.

use crate::function::{Function, Parameter, find_impl, instance_type, types};
use crate::home::{Conditional, Home};
use crate::names;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// Those whose body uses the cache.
#[derive(Clone, Copy)]
pub(super) enum Companion {
    Info,
    Parameters,
    Clear,
    Resize,
    /// Nobody's to call, but by the four behind it.
    Ask,
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
    /// Whether those about one entry ask one function.
    pub(super) ask: bool,
}

/// How one is called, what its docs say, and whether it does nothing but answer.
type Described = (&'static str, &'static str, bool);

impl Companion {
    fn runs_body(self) -> bool {
        matches!(self, Self::Refresh)
    }

    fn described(self) -> Described {
        match self {
            Self::Info => ("cache_info", " Counters and size.", true),
            Self::Parameters => ("cache_parameters", " How the cache was set up.", true),
            Self::Clear => (
                "cache_clear",
                " Removes all entries and starts the counters again. What is being computed will not be stored.",
                false,
            ),
            Self::Resize => (
                "cache_resize",
                " Changes the bound; to fewer, those next in line go.",
                false,
            ),
            Self::Ask => ("ask", " Answers for those about one entry.", false),
            Self::Contains => (
                "cache_contains",
                " Whether there is a live entry. Neither promotes nor counts.",
                true,
            ),
            Self::Peek => (
                "cache_peek",
                " The stored result of a live entry. Neither promotes nor counts.",
                true,
            ),
            Self::Remove => (
                "cache_remove",
                " Removes one entry; whether there was a live one.",
                false,
            ),
            Self::Insert => (
                "cache_insert",
                " Stores a result without computing it; the one it replaces.",
                false,
            ),
            Self::Refresh => (
                "cache_refresh",
                " Runs the function and stores its result, whatever is there. Counts as a miss.",
                false,
            ),
            Self::Retain => (
                "cache_retain",
                " Removes the entries whose arguments the predicate refuses; how many went.",
                false,
            ),
        }
    }
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
        let (runtime, holder) = (self.runtime, self.holder());
        let maxsize = names::parameter("maxsize");
        let all = [
            (Companion::Info, quote!(), quote!(-> #runtime::CacheInfo)),
            (
                Companion::Parameters,
                quote!(),
                quote!(-> #runtime::CacheParameters),
            ),
            (Companion::Clear, quote!(), quote!()),
            (
                Companion::Resize,
                quote!(#maxsize: #runtime::usize),
                quote!(),
            ),
        ];
        let all = all.map(|(companion, parameters, returns)| {
            let signature = quote!((#holder #parameters) #returns);
            self.one(
                companion,
                self.home.instance(),
                &signature,
                &body(companion),
            )
        });
        quote!(#(#all)*)
    }

    /// Those for one entry, found by the function's own arguments.
    fn over_one(&self, body: &impl Fn(Companion) -> TokenStream) -> TokenStream {
        let (runtime, returns) = (self.runtime, &self.function.returns);
        let parameters = self.parameters.iter().map(|it| self.home.declare(it));
        let parameters = quote!(#(#parameters,)*);
        // Those that the key does not look at are declared all the same.
        let names = self.parameters.iter().map(|it| &it.name);
        let names = quote!(#(let _ = &#names;)*);
        // Those of parameters that are left out are declared all the same, too.
        let is_whole = self.parameters.len() == self.function.parameters.len();
        let lifetimes = (!is_whole && self.function.signature.generics.lt_token.is_some()).then(
            || quote!(#[allow(unused_lifetimes, reason = "a parameter of the function has it")]),
        );
        let one = |companion, more: TokenStream, returns: TokenStream| {
            let (signature, body) = (quote!((#parameters #more) -> #returns), body(companion));
            let used = (!self.ask || matches!(companion, Companion::Ask)).then_some(&names);
            let one = self.one(
                companion,
                self.home.generics(),
                &signature,
                &quote!(#used #body),
            );
            quote!(#lifetimes #one)
        };
        let ask = self.ask.then(|| {
            let asked = names::local("asked");
            let asked = quote!(#asked: #runtime::Asked<#returns>);
            one(Companion::Ask, asked, quote!(#runtime::Told<#returns>))
        });
        let whether = [Companion::Contains, Companion::Remove];
        let whether = whether.map(|it| one(it, quote!(), quote!(#runtime::bool)));
        // Of the others, `impl Trait` would be another type in each, a borrow has nowhere to be from, and `Option<!>` is
        // an error.
        let mut types = self.parameters.iter().map(|it| &it.ty);
        let is_nowhere = !types.any(types::has_reference);
        let is_unsayable = find_impl(returns).is_some() || types::is_never(returns);
        if is_unsayable || types::find_borrow(returns).is_some() && is_nowhere {
            return quote!(#ask #(#whether)*);
        }
        let value = names::parameter("value");
        // One that borrows would be one more place for the return type to borrow from.
        let value_type = match types::find_borrow(returns) {
            Some(_) => quote!(impl ::core::marker::Sized),
            None => returns.to_token_stream(),
        };
        let peek = one(
            Companion::Peek,
            quote!(),
            quote!(#runtime::Option<#returns>),
        );
        let insert = one(
            Companion::Insert,
            quote!(#value: #value_type),
            quote!(#runtime::Option<#returns>),
        );
        let all = self.function.parameters.iter();
        let all = all.map(|it| self.home.declare(it));
        let refresh = self.one(
            Companion::Refresh,
            self.home.generics(),
            &quote!((#(#all),*) -> #returns),
            &body(Companion::Refresh),
        );
        quote!(#ask #(#whether)* #peek #insert #refresh)
    }

    /// `cache_retain`, if there can be one.
    fn over_each(&self, body: &impl Fn(Companion) -> TokenStream) -> Option<TokenStream> {
        let (runtime, function) = (self.runtime, self.function);
        let parameters = self.shown.as_ref()?;
        let (keep, holder) = (names::parameter("keep"), self.holder());
        let types = parameters.iter().map(|it| function.shown(&it.ty));
        let signature = quote! {
            (#holder #keep: impl ::core::ops::FnMut(#(#types),*) -> #runtime::bool) -> #runtime::usize
        };
        let retain = self.one(
            Companion::Retain,
            self.home.instance(),
            &signature,
            &body(Companion::Retain),
        );
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

    fn one(
        &self,
        companion: Companion,
        (generics, conditions): Conditional,
        signature: &TokenStream,
        body: &TokenStream,
    ) -> TokenStream {
        let (name, docs, must_use) = companion.described();
        let asyncness = self
            .function
            .signature
            .asyncness
            .filter(|_| companion.runs_body());
        let (name, docs, visibility) = match companion {
            Companion::Ask => (self.home.hidden(name), quote!(#[doc(hidden)]), quote!()),
            _ => (
                self.home.companion(name),
                quote!(#[doc = #docs]),
                self.home.visibility(),
            ),
        };
        let (cfg, allowed) = (&self.function.cfg, &self.function.allowed);
        let must_use = must_use.then(|| quote!(#[must_use]));
        let lints = lints(self.function);
        let not_send = asyncness.map(|_| not_send_is_told());
        // There are no arguments to show where the key has an expression.
        let clone = self.shown.is_none().then(clone_is_told);
        quote! {
            #(#cfg)*
            #docs
            #must_use
            #(#allowed)*
            #lints
            #not_send
            #clone
            #visibility #asyncness fn #name #generics #signature #conditions { #body }
        }
    }
}

/// One parameter too many is told at the function, not once more at each companion.
pub(super) fn lints(function: &Function) -> Option<TokenStream> {
    (function.parameters.len() >= 7)
        .then(|| quote!(#[allow(clippy::too_many_arguments, reason = "the function has as many")]))
}

/// A future that is not `Send` is told at one place: the function, or with `scope = thread`, where nobody asks that of the
/// function, the body.
pub(super) fn not_send_is_told() -> TokenStream {
    quote!(#[allow(clippy::future_not_send, reason = "it is told at the function")])
}

/// A clone that a key's expression makes is told in the function: elsewhere there is less that comes after it.
pub(super) fn clone_is_told() -> TokenStream {
    quote!(#[allow(clippy::redundant_clone, reason = "it is told at the function")])
}
