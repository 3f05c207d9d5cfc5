//! The bodies of a trait's functions, which cannot stay in the trait's `impl`: there is no room for a second function.
//!
//! Each goes into a trait of its own, with the types that the user's trait leaves to the `impl`: so it is as it was, and
//! whatever it says means the same. What is ours is put in other words where it must be.

use super::companions::not_send_is_told;
use super::{body_is_not_told, inner_signature};
use crate::block::Header;
use crate::names;
use crate::plan::Plan;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::{GenericParam, ImplItemType};

/// The companion that runs the body, and the trait that has the body.
pub(super) fn uncached(plan: &Plan<'_>, header: &Header) -> (TokenStream, TokenStream) {
    let (function, home) = (plan.function, &plan.home);
    let name = function.signature.ident.unraw();
    // Both are to be in nobody's way.
    let holder = format_ident!("__Memo_{name}", span = Span::call_site());
    let name = format_ident!("__memo_{name}", span = Span::call_site());
    let (generics, used, conditions) = header.generics.split_for_impl();
    let arguments = header.generics.params.iter().map(|it| match it {
        GenericParam::Lifetime(_) => quote!('_),
        GenericParam::Type(it) => it.ident.to_token_stream(),
        GenericParam::Const(it) => it.ident.to_token_stream(),
    });
    let instance = quote!(#holder<#(#arguments),*>);
    let (own, _, own_conditions) = function.signature.generics.split_for_impl();
    let (of, returns) = (&header.of, &function.signature.output);
    let (inner, body) = (&function.inner, &function.body);
    let whole = inner_signature(function, name.clone());
    // Of the `Self` of this trait nothing is known.
    let said = |tokens: TokenStream| names::without_own_type(header.qualified(tokens), of);
    let declared = function.parameters.iter().map(|it| match it.receiver {
        Some(_) => it.declaration(),
        None => said(it.declaration()),
    });
    let (said_conditions, said_returns) = (said(quote!(#own_conditions)), said(quote!(#returns)));
    let asyncness = &function.signature.asyncness;
    let awaited = asyncness.map(|_| quote!(.await));
    let (not_send, call_not_send) = (
        body_is_not_told(plan),
        asyncness.map(|_| not_send_is_told()),
    );
    let (own_cfg, associated) = (&function.cfg, &header.associated);
    let types = associated.iter().map(
        |ImplItemType {
             ident, generics, ..
         }| {
            let (generics, _, conditions) = generics.split_for_impl();
            quote!(type #ident #generics: ?::core::marker::Sized #conditions;)
        },
    );
    let moved = quote! {
        #(#own_cfg)*
        #[allow(non_camel_case_types, private_interfaces, private_bounds, reason = "nobody is to use it")]
        trait #holder #generics #conditions {
            #(#types)*
            #asyncness fn #name #own (#(#declared),*) #said_returns #said_conditions;
        }
        #(#own_cfg)*
        impl #generics #holder #used for #of #conditions {
            #(#associated)*
            #(#inner)*
            #not_send
            #whole #body
        }
    };
    let (visibility, uncached) = (home.visibility(), home.companion("uncached"));
    let declared = function.parameters.iter().map(|it| home.declare(it));
    let (arguments, turbofish) = (
        function.parameters.iter().map(|it| &it.name),
        function.turbofish(),
    );
    let companion = quote! {
        /// The plain function: neither reads, stores nor counts.
        #(#own_cfg)*
        #call_not_send
        #visibility #asyncness fn #uncached #own (#(#declared),*) #returns #own_conditions {
            <Self as #instance>::#name #turbofish(#(#arguments),*) #awaited
        }
    };
    (companion, moved)
}
