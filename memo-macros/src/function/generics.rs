//! The generics of a function, taken apart: types and constants make instances of it, lifetimes do not.

use super::Function;
use crate::errors::Errors;
use crate::tokens;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{GenericParam, Generics, Type, TypeParam, TypeParamBound, WhereClause, WherePredicate};

impl Function {
    /// The type and constant parameters.
    pub(crate) fn instances(&self) -> impl Iterator<Item = &GenericParam> {
        instances(&self.signature.generics)
    }

    /// `<'a, 'b>`, as declared, or nothing.
    pub(crate) fn lifetimes(&self) -> TokenStream {
        let mut lifetimes = self.signature.generics.lifetimes().peekable();
        if lifetimes.peek().is_none() {
            return TokenStream::new();
        }
        quote!(<#(#lifetimes),*>)
    }

    /// The generics of what knows an instance but none of the lifetimes.
    pub(crate) fn instance(&self) -> Generics {
        let mut params: Vec<_> = self.instances().cloned().collect();
        for param in &mut params {
            if let GenericParam::Type(it) = param {
                let bounds = std::mem::take(&mut it.bounds).into_iter();
                it.bounds = bounds.filter(|it| !self.mentions_lifetime(it)).collect();
            }
        }
        let predicates = self.predicates();
        let predicates = predicates.filter(|it| !self.mentions_lifetime(it));
        Generics {
            params: params.into_iter().collect(),
            where_clause: where_clause(predicates),
            ..Generics::default()
        }
    }

    /// What is asked of the lifetimes, and of types by means of them.
    pub(crate) fn lifetime_conditions(&self) -> Option<WhereClause> {
        let types = self.signature.generics.type_params();
        let inline = types.flat_map(|TypeParam { ident, bounds, .. }| {
            let bounds = bounds.iter().filter(|it| self.mentions_lifetime(it));
            bounds.map(move |bound: &TypeParamBound| syn::parse_quote!(#ident: #bound))
        });
        let predicates = self.predicates();
        let predicates = predicates.filter(|it| self.mentions_lifetime(it));
        where_clause(inline.chain(predicates))
    }

    fn predicates(&self) -> impl Iterator<Item = WherePredicate> {
        let clause = self.signature.generics.where_clause.iter();
        clause.flat_map(|clause| clause.predicates.iter().cloned())
    }

    /// `::<T, N>`, or nothing.
    pub(crate) fn turbofish(&self) -> TokenStream {
        turbofish(self.instances().cloned())
    }

    fn mentions_lifetime(&self, what: &impl ToTokens) -> bool {
        let tokens = tokens::flat(what.to_token_stream());
        let mut pairs = tokens.windows(2);
        let is_own = |name: &TokenTree| {
            let mut own = self.signature.generics.lifetimes();
            own.any(|own| own.lifetime.ident == name.to_string())
        };
        pairs.any(|pair| {
            matches!(&pair[0], TokenTree::Punct(it) if it.as_char() == '\'') && is_own(&pair[1])
        })
    }
}

/// The type and constant parameters.
pub(crate) fn instances(generics: &Generics) -> impl Iterator<Item = &GenericParam> {
    let all = generics.params.iter();
    all.filter(|it| !matches!(it, GenericParam::Lifetime(_)))
}

/// `::<T, N>`, or nothing.
pub(crate) fn turbofish(params: impl Iterator<Item = GenericParam>) -> TokenStream {
    let generics = of_params(params);
    let (_, used, _) = generics.split_for_impl();
    used.as_turbofish().into_token_stream()
}

/// Declares a type of that name with these parameters.
pub(crate) fn instance_type<'a>(
    name: &Ident,
    params: impl Iterator<Item = &'a GenericParam>,
    runtime: &TokenStream,
) -> TokenStream {
    let mut generics = of_params(params.cloned());
    for it in generics.type_params_mut() {
        it.bounds = syn::parse_quote!(?::core::marker::Sized);
    }
    let types = generics.type_params().map(|it| &it.ident);
    let phantoms = types.map(|it| quote!(#runtime::PhantomData<#it>));
    quote!(struct #name #generics { __memo: (#(#phantoms,)*) })
}

fn of_params(params: impl Iterator<Item = GenericParam>) -> Generics {
    Generics {
        params: params.collect(),
        ..Generics::default()
    }
}

fn where_clause(predicates: impl Iterator<Item = WherePredicate>) -> Option<WhereClause> {
    let mut predicates = predicates.peekable();
    predicates.peek()?;
    Some(WhereClause {
        where_token: <_>::default(),
        predicates: predicates.collect(),
    })
}

/// Reports type parameters that may borrow: an instance is known by a `TypeId`, and what is stored must not borrow anyway.
pub(crate) fn borrowing_types(generics: &Generics, errors: &Errors) {
    let is_static = |bound: &TypeParamBound| matches!(bound, TypeParamBound::Lifetime(it) if it.ident == "static");
    let clause = generics.where_clause.iter();
    let predicates = clause.flat_map(|clause| &clause.predicates);
    let said_later = |ident: &Ident| {
        predicates.clone().any(|it| match it {
            WherePredicate::Type(it) => {
                let is_own = matches!(&it.bounded_ty, Type::Path(ty) if ty.path.is_ident(ident));
                is_own && it.bounds.iter().any(is_static)
            }
            _ => false,
        })
    };
    for TypeParam { ident, bounds, .. } in generics.type_params() {
        if !bounds.iter().any(is_static) && !said_later(ident) {
            errors.at(
                ident,
                format!("a type parameter of a memoized function must not borrow: write `{ident}: 'static`"),
            );
        }
    }
}
