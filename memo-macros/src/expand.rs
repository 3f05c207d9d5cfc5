//! From a plan to tokens. Nothing can fail here, and nothing is decided here.
//!
//! `examples/expanded.rs` shows the outcome, by hand.

use crate::args::{Args, Policy, Ttl};
use crate::function::{Function, Parameter, Treatment};
use crate::names::{self, local};
use crate::plan::{self, Bound, Part, Plan};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{GenericParam, Type};

/// The function, which now asks its cache first, and its companions.
pub(crate) fn memoized(plan: &Plan<'_>) -> TokenStream {
    let Plan {
        function,
        companions,
        ..
    } = plan;
    let call = call(plan);
    let signature = outer_signature(function);
    let Function {
        outer,
        cfgs,
        visibility,
        ..
    } = function;
    let cache = cache(plan);
    let uncached = uncached(function, &function.body);
    let over_all = over_all(plan);
    let over_one = over_one(plan);
    let over_each = over_each(plan);
    let docs = format!(
        "Companions of the memoized function `{}`.",
        function.signature.ident
    );
    quote! {
        #(#cfgs)*
        #(#outer)*
        #visibility #signature {
            #call
        }
        #(#cfgs)*
        #[doc = #docs]
        #visibility struct #companions {}
        #(#cfgs)*
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
    let (the_lookup, the_shape, value, seat) = (
        local("lookup"),
        local("shape"),
        local("value"),
        local("seat"),
    );
    let accept = accept(plan);
    quote! {
        #prelude
        #lookup
        #shape
        #checks
        match #companions::#cache().claim(&#the_lookup, #the_shape) {
            #runtime::Claim::Ready(#value) => #value,
            #runtime::Claim::Vacant(#seat) => #seat.fill(#companions::uncached(#(#arguments),*), #accept),
        }
    }
}

/// The static, and what it is made of on first use.
fn cache(plan: &Plan<'_>) -> TokenStream {
    let Plan {
        runtime, function, ..
    } = plan;
    let (prelude, shape) = (prelude(plan), shape(plan));
    let (the_shape, key) = (local("shape"), local("key"));
    let (maxsize, ttl) = (local("maxsize"), local("ttl"));
    let order = match plan.policy {
        Policy::Lru => quote!(#runtime::Lru),
        Policy::Fifo => quote!(#runtime::Fifo),
        Policy::SoonestToExpire => quote!(#runtime::SoonestToExpire),
    };
    let expiry = if plan.ttl.is_some() {
        quote!(#runtime::After)
    } else {
        quote!(#runtime::Never)
    };
    let hasher = plan.hasher.map_or_else(
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
    let lifetime = match plan.ttl {
        None => quote!(#runtime::None),
        Some(Ttl::Known(duration)) => {
            let (secs, nanos) = (duration.as_secs(), duration.subsec_nanos());
            quote!(#runtime::Some(#runtime::Duration::new(#secs, #nanos)))
        }
        Some(Ttl::Expr(expr)) => {
            quote!({ let #ttl: #runtime::Duration = #expr; #runtime::Some(#ttl) })
        }
    };
    let group = plan.group.map_or_else(
        || quote!(#runtime::None),
        |group| quote!(#runtime::Some(#group)),
    );
    let name = plan.name.map_or_else(
        || {
            let name = format!("::{}", function.signature.ident.unraw());
            quote!(#runtime::concat!(#runtime::module_path!(), #name))
        },
        ToTokens::to_token_stream,
    );
    let key_type = key_type(plan);
    let cache = names::cache();
    quote! {
        #[doc(hidden)]
        #[inline]
        fn #cache() -> &'static #runtime::Cached<#order, #expiry, #hasher> {
            static __MEMO_SITE: #runtime::Site<#order, #expiry, #hasher> = #runtime::Site::new(#runtime::Place {
                name: #name,
                file: #runtime::file!(),
                line: #runtime::line!(),
                group: #group,
            });
            __MEMO_SITE.cache(|| {
                #prelude
                #shape
                #key_type
                (#key, #the_shape, #runtime::Config { maxsize: #bound, ttl: #lifetime })
            })
        }
    }
}

/// The plain function.
fn uncached(function: &Function, body: &TokenStream) -> TokenStream {
    let Function {
        inner, visibility, ..
    } = function;
    let signature = inner_signature(function, Ident::new("uncached", Span::call_site()));
    quote! {
        /// The plain function: neither reads, stores nor counts.
        #(#inner)*
        #visibility #signature #body
    }
}

/// Companions without arguments.
fn over_all(plan: &Plan<'_>) -> TokenStream {
    let Plan { runtime, .. } = plan;
    let visibility = &plan.function.visibility;
    let (cache, maxsize) = (names::cache(), names::parameter("maxsize"));
    quote! {
        /// Counters and size.
        #[must_use]
        #visibility fn cache_info() -> #runtime::CacheInfo {
            Self::#cache().info()
        }
        /// How the cache was set up.
        #[must_use]
        #visibility fn cache_parameters() -> #runtime::CacheParameters {
            Self::#cache().parameters()
        }
        /// Removes all entries and starts the counters again. What is being computed will not be stored.
        #visibility fn cache_clear() {
            Self::#cache().clear();
        }
        /// Changes the bound; to fewer, the next to go go.
        #visibility fn cache_resize(#maxsize: #runtime::usize) {
            Self::#cache().resize(#maxsize);
        }
    }
}

/// Companions for one entry, found by the function's own arguments.
fn over_one(plan: &Plan<'_>) -> TokenStream {
    let Plan {
        runtime, function, ..
    } = plan;
    let Function {
        visibility,
        returns,
        ..
    } = function;
    let where_clause = &function.signature.generics.where_clause;
    let lifetimes = lifetimes(function);
    let taken: Vec<_> = plan
        .taken
        .iter()
        .zip(&function.parameters)
        .filter(|(taken, _)| **taken)
        .map(|(_, it)| it)
        .collect();
    let parameters: Vec<_> = taken
        .iter()
        .map(|parameter| parameter.declaration())
        .collect();
    let all = function.declarations();
    let arguments = function.parameters.iter().map(|parameter| &parameter.name);
    let used = taken.iter().map(|parameter| &parameter.name);
    let (prelude, lookup, shape) = (prelude(plan), lookup(plan), shape(plan));
    let (the_lookup, the_shape, seat, value) = (
        local("lookup"),
        local("shape"),
        local("seat"),
        names::parameter("value"),
    );
    let cache = names::cache();
    let accept = accept(plan);
    // Those the key does not look at are declared all the same.
    let used = quote!(#(let _ = &#used;)*);
    quote! {
        /// Whether there is a live entry. Neither promotes nor counts.
        #[must_use]
        #visibility fn cache_contains #lifetimes (#(#parameters),*) -> #runtime::bool #where_clause {
            #used #prelude #lookup #shape
            Self::#cache().memo(&#the_lookup, #the_shape).contains(&#the_lookup)
        }
        /// The stored result of a live entry. Neither promotes nor counts.
        #[must_use]
        #visibility fn cache_peek #lifetimes (#(#parameters),*) -> #runtime::Option<#returns> #where_clause {
            #used #prelude #lookup #shape
            Self::#cache().memo(&#the_lookup, #the_shape).peek(&#the_lookup, #the_shape)
        }
        /// Removes one entry; whether there was a live one.
        #visibility fn cache_remove #lifetimes (#(#parameters),*) -> #runtime::bool #where_clause {
            #used #prelude #lookup #shape
            Self::#cache().memo(&#the_lookup, #the_shape).remove(&#the_lookup)
        }
        /// Stores a result without computing it; the one it replaces.
        #visibility fn cache_insert #lifetimes (#(#parameters,)* #value: #returns) -> #runtime::Option<#returns> #where_clause {
            #used #prelude #lookup #shape
            Self::#cache().memo(&#the_lookup, #the_shape).insert(&#the_lookup, #the_shape, #value, #accept)
        }
        /// Runs the function and stores its result, whatever is there. Counts as a miss.
        #visibility fn cache_refresh #lifetimes (#(#all),*) -> #returns #where_clause {
            #prelude #lookup #shape
            let #seat = Self::#cache().memo(&#the_lookup, #the_shape).refresh(&#the_lookup, #the_shape);
            #seat.fill(Self::uncached(#(#arguments),*), #accept)
        }
    }
}

/// `cache_retain`, where the key's parts are the arguments; of an expression's value no argument can be made.
fn over_each(plan: &Plan<'_>) -> TokenStream {
    let Plan {
        runtime, function, ..
    } = plan;
    let parts = plan.key.iter().map(|part| match part {
        Part::Parameter(n) => Some(&function.parameters[*n]),
        Part::Expr(_) => None,
    });
    let Some(parameters) = parts.collect::<Option<Vec<_>>>() else {
        return TokenStream::new();
    };
    let visibility = &function.visibility;
    let (prelude, shape) = (prelude(plan), shape(plan));
    let (the_shape, key, keep) = (local("shape"), local("key"), names::parameter("keep"));
    let types = parameters
        .iter()
        .map(|parameter| shown(function, parameter));
    let key_type = key_type(plan);
    let only = parameters.len() == 1;
    let shown = parameters.iter().enumerate().map(|(n, parameter)| {
        let index = syn::Index::from(n);
        let part = if only {
            quote!(#key)
        } else {
            quote!(&#key.#index)
        };
        let (references, innermost) = strip(&parameter.ty);
        let ty = function.elided(&innermost);
        let references = std::iter::repeat_n(quote!(&), references.saturating_sub(1));
        // A reference is shown as such; anything else behind one.
        let show = matches!(parameter.ty, Type::Reference(_))
            .then(TokenStream::new)
            .unwrap_or_else(|| quote!(&*));
        quote!(#show #(#references)* (&&&&&&#runtime::Show::<#ty, _>::of(#part)).memo_shown())
    });
    let cache = names::cache();
    quote! {
        /// Removes the entries whose arguments the predicate refuses; how many went.
        #visibility fn cache_retain(mut #keep: impl FnMut(#(#types),*) -> #runtime::bool) -> #runtime::usize {
            #prelude
            #shape
            #key_type
            Self::#cache().memo_of(#key, #the_shape).retain(|#key| #keep(#(#shown),*))
        }
    }
}

/// Brings the ladders into scope.
fn prelude(plan: &Plan<'_>) -> TokenStream {
    let runtime = &plan.runtime;
    quote!(use #runtime::probe::*;)
}

/// Declares the lookup: a tuple with what the ladder made of each part of the key.
fn lookup(plan: &Plan<'_>) -> TokenStream {
    let Plan {
        runtime, function, ..
    } = plan;
    let the_lookup = local("lookup");
    let destructured = plan
        .key
        .iter()
        .any(|part| matches!(part, Part::Expr(_)))
        .then(|| destructured(function));
    let part = |n: usize| local(&format!("part{n}"));
    let values = plan
        .key
        .iter()
        .enumerate()
        .filter_map(|(n, key)| match key {
            Part::Parameter(_) => None,
            Part::Expr(expr) => {
                let part = part(n);
                // By reference, so that an expression that is a parameter leaves it where it is.
                Some(quote!(let #part = &#expr;))
            }
        });
    let parts = plan.key.iter().enumerate().map(|(n, key)| {
        let argument = match key {
            Part::Parameter(n) => {
                let name = &function.parameters[*n].name;
                quote!(&#name)
            }
            Part::Expr(_) => part(n).into_token_stream(),
        };
        quote!((&&&&&&&&&&#runtime::Argument(#argument)).memo_lookup())
    });
    quote! {
        #destructured
        #(#values)*
        let #the_lookup = (#(#parts,)*);
    }
}

/// Declares what tells the type of the key: the lookup's arguments never come to be, they only have types.
fn key_type(plan: &Plan<'_>) -> TokenStream {
    let Plan {
        runtime, function, ..
    } = plan;
    let (lookup, the_lookup, key) = (lookup(plan), local("lookup"), local("key"));
    let arguments = function
        .parameters
        .iter()
        .map(|Parameter { name, ty, .. }| {
            let ty = function.elided(ty);
            quote!(let #name: #ty = #runtime::never();)
        });
    quote! {
        let #key = if false {
            #(#arguments)*
            #lookup
            #runtime::Some(#runtime::key_of(&#the_lookup))
        } else {
            #runtime::None
        };
    }
}

/// The names that patterns bind, for the key's expressions. Spanned as ours: not all of them need be used.
fn destructured(function: &Function) -> TokenStream {
    let bindings = function
        .parameters
        .iter()
        .filter(|parameter| parameter.is_destructured())
        .map(|parameter| {
            let pattern = ours(parameter.pattern.to_token_stream());
            let name = &parameter.name;
            quote!(let #pattern = #name;)
        });
    quote!(#(#bindings)*)
}

/// The same tokens, spanned as generated, so that lints do not look at them.
fn ours(tokens: TokenStream) -> TokenStream {
    let respanned = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => TokenTree::Group(proc_macro2::Group::new(
            group.delimiter(),
            ours(group.stream()),
        )),
        mut other => {
            other.set_span(Span::call_site().located_at(other.span()));
            other
        }
    });
    respanned.collect()
}

/// Declares the shape of the return type.
fn shape(plan: &Plan<'_>) -> TokenStream {
    let Plan {
        runtime, function, ..
    } = plan;
    let returns = &function.returns;
    let the_shape = local("shape");
    let mode = if plan.cache_err.is_some() {
        quote!(#runtime::Everything)
    } else {
        quote!(#runtime::Successes)
    };
    quote!(let #the_shape = (&&&&&#runtime::Return::<#returns, #mode>::new()).memo_shape();)
}

/// Where the compiler complains, once, of an argument or a result that will not do: at the user's own type.
fn checks(plan: &Plan<'_>) -> TokenStream {
    let Plan {
        runtime, function, ..
    } = plan;
    let (the_lookup, the_shape) = (local("lookup"), local("shape"));
    let keys = plan.key.iter().enumerate().map(|(n, part)| {
        let index = syn::Index::from(n);
        match part {
            Part::Parameter(parameter) => {
                let ty = &function.parameters[*parameter].ty;
                at(ty, quote!(#runtime::is_key::<#ty, _>(&#the_lookup.#index);))
            }
            Part::Expr(expr) => {
                let value = local(&format!("part{n}"));
                at(
                    expr,
                    quote!(#runtime::is_key_of(#value, &#the_lookup.#index);),
                )
            }
        }
    });
    let returns = &function.returns;
    let value = at(
        returns,
        quote!(#runtime::is_value::<#returns, _>(&#the_shape);),
    );
    let result = plan
        .cache_err
        .map(|flag| at(flag, quote!(#runtime::is_result::<#returns>();)));
    quote!(#(#keys)* #value #result)
}

/// The tokens, each generated one located where `place` begins, so that what the compiler says of them is said there.
fn at(place: &impl ToTokens, tokens: TokenStream) -> TokenStream {
    let mut place = place.to_token_stream().into_iter();
    let Some(first) = place.next() else {
        return tokens;
    };
    let (first, last) = (first.span(), place.last().map(|last| last.span()));
    let span = last.and_then(|last| first.join(last)).unwrap_or(first);
    located(tokens, span)
}

fn located(tokens: TokenStream, place: Span) -> TokenStream {
    let relocated = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let mut relocated =
                proc_macro2::Group::new(group.delimiter(), located(group.stream(), place));
            relocated.set_span(group.span().located_at(place));
            TokenTree::Group(relocated)
        }
        mut other => {
            other.set_span(other.span().located_at(place));
            other
        }
    });
    relocated.collect()
}

/// What is to be stored, of what could be.
fn accept(plan: &Plan<'_>) -> TokenStream {
    plan.cache_if
        .map_or_else(|| quote!(|_| true), ToTokens::to_token_stream)
}

/// The function's signature with plain names for its parameters, which only pass the arguments on.
fn outer_signature(function: &Function) -> TokenStream {
    let signature = &function.signature;
    let (name, generics, output) = (&signature.ident, &signature.generics, &signature.output);
    let where_clause = &generics.where_clause;
    let parameters = function.declarations();
    quote!(fn #name #generics (#(#parameters),*) #output #where_clause)
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

/// The type by which a predicate sees a parameter: a reference as it is, anything else behind one.
fn shown(function: &Function, parameter: &Parameter) -> TokenStream {
    let ty = function.elided(&parameter.ty);
    match parameter.ty {
        Type::Reference(_) => ty,
        _ => quote!(&#ty),
    }
}

/// How many references there are around a type, and the type with one of them at most.
fn strip(ty: &Type) -> (usize, Type) {
    match ty {
        Type::Reference(reference) => match &*reference.elem {
            inner @ Type::Reference(_) => {
                let (references, innermost) = strip(inner);
                (references + 1, innermost)
            }
            _ => (1, ty.clone()),
        },
        _ => (0, ty.clone()),
    }
}

/// The function as it was, and companions that only exist: there is an error already, and it is to stay the only one.
pub(crate) fn unmemoized(function: &Function, args: &Args) -> TokenStream {
    let Function {
        outer,
        inner,
        cfgs,
        visibility,
        signature,
        body,
        returns,
        ..
    } = function;
    let original = {
        let signature = inner_signature(function, signature.ident.clone());
        quote!(#(#cfgs)* #(#outer)* #(#inner)* #visibility #signature #body)
    };
    if signature.receiver().is_some() {
        // Inside an `impl` no type can be declared.
        return original;
    }
    let runtime = names::runtime(args.krate.as_ref().map(|path| &path.value));
    let companions = plan::companions_name(args, function);
    let never = quote!(#runtime::never());
    let (generics, where_clause) = (&signature.generics.params, &signature.generics.where_clause);
    let taken: Vec<_> = function
        .parameters
        .iter()
        .filter(|it| !matches!(it.treatment, Treatment::Skip))
        .collect();
    let parameters: Vec<_> = taken
        .iter()
        .map(|parameter| parameter.declaration())
        .collect();
    let all = function.declarations();
    let asyncness = &signature.asyncness;
    let (value, keep) = (names::parameter("value"), names::parameter("keep"));
    // A type parameter is the type's own, a lifetime the companion's.
    let of_type: Vec<_> = generics
        .iter()
        .filter(|it| !matches!(it, GenericParam::Lifetime(_)))
        .collect();
    let names: Vec<_> = of_type.iter().map(|it| parameter_name(it)).collect();
    let phantoms = of_type
        .iter()
        .filter(|it| matches!(it, GenericParam::Type(_)))
        .map(|it| parameter_name(it));
    let lifetimes = lifetimes(function);
    // What takes or returns `impl Trait` cannot be said in all places.
    let takes_impl = function.takes_impl_trait();
    let returns_impl = crate::function::find_impl(returns).is_some();
    let retain = (!takes_impl && signature.variadic.is_none()).then(|| {
        let shown = taken.iter().map(|parameter| shown(function, parameter));
        quote! {
            #visibility fn cache_retain(#keep: impl FnMut(#(#shown),*) -> #runtime::bool) -> #runtime::usize { #never }
        }
    });
    let results = (!returns_impl).then(|| {
        quote! {
            #visibility #asyncness fn uncached #lifetimes (#(#all),*) -> #returns #where_clause { #never }
            #visibility fn cache_peek #lifetimes (#(#parameters),*) -> #runtime::Option<#returns> #where_clause { #never }
            #visibility fn cache_insert #lifetimes (#(#parameters,)* #value: #returns) -> #runtime::Option<#returns> #where_clause { #never }
        }
    });
    let all = function.declarations();
    let refresh = (!returns_impl).then(|| {
        quote!(#visibility #asyncness fn cache_refresh #lifetimes (#(#all),*) -> #returns #where_clause { #never })
    });
    quote! {
        #original
        #(#cfgs)*
        #visibility struct #companions<#(#of_type),*> { __memo: (#(#runtime::PhantomData<#phantoms>,)*) }
        #(#cfgs)*
        impl<#(#of_type),*> #companions<#(#names),*> {
            #visibility fn cache_info() -> #runtime::CacheInfo { #never }
            #visibility fn cache_parameters() -> #runtime::CacheParameters { #never }
            #visibility fn cache_clear() { #never }
            #visibility fn cache_resize(_: #runtime::usize) { #never }
            #visibility fn cache_contains #lifetimes (#(#parameters),*) -> #runtime::bool #where_clause { #never }
            #visibility fn cache_remove #lifetimes (#(#parameters),*) -> #runtime::bool #where_clause { #never }
            #retain
            #results
            #refresh
        }
    }
}

fn parameter_name(parameter: &GenericParam) -> &Ident {
    match parameter {
        GenericParam::Type(ty) => &ty.ident,
        GenericParam::Const(constant) => &constant.ident,
        GenericParam::Lifetime(lifetime) => &lifetime.lifetime.ident,
    }
}
