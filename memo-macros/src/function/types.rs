//! What the text of a type says: where it borrows, where it is no type of its own.

use crate::tokens;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use syn::{GenericArgument, Lifetime, Path, PathArguments, Type, TypeParamBound};

/// A part of a type worth telling.
#[derive(Clone, Copy)]
pub(crate) enum Part<'a> {
    Type(&'a Type),
    Lifetime(&'a Lifetime),
}

/// The first part of a type, itself included, that `wanted` picks out. Function types are not looked into: what they
/// take and return is not stored.
fn find<'a, T>(ty: &'a Type, wanted: &impl Fn(Part<'a>) -> Option<T>) -> Option<T> {
    let within = |ty| find(ty, wanted);
    wanted(Part::Type(ty)).or_else(|| match ty {
        Type::Array(it) => within(&it.elem),
        Type::Group(it) => within(&it.elem),
        Type::Paren(it) => within(&it.elem),
        Type::Ptr(it) => within(&it.elem),
        Type::Slice(it) => within(&it.elem),
        Type::Reference(it) => {
            let lifetime = it.lifetime.iter().find_map(|it| wanted(Part::Lifetime(it)));
            lifetime.or_else(|| within(&it.elem))
        }
        Type::Tuple(it) => it.elems.iter().find_map(within),
        Type::Path(it) => {
            let qself = it.qself.as_ref().and_then(|qself| within(&qself.ty));
            qself.or_else(|| find_in_path(&it.path, wanted))
        }
        Type::TraitObject(it) => it.bounds.iter().find_map(|bound| match bound {
            TypeParamBound::Lifetime(it) => wanted(Part::Lifetime(it)),
            // Of `for<'a> Trait<'a>` the lifetime is the trait's own.
            TypeParamBound::Trait(it) if it.lifetimes.is_none() => find_in_path(&it.path, wanted),
            _ => None,
        }),
        _ => None,
    })
}

fn find_in_path<'a, T>(path: &'a Path, wanted: &impl Fn(Part<'a>) -> Option<T>) -> Option<T> {
    let arguments = path.segments.iter().filter_map(|it| match &it.arguments {
        PathArguments::AngleBracketed(it) => Some(&it.args),
        PathArguments::None | PathArguments::Parenthesized(_) => None,
    });
    arguments.flatten().find_map(|argument| match argument {
        GenericArgument::Lifetime(it) => wanted(Part::Lifetime(it)),
        GenericArgument::Type(it) => find(it, wanted),
        GenericArgument::AssocType(it) => find(&it.ty, wanted),
        _ => None,
    })
}

/// Where a type says `impl Trait`.
pub(crate) fn find_impl(ty: &Type) -> Option<&Type> {
    find(ty, &|part| match part {
        Part::Type(ty @ Type::ImplTrait(_)) => Some(ty),
        _ => None,
    })
}

/// Whether there is a reference in a type.
pub(crate) fn has_reference(ty: &Type) -> bool {
    let is_reference = |part: Part<'_>| matches!(part, Part::Type(Type::Reference(_)));
    find(ty, &|part| is_reference(part).then_some(())).is_some()
}

/// Where a type borrows for less than `'static`.
pub(crate) fn find_borrow(ty: &Type) -> Option<TokenStream> {
    find(ty, &|part| match part {
        Part::Type(ty @ Type::Reference(reference)) => match &reference.lifetime {
            Some(lifetime) if lifetime.ident == "static" => None,
            _ => Some(ty.to_token_stream()),
        },
        Part::Lifetime(lifetime) if lifetime.ident != "static" => Some(lifetime.to_token_stream()),
        _ => None,
    })
}

/// Where an argument borrows what no key could own: anywhere but in the references around it, or as `Option<&T>` and
/// `Cow<'_, T>` do, whatever they are called. Nobody can see what `Name<'_>` is: it may be an alias of `&str`.
pub(crate) fn find_inner_borrow(ty: &Type) -> Option<TokenStream> {
    match peel(ty).1 {
        Type::Reference(reference) => find_borrow(&reference.elem),
        Type::Path(path) => match arguments(&path.path).as_slice() {
            [GenericArgument::Type(Type::Reference(only))] => find_borrow(&only.elem),
            [GenericArgument::Lifetime(_), GenericArgument::Type(owned)] => find_borrow(owned),
            [GenericArgument::Lifetime(_)] => None,
            _ => find_borrow(ty),
        },
        _ => find_borrow(ty),
    }
}

/// How many references there are around a type, and the type with one of them at most.
pub(crate) fn peel(ty: &Type) -> (usize, &Type) {
    match ty {
        Type::Reference(reference) => match peel(&reference.elem) {
            (0, _) => (1, ty),
            (inner, innermost) => (inner + 1, innermost),
        },
        ty => (0, ty),
    }
}

/// The arguments of the last name in a path.
fn arguments(path: &Path) -> Vec<&GenericArgument> {
    match path.segments.last().map(|it| &it.arguments) {
        Some(PathArguments::AngleBracketed(it)) => it.args.iter().collect(),
        _ => Vec::new(),
    }
}

/// The type without the parentheses round it, which a `macro_rules` adds unseen.
pub(super) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        ty => ty,
    }
}

/// Whether there is a function type or a trait object in a type, where `'static` means more than how long it lives.
pub(crate) fn has_bounds(ty: &Type) -> bool {
    let has = |part: Part<'_>| matches!(part, Part::Type(Type::FnPtr(_) | Type::TraitObject(_)));
    find(ty, &|part| has(part).then_some(())).is_some()
}

/// The type with these lifetimes left to inference.
pub(super) fn elide(ty: &Type, lifetimes: &[String]) -> TokenStream {
    let mut after_quote = false;
    let change = &mut |token: &mut TokenTree| {
        let is_lifetime = std::mem::replace(&mut after_quote, false);
        match token {
            TokenTree::Punct(punct) => after_quote = punct.as_char() == '\'',
            TokenTree::Ident(name) if is_lifetime && lifetimes.iter().any(|it| name == it) => {
                *name = format_ident!("_", span = name.span());
            }
            _ => {}
        }
    };
    tokens::map(ty.to_token_stream(), change)
}

/// The block that the token is, which a body is too; out of the wrapping that a `$body:block` comes in.
pub(super) fn block(token: TokenTree) -> Option<TokenTree> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            let mut inside = group.stream().into_iter();
            inside
                .next()
                .filter(|_| inside.next().is_none())
                .and_then(block)
        }
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group.into()),
        _ => None,
    }
}
