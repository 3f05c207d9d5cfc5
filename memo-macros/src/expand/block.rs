//! An `impl` block with what its memoized functions have become.

use super::Expansion;
use crate::block::Header;
use crate::function::instance_type;
use crate::names;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// What is in a block now.
pub(crate) enum Member {
    Other(TokenStream),
    Memoized(Expansion),
}

/// The block with its members, and what belongs outside of it.
pub(crate) fn block(header: &Header, members: &[Member], runtime: &TokenStream) -> TokenStream {
    let memoized = || {
        members.iter().filter_map(|member| match member {
            Member::Other(_) => None,
            Member::Memoized(expansion) => Some(expansion),
        })
    };
    let is_within = header.of_trait.is_none();
    let items = members.iter().map(|member| match member {
        Member::Other(tokens) => tokens.clone(),
        Member::Memoized(expansion) if is_within => expansion.to_token_stream(),
        Member::Memoized(expansion) => expansion.function.clone(),
    });
    let block = header.with(items);
    if is_within || header.is_mistaken {
        return block;
    }
    let companions = memoized().map(|it| header.qualified(it.companions.clone()));
    let (generics, _, conditions) = header.generics.split_for_impl();
    let (cfg, of) = (header.cfg(), &header.of);
    let Some(name) = &header.apart else {
        return quote! {
            #block
            #cfg
            #[allow(private_interfaces, private_bounds, reason = "a trait's functions are as visible as the trait")]
            impl #generics #of #conditions { #(#companions)* }
        };
    };
    let companions = companions.map(|it| names::without_self(names::without_own_type(it, of)));
    let apart = memoized().map(|it| header.qualified(it.apart.clone()));
    let declared = instance_type(name, header.instances(), runtime);
    let holder = header.type_apart();
    quote! {
        #block
        #(#apart)*
        #cfg
        /// Companions of memoized functions of a trait.
        pub #declared
        #cfg
        #[allow(private_interfaces, private_bounds, reason = "a trait's functions are as visible as the trait")]
        impl #generics #holder #conditions { #(#companions)* }
    }
}
