//! From a plan to tokens. Nothing can fail here, and nothing is decided here.
//!
//! `examples/expanded.rs` shows the outcome, by hand.

mod block;
mod bodies;
mod companions;
mod lookup;
mod moved;
mod unmemoized;

pub(crate) use block::{Member, block};
pub(crate) use unmemoized::unmemoized;

use crate::args::{PATIENCE, Policy, Ttl};
use crate::function::Function;
use crate::names::local;
use crate::plan::{self, Bound, Plan};
use bodies::{accept, body};
use companions::{Companions, clone_is_told, lints, not_send_is_told};
use lookup::{checks, key_type, lookup, shape};
use proc_macro2::{Delimiter, Group, Ident, TokenStream};
use quote::{ToTokens, quote};
use std::time::Duration;
use syn::spanned::Spanned as _;
use syn::{Expr, GenericParam, Signature};

/// What becomes of a function.
pub(crate) struct Expansion {
    pub(crate) function: TokenStream,
    pub(crate) companions: TokenStream,
    /// The body of a trait's function, outside of the trait's block.
    pub(crate) moved: TokenStream,
}

impl ToTokens for Expansion {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend([&self.function, &self.companions, &self.moved].map(Clone::clone));
    }
}

/// The function, which now asks its cache first, and its companions.
pub(crate) fn memoized(plan: &Plan<'_>) -> Expansion {
    let function = plan.function;
    // In the user's own braces: an item that ends where we do is ours, and nobody is told that it is never used.
    let mut call = Group::new(Delimiter::Brace, call(plan));
    call.set_span(function.body.span());
    let (cfg, outer) = (&function.cfg, &function.outer);
    let visibility = plan.home.visibility_of_function();
    let signature = outer_signature(function);
    let (uncached, moved) = match plan.home.trait_block() {
        Some(header) => moved::uncached(plan, header),
        None => (uncached(plan), TokenStream::new()),
    };
    let cache = plan.args.store.is_none().then(|| cache(plan));
    let companions = Companions {
        function,
        home: &plan.home,
        runtime: &plan.runtime,
        parameters: plan.taken.clone(),
        shown: plan.shown(),
        holds_cache: plan::holds_cache(plan.args, function),
        ask: bodies::can_ask(plan),
    };
    let not_send = (function.is_async() && plan.args.is_by_thread()).then(not_send_is_told);
    let first = quote!(#cache #uncached);
    let companions = companions.all(&first, |it| body(plan, it));
    Expansion {
        function: quote!(#(#cfg)* #(#outer)* #not_send #visibility #signature #call),
        companions,
        moved,
    }
}

/// The plain function.
fn uncached(plan: &Plan<'_>) -> TokenStream {
    let (function, home) = (plan.function, &plan.home);
    let (cfg, inner, body) = (&function.cfg, &function.inner, &function.body);
    let (visibility, lints) = (home.visibility(), lints(function));
    // The cache may be all that the receiver is there for.
    let unused = plan::holds_cache(plan.args, function);
    let unused = unused.map(|_| quote!(#[allow(clippy::unused_self, reason = "it has the cache")]));
    let not_send = body_is_not_told(plan);
    let mut signature = inner_signature(function, home.companion("uncached"));
    if home.own_type().is_some() {
        // The others are the type's.
        let lifetimes = function.signature.generics.lifetimes().cloned();
        signature.generics.params = lifetimes.map(GenericParam::Lifetime).collect();
        signature.generics.where_clause = function.lifetime_conditions();
    }
    quote! {
        /// The plain function: neither reads, stores nor counts.
        #(#cfg)*
        #(#inner)*
        #lints
        #not_send
        #unused
        #visibility #signature #body
    }
}

/// What keeps the lints about futures from the body, if they look at the function.
fn body_is_not_told(plan: &Plan<'_>) -> Option<TokenStream> {
    (plan.function.is_async() && !plan.args.is_by_thread()).then(not_send_is_told)
}

/// The outer function: look up, and on a miss run the body and store what it returns.
fn call(plan: &Plan<'_>) -> TokenStream {
    let (runtime, home, function) = (&plan.runtime, &plan.home, plan.function);
    let (lookup, shape, checks) = (lookup(plan), shape(plan), checks(plan));
    let (path, of_instance) = (home.path_in_function(), home.turbofish());
    let uncached = home.companion("uncached");
    let entry = bodies::entry(plan, &path);
    let store = bodies::declared_store(plan);
    let arguments = function.parameters.iter().map(|parameter| &parameter.name);
    let claim = local("claim");
    let (value, seat) = (local("value"), local("seat"));
    let accept = accept(plan);
    if function.is_async() {
        let answer = bodies::task(plan, &path, &quote!(claim_task));
        return quote!(#store #answer);
    }
    quote! {
        #store
        // In a block of its own: what the key's expressions hold must not outlive it, the body may want the same lock.
        let #claim = {
            #lookup
            #shape
            #checks
            #entry.claim()
        };
        match #claim {
            #runtime::Claim::Ready(#value) => #value,
            #runtime::Claim::Vacant(#seat) => #seat.fill(#path::#uncached #of_instance(#(#arguments),*), #accept),
        }
    }
}

/// The static, and what it is made of on first use.
fn cache(plan: &Plan<'_>) -> TokenStream {
    let (runtime, function, home) = (&plan.runtime, plan.function, &plan.home);
    let (shape, key_type) = (shape(plan), key_type(plan));
    let (the_shape, key) = (local("shape"), local("key"));
    let (limits, are_known) = limits(plan);
    let (known, later) = if are_known {
        (quote!(#runtime::Some(#limits)), quote!(#runtime::None))
    } else {
        (quote!(#runtime::None), quote!(#runtime::Some(|| #limits)))
    };
    let (cached, options) = (plan.scoped("Cached"), options(plan));
    let group = match &plan.args.group {
        None => quote!(#runtime::None),
        Some(group) => quote!(#runtime::Some(#group)),
    };
    let name = match &plan.args.name {
        None => home.name_of_cache(runtime),
        Some(name) => quote!(#name),
    };
    // Who uses a companion uses the function.
    let used = home.use_of_function();
    let allowed = function.inner.iter();
    let allowed = allowed.filter(|it| it.path().is_ident("allow"));
    let (cache, cfg) = (home.hidden("cache"), &function.cfg);
    let (site, instance, declared) = home.site(runtime);
    let (generics, conditions) = home.instance();
    let clone = plan.shown().is_none().then(clone_is_told);
    let used = used.map(|used| quote!(#(#allowed)* let _ = #used;));
    quote! {
        #(#cfg)*
        #[doc(hidden)]
        #[inline]
        #clone
        fn #cache #generics() -> &'static #runtime::#cached #conditions {
            #used
            #declared
            static __MEMO_SITE: #runtime::#site<#runtime::#cached> = #runtime::#site::new(#name, #group, #known);
            #shape
            #key_type
            #runtime::#site::cache::<#instance #options, _, _>(&__MEMO_SITE, #key, #the_shape, #later)
        }
    }
}

/// Bound, ttl and patience, and whether they are known before the program runs.
fn limits(plan: &Plan<'_>) -> (TokenStream, bool) {
    let runtime = &plan.runtime;
    let (maxsize, ttl) = (local("maxsize"), local("ttl"));
    let (bound, bound_is_known) = match plan.bound {
        Bound::Default => (quote!(#runtime::Some(128)), true),
        Bound::Unbounded => (quote!(#runtime::None), true),
        Bound::Entries(expr) => {
            let bound = quote!({ let #maxsize: #runtime::usize = #expr; #runtime::Some(#maxsize) });
            (bound, matches!(expr, Expr::Lit(_)))
        }
    };
    let (lifetime, ttl_is_known) = match plan.args.ttl.as_ref().map(|ttl| &ttl.value) {
        None => (quote!(#runtime::None), true),
        Some(Ttl::Known(duration)) => (some(runtime, *duration), true),
        Some(Ttl::Expr(expr)) => {
            let ttl = quote!({ let #ttl: #runtime::Duration = #expr; #runtime::Some(#ttl) });
            (ttl, false)
        }
    };
    let patience = plan.args.single_flight.as_ref().map(|it| it.value);
    // In a thread of its own, only tasks meet.
    let is_alone = plan.args.is_by_thread() && !plan.function.is_async();
    let patience = match patience.unwrap_or(Some(PATIENCE)).filter(|_| !is_alone) {
        None => quote!(#runtime::None),
        Some(PATIENCE) => quote!(#runtime::A_SECOND),
        Some(patience) => some(runtime, patience),
    };
    let are_known = bound_is_known && ttl_is_known;
    (quote!((#bound, #lifetime, #patience)), are_known)
}

/// What is chosen for the memo's type.
fn options(plan: &Plan<'_>) -> TokenStream {
    let runtime = &plan.runtime;
    let order = match plan.policy {
        Policy::Lru => quote!(Lru),
        Policy::Fifo => quote!(Fifo),
        Policy::SoonestToExpire => quote!(SoonestToExpire),
        Policy::ClockPro => quote!(ClockPro),
    };
    let ttl = plan.args.ttl.as_ref();
    let expiry = ttl.map_or_else(|| quote!(Never), |_| quote!(After));
    let hasher = match &plan.args.hasher {
        None => quote!(#runtime::DefaultHasher),
        Some(hasher) => quote!(#hasher),
    };
    let by_thread = plan.args.is_by_thread();
    let scope = by_thread.then(|| quote!(, #runtime::ThisThread));
    quote!((#runtime::#order, #runtime::#expiry, #hasher #scope))
}

fn some(runtime: &TokenStream, duration: Duration) -> TokenStream {
    let (secs, nanos) = (duration.as_secs(), duration.subsec_nanos());
    quote!(#runtime::lasting(#secs, #nanos))
}

/// The function's signature with plain names for its parameters, which only pass the arguments on.
fn outer_signature(function: &Function) -> TokenStream {
    let signature = &function.signature;
    let (asyncness, keyword, name) = (&signature.asyncness, &signature.fn_token, &signature.ident);
    let (generics, output) = (&signature.generics, &signature.output);
    let where_clause = &generics.where_clause;
    let parameters = function.declarations();
    quote!(#asyncness #keyword #name #generics (#(#parameters),*) #output #where_clause)
}

/// The function's signature as declared, under a name, without the attributes that were for us.
fn inner_signature(function: &Function, name: Ident) -> Signature {
    let mut signature = function.signature.clone();
    signature.ident = name;
    for input in &mut signature.inputs {
        let attributes = match input {
            syn::FnArg::Typed(typed) => &mut typed.attrs,
            syn::FnArg::Receiver(receiver) => &mut receiver.attrs,
        };
        attributes.retain(|attribute| !attribute.path().is_ident("memo"));
    }
    signature
}
