//! One parameter, and what it is to the key.

use super::types;
use crate::args;
use crate::errors::Errors;
use crate::names;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Error, Expr, Meta, Pat, PatType, Result, Token, Type};

/// One parameter, without the attributes that are for us.
pub(crate) struct Parameter {
    pub(crate) attributes: Vec<Attribute>,
    /// As declared, for the body.
    pub(crate) pattern: Pat,
    /// Its name, or ours where the pattern has none.
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    pub(crate) treatment: Treatment,
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
        let mut attributes = Vec::new();
        let mut treatment = None;
        for attribute in &typed.attrs {
            if !is_memo(attribute) {
                attributes.push(attribute.clone());
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
        let name = match &*typed.pat {
            Pat::Ident(ident) if ident.subpat.is_none() => ident.ident.clone(),
            _ => names::parameter(&format!("arg{n}")),
        };
        let has_memo = typed.attrs.iter().any(is_memo);
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
        Self {
            attributes,
            pattern: (*typed.pat).clone(),
            name,
            ty,
            // Where it cannot be read, it was no key that was meant if it cannot be one.
            treatment: treatment.unwrap_or_else(|| match &*typed.ty {
                Type::Reference(it) if has_memo && it.mutability.is_some() => Treatment::Skip,
                _ => Treatment::Key,
            }),
        }
    }

    /// `name: Type`.
    pub(crate) fn declaration(&self) -> TokenStream {
        let Self {
            attributes,
            name,
            ty,
            ..
        } = self;
        quote!(#(#attributes)* #name: #ty)
    }

    /// Whether the key's expressions can see something of it that has a name of its own.
    pub(crate) fn is_destructured(&self) -> bool {
        !matches!(&self.pattern, Pat::Ident(ident) if ident.subpat.is_none())
            && !matches!(self.pattern, Pat::Wild(_))
    }
}

pub(super) fn is_memo(attribute: &Attribute) -> bool {
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
