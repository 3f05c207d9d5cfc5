//! The companions: what there is besides calling the function.

use super::lookup::{key_type, lookup, prelude, shape};
use super::{inner_signature, lifetimes};
use crate::function::{Function, Parameter, types};
use crate::names::{self, local};
use crate::plan::{Part, Plan};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Type;

/// The plain function.
pub(super) fn uncached(function: &Function, body: &TokenStream) -> TokenStream {
    let Function {
        inner, visibility, ..
    } = function;
    let visibility = names::visibility(visibility);
    let signature = inner_signature(function, Ident::new("uncached", Span::call_site()));
    quote! {
        /// The plain function: neither reads, stores nor counts.
        #(#inner)*
        #visibility #signature #body
    }
}

/// Companions without arguments.
pub(super) fn over_all(plan: &Plan<'_>) -> TokenStream {
    let runtime = &plan.runtime;
    let visibility = names::visibility(&plan.function.visibility);
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
        /// Changes the bound; to fewer, those next in line go.
        #visibility fn cache_resize(#maxsize: #runtime::usize) {
            Self::#cache().resize(#maxsize);
        }
    }
}

/// Companions for one entry, found by the function's own arguments.
pub(super) fn over_one(plan: &Plan<'_>) -> TokenStream {
    let (runtime, function) = (&plan.runtime, plan.function);
    let Function {
        visibility,
        returns,
        ..
    } = function;
    let visibility = names::visibility(visibility);
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
            let #seat = {
                #prelude #lookup #shape
                Self::#cache().memo(&#the_lookup, #the_shape).refresh(&#the_lookup, #the_shape)
            };
            #seat.fill(Self::uncached(#(#arguments),*), #accept)
        }
    }
}

/// `cache_retain`, where the key's parts are the arguments; of an expression's value no argument can be made.
pub(super) fn over_each(plan: &Plan<'_>) -> TokenStream {
    let (runtime, function) = (&plan.runtime, plan.function);
    let parts = plan.key.iter().map(|part| match part {
        Part::Parameter(n) => Some(&function.parameters[*n]),
        Part::Expr(_) => None,
    });
    let Some(parameters) = parts.collect::<Option<Vec<_>>>() else {
        return TokenStream::new();
    };
    let visibility = names::visibility(&function.visibility);
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
        let shown = quote!(*(&&&#runtime::Show::<#ty, _>::of(#part)).memo_shown());
        // As many references as declared, and one in front of anything else.
        let before = if references == 0 { 1 } else { references - 1 };
        let before = std::iter::repeat_n(quote!(&), before);
        quote!(#(#before)* #shown)
    });
    let cache = names::cache();
    // A predicate sees each argument behind a reference, those that would be as good without one too.
    let lints = parameters
        .iter()
        .any(|parameter| types::has_reference(&parameter.ty))
        .then(|| quote!(#[allow(clippy::ref_option_ref, reason = "an argument is shown behind a reference")]));
    quote! {
        #lints
        /// Removes the entries whose arguments the predicate refuses; how many went.
        #visibility fn cache_retain(mut #keep: impl ::core::ops::FnMut(#(#types),*) -> #runtime::bool) -> #runtime::usize {
            #prelude
            #shape
            #key_type
            Self::#cache().memo_of(#key, #the_shape).retain(|#key| #keep(#(#shown),*))
        }
    }
}

/// What is to be stored, of what could be.
pub(super) fn accept(plan: &Plan<'_>) -> TokenStream {
    let accept = plan.args.cache_if.as_ref();
    accept.map_or_else(|| quote!(|_| true), ToTokens::to_token_stream)
}

/// The type by which a predicate sees a parameter: a reference as it is, anything else behind one. Nothing it borrows
/// is `'static`, whatever the parameter borrows: it is shown what is stored.
pub(super) fn shown(function: &Function, parameter: &Parameter) -> TokenStream {
    let ty = function.elided(&types::without_static(&parameter.ty));
    if let Type::Reference(_) = parameter.ty {
        ty
    } else {
        quote!(&#ty)
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
