//! From a plan to tokens. Nothing can fail here, and nothing is decided here.
//!
//! `examples/expanded.rs` shows the outcome, by hand.

mod bodies;
mod companions;
mod lookup;
mod unmemoized;

pub(crate) use unmemoized::unmemoized;

use crate::args::{PATIENCE, Policy, Ttl};
use crate::function::Function;
use crate::names::{self, local};
use crate::plan::{Bound, Plan};
use bodies::{accept, body};
use companions::Companions;
use lookup::{checks, key_type, lookup, shape};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use std::time::Duration;
use syn::ext::IdentExt;
use syn::spanned::Spanned as _;

/// The function, which now asks its cache first, and its companions.
pub(crate) fn memoized(plan: &Plan<'_>) -> TokenStream {
    let function = plan.function;
    // In the user's own braces: an item that ends where we do is ours, and nobody is told that it is never used.
    let mut call = Group::new(Delimiter::Brace, call(plan));
    call.set_span(function.body.span());
    let (outer, visibility) = (&function.outer, &function.visibility);
    let signature = outer_signature(function);
    let (cache, uncached) = (cache(plan), uncached(function));
    let companions = Companions {
        function,
        runtime: &plan.runtime,
        parameters: plan.taken.clone(),
        shown: plan.shown(),
    };
    let first = quote!(#cache #uncached);
    let companions = companions.named(&plan.companions, &first, |it| body(plan, it));
    quote! {
        #(#outer)*
        #visibility #signature #call
        #companions
    }
}

/// The plain function.
fn uncached(function: &Function) -> TokenStream {
    let (inner, body) = (&function.inner, &function.body);
    let visibility = names::visibility(&function.visibility);
    let signature = inner_signature(function, Ident::new("uncached", Span::call_site()));
    quote! {
        /// The plain function: neither reads, stores nor counts.
        #(#inner)*
        #visibility #signature #body
    }
}

/// The outer function: look up, and on a miss run the body and store what it returns.
fn call(plan: &Plan<'_>) -> TokenStream {
    let (runtime, companions, function) = (&plan.runtime, &plan.companions, plan.function);
    let (lookup, shape, checks) = (lookup(plan), shape(plan), checks(plan));
    let cache = names::cache();
    let arguments = function.parameters.iter().map(|parameter| &parameter.name);
    let (the_lookup, the_shape, claim) = (local("lookup"), local("shape"), local("claim"));
    let (value, seat) = (local("value"), local("seat"));
    let accept = accept(plan);
    quote! {
        // In a block of its own: what the key's expressions hold must not outlive it, the body may want the same lock.
        let #claim = {
            #lookup
            #shape
            #checks
            #companions::#cache().entry(&#the_lookup, #the_shape).claim()
        };
        match #claim {
            #runtime::Claim::Ready(#value) => #value,
            #runtime::Claim::Vacant(#seat) => #seat.fill(#companions::uncached(#(#arguments),*), #accept),
        }
    }
}

/// The static, and what it is made of on first use.
fn cache(plan: &Plan<'_>) -> TokenStream {
    let (runtime, function) = (&plan.runtime, plan.function);
    let (shape, key_type) = (shape(plan), key_type(plan));
    let (the_shape, key) = (local("shape"), local("key"));
    let (maxsize, ttl) = (local("maxsize"), local("ttl"));
    let order = match plan.policy {
        Policy::Lru => quote!(#runtime::Lru),
        Policy::Fifo => quote!(#runtime::Fifo),
        Policy::SoonestToExpire => quote!(#runtime::SoonestToExpire),
    };
    let bound = match plan.bound {
        Bound::Default => quote!(#runtime::Some(128)),
        Bound::Unbounded => quote!(#runtime::None),
        Bound::Entries(expr) => {
            quote!({ let #maxsize: #runtime::usize = #expr; #runtime::Some(#maxsize) })
        }
    };
    let (expiry, lifetime) = match plan.args.ttl.as_ref().map(|ttl| &ttl.value) {
        None => (quote!(Never), quote!(#runtime::None)),
        Some(Ttl::Known(duration)) => (quote!(After), some(runtime, *duration)),
        Some(Ttl::Expr(expr)) => {
            let ttl = quote!({ let #ttl: #runtime::Duration = #expr; #runtime::Some(#ttl) });
            (quote!(After), ttl)
        }
    };
    let patience = plan
        .args
        .single_flight
        .as_ref()
        .map_or(Some(PATIENCE), |it| it.value);
    let patience = patience.map_or_else(|| quote!(#runtime::None), |it| some(runtime, it));
    let hasher = match &plan.args.hasher {
        None => quote!(#runtime::DefaultHasher),
        Some(hasher) => quote!(#hasher),
    };
    let options = quote!((#order, #runtime::#expiry, #hasher));
    let group = match &plan.args.group {
        None => quote!(#runtime::None),
        Some(group) => quote!(#runtime::Some(#group)),
    };
    let name = match &plan.args.name {
        None => {
            let name = format!("::{}", function.signature.ident.unraw());
            quote!(#runtime::concat!(#runtime::module_path!(), #name))
        }
        Some(name) => quote!(#name),
    };
    // Who uses a companion uses the function.
    let name_of_function = &function.signature.ident;
    let used = names::visible(name_of_function, name_of_function.span());
    let allowed = function.inner.iter();
    let allowed = allowed.filter(|it| it.path().is_ident("allow"));
    let cache = names::cache();
    quote! {
        #[doc(hidden)]
        #[inline]
        fn #cache() -> &'static #runtime::Cached<#options> {
            #(#allowed)* let _ = #used;
            static __MEMO_SITE: #runtime::Site<#options> =
                #runtime::Site::new(#name, #group);
            __MEMO_SITE.cache(|| {
                #shape
                #key_type
                (#key, #the_shape, #bound, #lifetime, #patience)
            })
        }
    }
}

fn some(runtime: &TokenStream, duration: Duration) -> TokenStream {
    let (secs, nanos) = (duration.as_secs(), duration.subsec_nanos());
    quote!(#runtime::lasting(#secs, #nanos))
}

/// The function's signature with plain names for its parameters, which only pass the arguments on.
fn outer_signature(function: &Function) -> TokenStream {
    let signature = &function.signature;
    let (keyword, name) = (&signature.fn_token, &signature.ident);
    let (generics, output) = (&signature.generics, &signature.output);
    let where_clause = &generics.where_clause;
    let parameters = function.declarations();
    quote!(#keyword #name #generics (#(#parameters),*) #output #where_clause)
}

/// The function's signature as declared, under a name, without the attributes that were for us.
fn inner_signature(function: &Function, name: Ident) -> TokenStream {
    let mut signature = function.signature.clone();
    signature.ident = name;
    for input in &mut signature.inputs {
        let attributes = match input {
            syn::FnArg::Typed(typed) => &mut typed.attrs,
            syn::FnArg::Receiver(receiver) => &mut receiver.attrs,
        };
        attributes.retain(|attribute| !attribute.path().is_ident("memo"));
    }
    signature.into_token_stream()
}

/// The function's lifetime parameters, for its companions.
fn lifetimes(function: &Function) -> TokenStream {
    let mut lifetimes = function.signature.generics.lifetimes().peekable();
    if lifetimes.peek().is_none() {
        return TokenStream::new();
    }
    quote!(<#(#lifetimes),*>)
}
