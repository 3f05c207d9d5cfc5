//! What is left of a function in whose memoizing there is a mistake.

use super::companions::shown;
use super::{inner_signature, lifetimes};
use crate::args::Args;
use crate::function::{Function, Parameter, belongs_to_a_type, find_impl, types};
use crate::{names, plan};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::GenericParam;

/// The function as it was, and companions that only exist: there is an error already, and it is to stay the only one.
pub(crate) fn unmemoized(function: &Function, args: &Args) -> TokenStream {
    let Function {
        attributes,
        visibility,
        signature,
        body,
        returns,
        ..
    } = function;
    let original = {
        let signature = inner_signature(function, signature.ident.clone());
        quote!(#(#attributes)* #visibility #signature #body)
    };
    let companions = plan::companions_name(args, function);
    // Inside an `impl` no type can be declared. And where a primitive type would be hidden, or the runtime cannot be
    // found, companions would only bring errors of their own.
    if belongs_to_a_type(signature).is_some()
        || plan::hides_a_primitive(&companions)
        || args.is_given("crate") && args.krate.is_none()
    {
        return original;
    }
    let visibility = names::visibility(visibility);
    let runtime = names::runtime(args.krate.as_ref().map(|path| &path.value));
    let never = quote!(#runtime::never());
    let (generics, where_clause) = (&signature.generics.params, &signature.generics.where_clause);
    let taken = plan::taken(args, function);
    let taken: Vec<_> = std::iter::zip(taken, &function.parameters)
        .filter_map(|(taken, parameter)| taken.then_some(parameter))
        .collect();
    let parameters: Vec<_> = taken.iter().map(|parameter| unused(parameter)).collect();
    let all: Vec<_> = function.parameters.iter().map(unused).collect();
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
    let returns_impl = find_impl(returns).is_some();
    let retain = (!takes_impl && signature.variadic.is_none()).then(|| {
        let shown = taken.iter().map(|parameter| shown(function, parameter));
        quote! {
            #visibility fn cache_retain(#keep: impl ::core::ops::FnMut(#(#shown),*) -> #runtime::bool) -> #runtime::usize { #never }
        }
    });
    // A value that borrows would be one more place for the return type to borrow from.
    let value_type = if types::find_borrow(returns).is_some() {
        quote!(impl ::core::marker::Sized)
    } else {
        returns.to_token_stream()
    };
    let results = (!returns_impl).then(|| {
        quote! {
            #visibility #asyncness fn uncached #lifetimes (#(#all),*) -> #returns #where_clause { #never }
            #visibility fn cache_peek #lifetimes (#(#parameters),*) -> #runtime::Option<#returns> #where_clause { #never }
            #visibility fn cache_insert #lifetimes (#(#parameters,)* #value: #value_type) -> #runtime::Option<#returns> #where_clause { #never }
        }
    });
    let refresh = (!returns_impl).then(|| {
        quote!(#visibility #asyncness fn cache_refresh #lifetimes (#(#all),*) -> #returns #where_clause { #never })
    });
    quote! {
        #original
        #visibility struct #companions<#(#of_type),*> { __memo: (#(#runtime::PhantomData<#phantoms>,)*) }
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

/// `name: Type`, the name spanned as ours: lints do not mind that nothing uses it.
fn unused(parameter: &Parameter) -> TokenStream {
    let Parameter { name, ty, .. } = parameter;
    let name = names::visible(name, name.span());
    quote!(#name: #ty)
}

fn parameter_name(parameter: &GenericParam) -> &Ident {
    match parameter {
        GenericParam::Type(ty) => &ty.ident,
        GenericParam::Const(constant) => &constant.ident,
        GenericParam::Lifetime(lifetime) => &lifetime.lifetime.ident,
    }
}
