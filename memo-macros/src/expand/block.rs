//! An `impl` block with what its memoized functions have become.

use super::Expansion;
use crate::block::Header;
use crate::function::instance_type;
use crate::names;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::PathArguments;

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
    let (cfg, lints, path) = (header.cfg(), header.lints(), &header.of_trait);
    // Without the arguments of its last name, which an import does not take.
    let mut path = path.clone();
    if let Some(last) = path.as_mut().and_then(|path| path.segments.last_mut()) {
        last.arguments = PathArguments::None;
    }
    let (generics, _, conditions) = header.generics.split_for_impl();
    let of = &header.of;
    let companions = memoized().map(|it| header.qualified(it.companions.clone()));
    let moved = memoized().map(|it| &it.moved);
    let (declared, holder, companions, conditions) = match &header.apart {
        None => (None, quote!(#of), companions.collect(), quote!(#conditions)),
        Some(name) => {
            let declared = instance_type(name, header.instances(), runtime);
            let said = |tokens| names::without_self(names::without_own_type(tokens, of));
            let conditions = said(header.qualified(quote!(#conditions)));
            let companions: TokenStream = companions.map(said).collect();
            (Some(declared), header.type_apart(), companions, conditions)
        }
    };
    let declared = declared.map(|declared| {
        quote! {
            #cfg
            /// Companions of memoized functions of a trait.
            pub #declared
        }
    });
    quote! {
        #block
        #declared
        #cfg
        #lints
        const _: () = {
            // In the trait's `impl` it was in scope.
            #[allow(unused_imports, reason = "it may be in scope here, too")]
            use #path as _;
            #(#moved)*
            #[allow(private_interfaces, private_bounds, reason = "a trait's functions are as visible as the trait")]
            impl #generics #holder #conditions { #companions }
        };
    }
}
