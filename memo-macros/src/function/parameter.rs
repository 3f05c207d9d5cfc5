//! One parameter, and what it is to the key.

use super::types;
use crate::args;
use crate::errors::Errors;
use crate::names;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{
    Attribute, Error, Expr, Meta, Pat, PatIdent, PatType, Receiver, ReceiverKind, Result, Token,
    Type,
};

/// One parameter, without the attributes that are for us.
pub(crate) struct Parameter {
    pub(crate) attributes: Vec<Attribute>,
    /// As declared, for the body.
    pub(crate) pattern: Pat,
    /// Its name, or ours where the pattern has none.
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    pub(crate) treatment: Treatment,
    /// As declared but for `mut`, if it is one.
    pub(crate) receiver: Option<TokenStream>,
}

/// What a parameter is to the key.
pub(crate) enum Treatment {
    /// Part of it.
    Key,
    /// Not part of it: `#[memo(skip)]`.
    Skip,
    /// The expression is: `#[memo(key = ..)]`.
    Expr(Box<Expr>),
}

impl Parameter {
    pub(super) fn of(n: usize, typed: &PatType, errors: &Errors) -> Self {
        let name = match &*typed.pat {
            Pat::Ident(ident) if ident.subpat.is_none() => ident.ident.clone(),
            _ => names::parameter(&format!("arg{n}")),
        };
        let ty = types::bare(&typed.ty).clone();
        if types::is_str(&ty) {
            errors.at(&ty, "a `str` has no size: take `&str`");
        }
        if let Some(found) = types::find_impl(&ty) {
            errors.at(
                found,
                "a memoized function cannot take `impl Trait`: name the type, or memoize a function of a concrete type",
            );
        }
        let (attributes, treatment) = sorted(&typed.attrs, &ty, errors);
        Self {
            attributes,
            pattern: (*typed.pat).clone(),
            name,
            ty,
            treatment,
            receiver: None,
        }
    }

    pub(super) fn receiver(declared: &Receiver, errors: &Errors) -> Self {
        let span = declared.self_token.span;
        let own = Ident::new("Self", span);
        let ty = match &declared.kind {
            ReceiverKind::Reference(and, lifetime, mutability) => {
                syn::parse_quote!(#and #lifetime #mutability #own)
            }
            ReceiverKind::Typed(_, ty) => types::bare(ty).clone(),
            _ => syn::parse_quote!(#own),
        };
        let (attributes, treatment) = sorted(&declared.attrs, &ty, errors);
        let name = Ident::new("self", span);
        let plain = Receiver {
            attrs: Vec::new(),
            mutability: None,
            ..declared.clone()
        };
        let pattern = PatIdent {
            attrs: Vec::new(),
            by_ref: None,
            mutability: None,
            ident: name.clone(),
            subpat: None,
        };
        Self {
            attributes,
            pattern: Pat::Ident(pattern),
            name,
            ty,
            treatment,
            receiver: Some(plain.into_token_stream()),
        }
    }

    /// `name: Type`.
    pub(crate) fn declaration(&self) -> TokenStream {
        let Self {
            attributes,
            name,
            ty,
            receiver,
            ..
        } = self;
        let plain = receiver.clone();
        let plain = plain.unwrap_or_else(|| quote!(#name: #ty));
        quote!(#(#attributes)* #plain)
    }

    /// The same where there can be no receiver.
    pub(crate) fn without_receiver(&self) -> TokenStream {
        let (attributes, name, ty) = (&self.attributes, &self.name, &self.ty);
        quote!(#(#attributes)* #name: #ty)
    }

    /// Whether the key's expressions can see something of it that has a name of its own.
    pub(crate) fn is_destructured(&self) -> bool {
        !matches!(&self.pattern, Pat::Ident(ident) if ident.subpat.is_none())
            && !matches!(self.pattern, Pat::Wild(_))
    }
}

/// A parameter's attributes that are not ours, and what ours say.
fn sorted(attributes: &[Attribute], ty: &Type, errors: &Errors) -> (Vec<Attribute>, Treatment) {
    let (mut others, mut treatment) = (Vec::new(), None);
    for attribute in attributes {
        if !is_memo(attribute) {
            others.push(attribute.clone());
        } else if treatment.is_some() {
            errors.at(attribute, "a parameter takes one `#[memo(..)]` at most");
        } else {
            treatment = memo(attribute, errors);
        }
        if attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr") {
            errors.at(
                attribute,
                "a parameter of a memoized function cannot be conditional: write the function twice",
            );
        }
    }
    // Where it cannot be read, it was no key that was meant if it cannot be one.
    let has_memo = others.len() < attributes.len();
    let treatment = treatment.unwrap_or_else(|| match ty {
        Type::Reference(it) if has_memo && it.mutability.is_some() => Treatment::Skip,
        _ => Treatment::Key,
    });
    (others, treatment)
}

pub(crate) fn is_memo(attribute: &Attribute) -> bool {
    attribute.path().is_ident("memo")
}

/// Reads `#[memo(skip)]` or `#[memo(key = expr)]`. Of what is wrong, it makes what was probably meant.
fn memo(attribute: &Attribute, errors: &Errors) -> Option<Treatment> {
    const EXPECTED: &str = "expected `#[memo(skip)]` or `#[memo(key = ..)]`";
    let parser = |input: ParseStream<'_>| {
        let word = input.call(Ident::parse_any);
        let word = word.map_err(|_| Error::new_spanned(attribute, EXPECTED))?;
        let treatment = match &*word.to_string() {
            "skip" => Treatment::Skip,
            "key" => Treatment::Expr(Box::new(replacement(&word, input)?)),
            "ignore" | "Ignore" | "exclude" | "skipped" | "skp" | "Skip" => {
                errors.at(&word, "did you mean `#[memo(skip)]`?");
                Treatment::Skip
            }
            "convert" | "map" | "with" | "by" | "as" => {
                return Err(Error::new_spanned(
                    word,
                    "did you mean `#[memo(key = ..)]`?",
                ));
            }
            _ => return Err(Error::new_spanned(word, EXPECTED)),
        };
        let more = input.parse::<TokenStream>()?;
        if !more.is_empty() {
            errors.at(
                more,
                "expected nothing more: a parameter is either skipped or replaced",
            );
        }
        Ok(treatment)
    };
    errors.ok(match &attribute.meta {
        Meta::List(list) => list.parse_args_with(parser),
        _ => Err(Error::new_spanned(attribute, EXPECTED)),
    })
}

/// Parses `= expr`.
fn replacement(word: &Ident, input: ParseStream<'_>) -> Result<Expr> {
    let equals = input.parse::<Token![=]>();
    let expr = equals.and_then(|_| input.parse::<Expr>());
    let expected = "expected an expression: `#[memo(key = x.to_bits())]`";
    args::key(&expr.map_err(|_| Error::new_spanned(word, expected))?)
}
