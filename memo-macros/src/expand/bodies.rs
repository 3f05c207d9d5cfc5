//! What the companions of a memoized function do: each asks the cache, mostly for the entry of its arguments.

use super::companions::Companion;
use super::lookup::{at, checks, key_ladders, key_type, lookup, shape};
use crate::function::Parameter;
use crate::function::types::{self, Use};
use crate::names::{self, local};
use crate::plan::Plan;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

/// The body of one of them.
pub(super) fn body(plan: &Plan<'_>, companion: Companion) -> TokenStream {
    let ask = |what, arguments| ask(plan, &plan.home.path(), what, None, &arguments);
    let maxsize = names::parameter("maxsize");
    let (accept, store) = (accept(plan), declared_store(plan));
    let body = match companion {
        Companion::Info => ask("info", quote!()),
        Companion::Parameters => ask("parameters", quote!()),
        Companion::Clear => ask("clear", quote!()),
        Companion::Resize => ask("resize", quote!(, #maxsize)),
        Companion::Ask => {
            let asked = local("asked");
            of_entry(plan, &quote!(ask(#asked, #accept)))
        }
        Companion::Contains => return asked(plan, &quote!(Contains), &quote!(is_live)),
        Companion::Remove => return asked(plan, &quote!(Remove), &quote!(is_live)),
        Companion::Peek => return asked(plan, &quote!(Peek), &quote!(stored)),
        Companion::Insert => {
            let value = names::parameter("value");
            return asked(plan, &quote!(Insert(#value)), &quote!(stored));
        }
        Companion::Refresh if plan.function.is_async() => {
            task(plan, &plan.home.path(), &quote!(refresh_task))
        }
        Companion::Refresh => {
            let (seat, refresh) = (local("seat"), of_entry(plan, &quote!(refresh())));
            let arguments = plan.function.parameters.iter().map(|it| &it.name);
            let (path, of_instance) = (plan.home.path(), plan.home.turbofish());
            let uncached = plan.home.companion("uncached");
            quote! {
                let #seat = { #refresh };
                #seat.fill(#path::#uncached #of_instance(#(#arguments),*), #accept)
            }
        }
        Companion::Retain => retain(plan),
    };
    quote!(#store #body)
}

/// Asks the companion that answers for all those about one entry, or if that cannot be, does the same.
fn asked(plan: &Plan<'_>, question: &TokenStream, answer: &TokenStream) -> TokenStream {
    let runtime = &plan.runtime;
    let question = quote!(#runtime::Asked::#question);
    if !can_ask(plan) {
        let (store, accept) = (declared_store(plan), accept(plan));
        let told = of_entry(plan, &quote!(ask(#question, #accept)));
        return quote!(#store #told.#answer);
    }
    let (path, of_instance) = (plan.home.path(), plan.home.turbofish());
    let (ask, arguments) = (
        plan.home.hidden("ask"),
        plan.taken.iter().map(|it| &it.name),
    );
    quote!(#path::#ask #of_instance(#(#arguments,)* #question).#answer)
}

/// Whether there can be a companion that takes and returns results: the type can be said, and borrows nothing.
pub(super) fn can_ask(plan: &Plan<'_>) -> bool {
    let returns = &plan.function.returns;
    let is_sayable = types::find_impl(returns).is_none() && !types::is_never(returns);
    is_sayable && types::find_borrow(returns).is_none()
}

/// What an async function does: it asks the entry of its arguments, and if there may be something to compute, it has the body
/// at hand.
pub(super) fn task(plan: &Plan<'_>, path: &TokenStream, what: &TokenStream) -> TokenStream {
    let (runtime, of_instance) = (&plan.runtime, plan.home.turbofish());
    let (lookup, shape, accept) = (lookup(plan), shape(plan), accept(plan));
    let checks = checks(plan);
    let entry = entry(plan, path);
    let arguments = plan.function.parameters.iter().map(|it| &it.name);
    let uncached = plan.home.companion("uncached");
    let (call, body, value) = (local("call"), local("body"), local("value"));
    let boxed = plan.scoped("boxed");
    quote! {
        // A closure takes the arguments: what is borrowed from them here would be in the future twice.
        let (#call, #body) = match #runtime::apart(move || {
            let #call = { #lookup #shape #checks #entry.#what() };
            match #call {
                #runtime::Claim::Ready(#value) => #runtime::Claim::Ready(#value),
                #runtime::Claim::Vacant(#call) => {
                    let #call = #runtime::Call::#boxed(#call);
                    #runtime::Claim::Vacant((#call, #path::#uncached #of_instance(#(#arguments),*)))
                }
            }
        }) {
            #runtime::Claim::Ready(#value) => return #value,
            #runtime::Claim::Vacant(#call) => #call,
        };
        let #body = ::core::pin::pin!(#runtime::Some(#body));
        let #value = #runtime::Answer::of(#call, #body, #accept).await; // dropped before the body in every edition
        #value
    }
}

/// Finds the cache that `store` says. What it is found in stays, as long as the function runs.
pub(super) fn declared_store(plan: &Plan<'_>) -> Option<TokenStream> {
    let (store, cache) = (plan.args.store.as_ref()?, local("store"));
    Some(quote!(let #cache = &(#store);))
}

/// Asks the cache, the one that `store` says, or else the function's own, by this path to its companions. Nothing the user has
/// in scope can come between: a method of a trait for all types could, so none is called.
fn ask(
    plan: &Plan<'_>,
    path: &TokenStream,
    what: &str,
    options: Option<TokenStream>,
    arguments: &TokenStream,
) -> TokenStream {
    let (runtime, what) = (&plan.runtime, Ident::new(what, Span::call_site()));
    if let Some(store) = &plan.args.store {
        // Where it says so, once: told at one place in the same words, it is one error.
        let cache = local("store");
        let function = at(store, quote!(#runtime::Stored::#what));
        let cache = at(store, quote!(&#runtime::Stored::of(#cache)));
        return quote!(#function(#cache #arguments));
    }
    let (cache, of_instance) = (plan.home.hidden("cache"), plan.home.turbofish());
    let kind = plan.scoped("Cached");
    let options = options.map(|options| quote!(::<#options, _, _>));
    quote!(#runtime::#kind::#what #options(#path::#cache #of_instance() #arguments))
}

/// What is to be stored, of what could be.
pub(super) fn accept(plan: &Plan<'_>) -> TokenStream {
    let (runtime, accept) = (&plan.runtime, plan.args.cache_if.as_ref());
    accept.map_or_else(|| quote!(#runtime::anything), ToTokens::to_token_stream)
}

/// The entry of the arguments in the cache.
pub(super) fn entry(plan: &Plan<'_>, path: &TokenStream) -> TokenStream {
    let (lookup, shape) = (local("lookup"), local("shape"));
    let options = Some(super::options(plan));
    ask(plan, path, "entry", options, &quote!(, &#lookup, #shape))
}

/// Asks for something about the entry of the arguments.
fn of_entry(plan: &Plan<'_>, what: &TokenStream) -> TokenStream {
    let (lookup, shape) = (lookup(plan), shape(plan));
    let entry = entry(plan, &plan.home.path());
    quote! {
        #lookup #shape
        #entry.#what
    }
}

/// Shows each key to the predicate as the arguments it was made from.
fn retain(plan: &Plan<'_>) -> TokenStream {
    let (key, keep) = (local("key"), names::parameter("keep"));
    let key_type = key_type(plan);
    let ladders = key_ladders(plan);
    let parameters = plan.shown().unwrap_or_default();
    let shown = parameters.iter().enumerate().map(|(n, parameter)| {
        let index = syn::Index::from(n);
        match parameters.len() {
            1 => shown(plan, parameter, &quote!(#key)),
            _ => shown(plan, parameter, &quote!(&#key.#index)),
        }
    });
    let predicate = quote!(, #key, |#key| #keep(#(#shown),*));
    let retain = ask(plan, &plan.home.path(), "retain", None, &predicate);
    quote! {
        #ladders #key_type
        let mut #keep = #keep;
        #retain
    }
}

/// A part of the key as the argument it was made from: with as many references as declared, and one before anything else.
fn shown(plan: &Plan<'_>, parameter: &Parameter, part: &TokenStream) -> TokenStream {
    let runtime = &plan.runtime;
    if types::is_primitive(&parameter.ty, Use::Key) {
        return part.clone();
    }
    let (references, innermost) = types::peel(&parameter.ty);
    let ty = plan.function.elided(innermost);
    let before = std::iter::repeat_n(quote!(&), references.checked_sub(1).unwrap_or(1));
    quote!(#(#before)* *(&&&#runtime::Show::<#ty, _>::of(#part)).memo_shown())
}
