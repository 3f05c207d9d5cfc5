//! How a call's arguments are looked up, and what its result is: questions to the compiler.

use crate::function::{Function, Parameter};
use crate::names::local;
use crate::plan::{Part, Plan};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Type;

/// Brings the ladders into scope.
pub(super) fn prelude(plan: &Plan<'_>) -> TokenStream {
    let runtime = &plan.runtime;
    quote!(use #runtime::probe::*;)
}

/// Declares the lookup: a tuple with what the ladder made of each part of the key.
pub(super) fn lookup(plan: &Plan<'_>) -> TokenStream {
    let (runtime, function) = (&plan.runtime, plan.function);
    let the_lookup = local("lookup");
    let destructured = plan
        .key
        .iter()
        .any(|part| matches!(part, Part::Expr(_)))
        .then(|| destructured(function));
    let part = |n: usize| local(&format!("part{n}"));
    let values = plan
        .key
        .iter()
        .enumerate()
        .filter_map(|(n, key)| match key {
            Part::Parameter(_) => None,
            Part::Expr(expr) => {
                let part = part(n);
                // By reference, so that an expression that is a parameter leaves it where it is.
                Some(quote!(let #part = &(#expr);))
            }
        });
    let parts = plan.key.iter().enumerate().map(|(n, key)| match key {
        Part::Parameter(n) => {
            let Parameter { name, ty, .. } = &function.parameters[*n];
            let argument = borrowed_once(name, ty);
            at(
                ty,
                quote!((&&&#runtime::Fit((&&#runtime::Argument(#argument)).memo_found())).memo_lookup()),
            )
        }
        Part::Expr(expr) => {
            let value = part(n);
            at(
                expr,
                quote!((&&&#runtime::Fit((&&#runtime::Argument(#value)).memo_found())).memo_lookup()),
            )
        }
    });
    quote! {
        #destructured
        #(#values)*
        let #the_lookup = (#(#parts,)*);
    }
}

/// The argument behind one reference more than the innermost: `&x` of `u32` and of `&str`, `x` of `&&str`.
fn borrowed_once(name: &Ident, ty: &Type) -> TokenStream {
    let references = std::iter::successors(Some(ty), |ty| match ty {
        Type::Reference(reference) => Some(&*reference.elem),
        _ => None,
    });
    match references.count() - 1 {
        0 | 1 => quote!(&#name),
        more => {
            let stars = std::iter::repeat_n(quote!(*), more - 2);
            quote!(#(#stars)* #name)
        }
    }
}

/// Declares what tells the type of the key: the lookup's arguments never come to be, they only have types.
pub(super) fn key_type(plan: &Plan<'_>) -> TokenStream {
    let (runtime, function) = (&plan.runtime, plan.function);
    let (lookup, the_lookup, key) = (lookup(plan), local("lookup"), local("key"));
    let arguments = function
        .parameters
        .iter()
        .map(|Parameter { name, ty, .. }| {
            let ty = function.elided(ty);
            // Used, whether the key looks at it or not: it has the user's name, and lints look at that.
            quote!(let #name: #ty = #runtime::never(); let _ = &#name;)
        });
    quote! {
        let #key = if false {
            #(#arguments)*
            #lookup
            #runtime::Some(#runtime::key_of(&#the_lookup))
        } else {
            #runtime::None
        };
    }
}

/// The names that patterns bind, for the key's expressions. Spanned as ours: not all of them need be used.
fn destructured(function: &Function) -> TokenStream {
    let bindings = function
        .parameters
        .iter()
        .filter(|parameter| parameter.is_destructured())
        .map(|parameter| {
            let pattern = ours(parameter.pattern.to_token_stream());
            let name = &parameter.name;
            quote!(let #pattern = #name;)
        });
    quote!(#(#bindings)*)
}

/// The same tokens, spanned as generated, so that lints do not look at them.
fn ours(tokens: TokenStream) -> TokenStream {
    let respanned = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            TokenTree::Group(Group::new(group.delimiter(), ours(group.stream())))
        }
        mut other => {
            other.set_span(Span::call_site().located_at(other.span()));
            other
        }
    });
    respanned.collect()
}

/// Declares the shape of the return type.
pub(super) fn shape(plan: &Plan<'_>) -> TokenStream {
    let (runtime, function) = (&plan.runtime, plan.function);
    let returns = &function.returns;
    let the_shape = local("shape");
    let mode = if plan.args.cache_err.is_some() {
        quote!(#runtime::Everything)
    } else {
        quote!(#runtime::Successes)
    };
    quote!(let #the_shape = (&&&#runtime::Fit((&&#runtime::Return::<#returns, #mode>::new()).memo_found())).memo_shape();)
}

/// Where the compiler complains, once, of an argument or a result that will not do: at the user's own type.
pub(super) fn checks(plan: &Plan<'_>) -> TokenStream {
    let (runtime, function) = (&plan.runtime, plan.function);
    let (the_lookup, the_shape) = (local("lookup"), local("shape"));
    let keys = plan.key.iter().enumerate().map(|(n, part)| {
        let index = syn::Index::from(n);
        match part {
            Part::Parameter(parameter) => {
                let ty = &function.parameters[*parameter].ty;
                let hashable = at(ty, quote!(#runtime::HashableArgument<_>));
                let shared = at(ty, quote!(#runtime::SharedArgument<_>));
                quote! {
                    <#ty as #hashable>::memo_check(&#the_lookup.#index);
                    <#ty as #shared>::memo_check(&#the_lookup.#index);
                }
            }
            Part::Expr(expr) => {
                let value = throughout(expr, &local(&format!("part{n}")));
                let check = at(expr, quote!(#runtime::is_key_of));
                quote!(#check(#value, &#the_lookup.#index);)
            }
        }
    });
    let returns = &function.returns;
    let clonable = at(returns, quote!(#runtime::ClonableReturn<_>));
    let shared = at(returns, quote!(#runtime::SharedReturn<_>));
    let check = quote!(#runtime::is_result::<#returns>(););
    let flag = plan.args.cache_err.as_ref();
    let result = flag.map(|flag| at(&flag.key, check));
    quote! {
        #(#keys)*
        <#returns as #clonable>::memo_check(&#the_shape);
        <#returns as #shared>::memo_check(&#the_shape);
        #result
    }
}

/// The tokens, each generated one located where `place` begins, so that what the compiler says of them is said there.
fn at(place: &impl ToTokens, tokens: TokenStream) -> TokenStream {
    match place.to_token_stream().into_iter().next() {
        Some(first) => located(tokens, first.span()),
        None => tokens,
    }
}

/// A reference as an expression that begins where `place` does and ends where it ends, so that all of it is underlined.
fn throughout(place: &impl ToTokens, reference: &Ident) -> TokenStream {
    let operators = at(place, quote!(&*));
    let reference = reference.to_token_stream();
    let reference = match place.to_token_stream().into_iter().last() {
        Some(last) => located(reference, last.span()),
        None => reference,
    };
    quote!(#operators #reference)
}

fn located(tokens: TokenStream, place: Span) -> TokenStream {
    let relocated = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let mut relocated = Group::new(group.delimiter(), located(group.stream(), place));
            relocated.set_span(group.span().located_at(place));
            TokenTree::Group(relocated)
        }
        mut other => {
            other.set_span(other.span().located_at(place));
            other
        }
    });
    relocated.collect()
}
