//! What the text of a type says: where it borrows, where it is no type of its own.

use crate::tokens;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use syn::{GenericArgument, Lifetime, Path, PathArguments, Type, TypeParamBound};

/// A part of a type worth telling.
enum Part<'a> {
    Type(&'a mut Type),
    Lifetime(&'a mut Lifetime),
}

/// Goes through the parts of a type, itself first, but not into those that `with` says no to. Function types are not
/// looked into at all: what they take and return is not stored.
fn walk(ty: &mut Type, with: &mut dyn FnMut(Part<'_>) -> bool) {
    if !with(Part::Type(ty)) {
        return;
    }
    match ty {
        Type::Array(it) => walk(&mut it.elem, with),
        Type::Group(it) => walk(&mut it.elem, with),
        Type::Paren(it) => walk(&mut it.elem, with),
        Type::Ptr(it) => walk(&mut it.elem, with),
        Type::Slice(it) => walk(&mut it.elem, with),
        Type::Reference(it) => {
            it.lifetime.as_mut().map(|it| with(Part::Lifetime(it)));
            walk(&mut it.elem, with);
        }
        Type::Tuple(it) => it.elems.iter_mut().for_each(|it| walk(it, with)),
        Type::Path(it) => {
            it.qself.iter_mut().for_each(|it| walk(&mut it.ty, with));
            walk_path(&mut it.path, with);
        }
        Type::TraitObject(it) => it.bounds.iter_mut().for_each(|bound| match bound {
            TypeParamBound::Lifetime(it) => drop(with(Part::Lifetime(it))),
            // Of `for<'a> Trait<'a>` the lifetime is the trait's own.
            TypeParamBound::Trait(it) if it.lifetimes.is_none() => walk_path(&mut it.path, with),
            _ => {}
        }),
        _ => {}
    }
}

fn walk_path(path: &mut Path, with: &mut dyn FnMut(Part<'_>) -> bool) {
    for segment in &mut path.segments {
        let PathArguments::AngleBracketed(arguments) = &mut segment.arguments else {
            continue;
        };
        for argument in &mut arguments.args {
            match argument {
                GenericArgument::Lifetime(it) => drop(with(Part::Lifetime(it))),
                GenericArgument::Type(it) => walk(it, with),
                GenericArgument::AssocType(it) => walk(&mut it.ty, with),
                _ => {}
            }
        }
    }
}

/// The first part of a type that `wanted` makes something of.
fn find<T>(ty: &Type, wanted: impl Fn(&Part<'_>) -> Option<T>) -> Option<T> {
    let mut found = None;
    walk(&mut ty.clone(), &mut |part| {
        found = found.take().or_else(|| wanted(&part));
        found.is_none()
    });
    found
}

/// Where a type says `impl Trait`.
pub(crate) fn find_impl(ty: &Type) -> Option<TokenStream> {
    find(ty, |part| match part {
        Part::Type(ty @ Type::ImplTrait(_)) => Some(ty.to_token_stream()),
        _ => None,
    })
}

/// Where a type says that it is a future, as far as one can see: itself, or pinned in a box. One that is shared can be
/// stored.
pub(crate) fn find_future(ty: &Type) -> Option<TokenStream> {
    let is_future = |bound: &TypeParamBound| match bound {
        TypeParamBound::Trait(it) => {
            let last = it.path.segments.last();
            last.is_some_and(|it| it.ident == "Future")
        }
        _ => false,
    };
    let found = match bare(ty) {
        Type::ImplTrait(it) => it.bounds.iter().any(is_future),
        Type::TraitObject(it) => it.bounds.iter().any(is_future),
        Type::Path(it) => {
            let name = it.path.segments.last()?.ident.to_string();
            match (&*name, arguments(&it.path).as_slice()) {
                ("Pin" | "Box", [GenericArgument::Type(only)]) => return find_future(only),
                ("BoxFuture" | "LocalBoxFuture", _) => true,
                _ => false,
            }
        }
        _ => false,
    };
    found.then(|| ty.to_token_stream())
}

/// Whether it is `!`, which is no type to name anywhere but behind `->`.
pub(crate) fn is_never(ty: &Type) -> bool {
    matches!(bare(ty), Type::Never(_))
}

/// Whether there is a reference in a type.
pub(crate) fn has_reference(ty: &Type) -> bool {
    find(ty, |part| {
        matches!(part, Part::Type(Type::Reference(_))).then_some(())
    })
    .is_some()
}

/// Whether rustc says all there is to say: the type has no size, or `_` in it.
pub(super) fn is_refused(ty: &Type) -> bool {
    let is_unsized = matches!(bare(ty), Type::Slice(_) | Type::TraitObject(_));
    let is_inferred = |part: &Part<'_>| matches!(part, Part::Type(Type::Infer(_)));
    is_unsized || is_str(ty) || find(ty, |part| is_inferred(part).then_some(())).is_some()
}

/// Whether it is `str` itself. It might be somebody's own type, so rustc may say nothing.
pub(super) fn is_str(ty: &Type) -> bool {
    matches!(bare(ty), Type::Path(it) if it.path.is_ident("str"))
}

/// Where a type borrows for less than `'static`.
pub(crate) fn find_borrow(ty: &Type) -> Option<TokenStream> {
    find(ty, |part| match part {
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
            [GenericArgument::Type(only)] => match bare(only) {
                Type::Reference(only) => find_borrow(&only.elem),
                _ => find_borrow(ty),
            },
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
        Type::Reference(reference) => match peel(bare(&reference.elem)) {
            (0, _) => (1, ty),
            (inner, innermost) => (inner + 1, innermost),
        },
        ty => (0, ty),
    }
}

/// Whether a type is a number, a `bool` or a `char` by its name: what may be a key, and what else there is, a float or `()`.
/// Of those there is nothing to ask the compiler, which takes it longer than all the rest of a small function. A type of the
/// user's own by such a name is taken for what it is as a key, and as a result it is stored whole, were it a `Result`.
pub(crate) fn is_primitive(ty: &Type, may_be: Use) -> bool {
    const KEYS: [&str; 14] = [
        "bool", "char", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64",
        "u128", "usize",
    ];
    let others: &[&str] = match may_be {
        Use::Key => &[],
        Use::Borrowed => &["str"],
        Use::Result => &["f32", "f64"],
    };
    match bare(ty) {
        Type::Path(it) if it.qself.is_none() => it.path.get_ident().is_some_and(|name| {
            let mut names = KEYS.iter().chain(others);
            names.any(|it| name == it)
        }),
        Type::Tuple(it) => may_be == Use::Result && it.elems.is_empty(),
        _ => false,
    }
}

/// What such a type is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// A part of the key.
    Key,
    /// What such a part refers to.
    Borrowed,
    /// What is stored.
    Result,
}

/// The arguments of the last name in a path.
fn arguments(path: &Path) -> Vec<&GenericArgument> {
    match path.segments.last().map(|it| &it.arguments) {
        Some(PathArguments::AngleBracketed(it)) => it.args.iter().collect(),
        _ => Vec::new(),
    }
}

/// The type without the parentheses round it, which a `macro_rules` adds unseen.
pub(crate) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        ty => ty,
    }
}

/// The type with each `'static` left to inference, where that does not make it another: in a function type and a trait
/// object it does.
pub(super) fn without_static(ty: &Type) -> Type {
    let mut ty = ty.clone();
    walk(&mut ty, &mut |part| match part {
        Part::Lifetime(it) if it.ident == "static" => {
            it.ident = format_ident!("_", span = it.ident.span());
            true
        }
        Part::Type(Type::TraitObject(_)) => false,
        _ => true,
    });
    ty
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
pub(crate) fn block(token: TokenTree) -> Option<TokenTree> {
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
