//! From a plan to tokens. Nothing can fail here, and nothing is decided here.
//!
//! `examples/expanded.rs` shows the outcome, by hand.

mod companions;
mod lookup;
mod unmemoized;

pub(crate) use unmemoized::unmemoized;

use crate::args::{Policy, Ttl};
use crate::function::Function;
use crate::names::{self, local};
use crate::plan::{Bound, Plan};
use companions::{accept, over_all, over_each, over_one, uncached};
use lookup::{checks, key_type, lookup, prelude, shape};
use proc_macro2::{Delimiter, Group, Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

/// The function, which now asks its cache first, and its companions.
pub(crate) fn memoized(plan: &Plan<'_>) -> TokenStream {
    let Plan {
        function,
        companions,
        ..
    } = plan;
    // In the user's own braces: an item that ends where we do is ours, and nobody is told that it is never used.
    let mut call = Group::new(Delimiter::Brace, call(plan));
    call.set_span(function.body.span());
    let signature = outer_signature(function);
    let Function {
        outer,
        allowed,
        visibility,
        ..
    } = function;
    let ours = names::visibility(visibility);
    let cache = cache(plan);
    let uncached = uncached(function, &function.body);
    let over_all = over_all(plan);
    let over_one = over_one(plan);
    let over_each = over_each(plan);
    // One parameter too many is told at the function, not once more at each companion.
    let lints = (function.parameters.len() >= 7)
        .then(|| quote!(#[allow(clippy::too_many_arguments, reason = "the function has as many")]));
    let docs = format!(
        "Companions of the memoized function `{}`.",
        function.signature.ident
    );
    quote! {
        #(#outer)*
        #visibility #signature #call
        #[doc = #docs]
        #ours struct #companions {}
        #(#allowed)*
        #lints
        impl #companions {
            #cache
            #uncached
            #over_all
            #over_one
            #over_each
        }
    }
}

/// The outer function: look up, and on a miss run the body and store what it returns.
fn call(plan: &Plan<'_>) -> TokenStream {
    let Plan {
        runtime,
        companions,
        function,
        ..
    } = plan;
    let (prelude, lookup, shape) = (prelude(plan), lookup(plan), shape(plan));
    let checks = checks(plan);
    let cache = names::cache();
    let arguments = function.parameters.iter().map(|parameter| &parameter.name);
    let (the_lookup, the_shape, claim) = (local("lookup"), local("shape"), local("claim"));
    let (value, seat) = (local("value"), local("seat"));
    let accept = accept(plan);
    quote! {
        // In a block of its own: what the key's expressions hold must not outlive it, the body may want the same lock.
        let #claim = {
            #prelude
            #lookup
            #shape
            #checks
            #companions::#cache().claim(&#the_lookup, #the_shape)
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
    let (prelude, shape) = (prelude(plan), shape(plan));
    let (the_shape, key) = (local("shape"), local("key"));
    let (maxsize, ttl) = (local("maxsize"), local("ttl"));
    let order = match plan.policy {
        Policy::Lru => quote!(#runtime::Lru),
        Policy::Fifo => quote!(#runtime::Fifo),
        Policy::SoonestToExpire => quote!(#runtime::SoonestToExpire),
    };
    let expiry = if plan.args.ttl.is_some() {
        quote!(#runtime::After)
    } else {
        quote!(#runtime::Never)
    };
    let hasher = plan.args.hasher.as_ref().map_or_else(
        || quote!(#runtime::DefaultHasher),
        ToTokens::to_token_stream,
    );
    let bound = match plan.bound {
        Bound::Default => quote!(#runtime::Some(128)),
        Bound::Unbounded => quote!(#runtime::None),
        Bound::Entries(expr) => {
            quote!({ let #maxsize: #runtime::usize = #expr; #runtime::Some(#maxsize) })
        }
    };
    let lifetime = match plan.args.ttl.as_ref().map(|ttl| &ttl.value) {
        None => quote!(#runtime::None),
        Some(Ttl::Known(duration)) => {
            let (secs, nanos) = (duration.as_secs(), duration.subsec_nanos());
            quote!(#runtime::Some(#runtime::Duration::new(#secs, #nanos)))
        }
        Some(Ttl::Expr(expr)) => {
            quote!({ let #ttl: #runtime::Duration = #expr; #runtime::Some(#ttl) })
        }
    };
    let group = plan.args.group.as_ref().map_or_else(
        || quote!(#runtime::None),
        |group| quote!(#runtime::Some(#group)),
    );
    let name = plan.args.name.as_ref().map_or_else(
        || {
            let name = format!("::{}", function.signature.ident.unraw());
            quote!(#runtime::concat!(#runtime::module_path!(), #name))
        },
        ToTokens::to_token_stream,
    );
    let key_type = key_type(plan);
    // Who uses a companion uses the function.
    let name_of_function = &function.signature.ident;
    let used = names::visible(name_of_function, name_of_function.span());
    let allowed = function
        .inner
        .iter()
        .filter(|it| it.path().is_ident("allow"));
    let used = quote!(#(#allowed)* let _ = #used;);
    let cache = names::cache();
    quote! {
        #[doc(hidden)]
        #[inline]
        fn #cache() -> &'static #runtime::Cached<(#order, #expiry, #hasher)> {
            #used
            static __MEMO_SITE: #runtime::Site<(#order, #expiry, #hasher)> =
                #runtime::Site::new(#name, #runtime::file!(), #runtime::line!(), #group);
            __MEMO_SITE.cache(|| {
                #prelude
                #shape
                #key_type
                (#key, #the_shape, #bound, #lifetime)
            })
        }
    }
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
