//! How a call's arguments are looked up, and what its result is: questions to the compiler.

use crate::function::Parameter;
use crate::function::types::{self, Use};
use crate::names::{self, local};
use crate::plan::{Part, Plan};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::Type;

/// Declares the lookup: a tuple with what the ladder made of each part of the key.
pub(super) fn lookup(plan: &Plan<'_>) -> TokenStream {
    let runtime = &plan.runtime;
    let the_lookup = local("lookup");
    let fit = plan.scoped("Fit");
    let ask = |argument| quote!((&&#runtime::#fit((&&#runtime::Argument(#argument)).memo_found())).memo_lookup());
    let parts = plan.key.iter().enumerate().map(|(n, part)| match part {
        Part::Parameter(Parameter { name, ty, .. }) => {
            let part = match plain(name, ty) {
                Some(by) => quote!(#runtime::#by),
                None => ask(borrowed_once(name, ty)),
            };
            (None, at(ty, part))
        }
        Part::Expr(expr) => {
            let part = local(&format!("part{n}"));
            // By reference, so that an expression that is a parameter leaves it where it is.
            let value = quote!(let #part = &(#expr););
            (Some(value), at(expr, ask(part.into_token_stream())))
        }
    });
    let (values, parts): (Vec<_>, Vec<_>) = parts.unzip();
    // For the key's expressions. Spanned as ours: they need not use every name.
    let destructured = plan
        .destructured
        .iter()
        .map(|Parameter { pattern, name, .. }| {
            let pattern = names::ours(pattern.to_token_stream());
            quote!(let #pattern = #name;)
        });
    quote! {
        #(#destructured)*
        #(#values)*
        let #the_lookup = (#(#parts,)*);
    }
}

/// How the argument is looked up, if its type is one of which there is nothing to ask.
fn plain(name: &Ident, ty: &Type) -> Option<TokenStream> {
    match types::bare(ty) {
        Type::Reference(it) => {
            types::is_primitive(&it.elem, Use::Borrowed).then(|| quote!(ByRef(#name)))
        }
        ty => types::is_primitive(ty, Use::Key).then(|| quote!(ByRef(&#name))),
    }
}

/// The argument behind one reference more than the innermost: `&x` of `u32` and of `&str`, `x` of `&&str`.
fn borrowed_once(name: &Ident, ty: &Type) -> TokenStream {
    match types::peel(ty).0 {
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
    let (the_lookup, key) = (local("lookup"), local("key"));
    if let Some(types) = plain_key(plan) {
        return quote!(let #key = #runtime::None::<#runtime::KeyOf<(#(#types),*)>>;);
    }
    // There is no `self` here.
    let lookup = names::without_self(lookup(plan));
    let arguments = function
        .parameters
        .iter()
        .map(|Parameter { name, ty, .. }| {
            let (name, ty) = (names::without_self(quote!(#name)), function.elided(ty));
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

/// The types of the key's parts, if there is nothing to ask about any of them. Of one part, the key is that.
fn plain_key<'a>(plan: &Plan<'a>) -> Option<Vec<&'a Type>> {
    let types = plan.key.iter().map(|part| match part {
        Part::Parameter(Parameter { ty, .. }) => {
            Some(ty).filter(|ty| types::is_primitive(ty, Use::Key))
        }
        Part::Expr(_) => None,
    });
    types.collect()
}

/// Brings the ladders into scope, if there is anything to ask about the key.
pub(super) fn key_ladders(plan: &Plan<'_>) -> Option<TokenStream> {
    let runtime = &plan.runtime;
    plain_key(plan)
        .is_none()
        .then(|| quote!(use #runtime::probe::*;))
}

/// Declares the shape of the return type, and brings the ladders into scope, if there is anything to ask about that or the
/// key.
pub(super) fn shape(plan: &Plan<'_>) -> TokenStream {
    let (runtime, function) = (&plan.runtime, plan.function);
    let returns = &function.returns;
    let the_shape = local("shape");
    let mode = match (&plan.args.cache_err, &plan.args.store) {
        (Some(_), _) => quote!(Everything),
        (None, None) => plan.scoped("Successes").into_token_stream(),
        (None, Some(_)) => quote!(OwnSuccesses),
    };
    let fit = plan.scoped("Fit");
    let is_plain = types::is_primitive(returns, Use::Result);
    let key_ladders = key_ladders(plan);
    if is_plain {
        let shape = quote!(#runtime::Whole::<#returns>(#runtime::PhantomData));
        return quote!(#key_ladders let #the_shape = #shape;);
    }
    quote! {
        use #runtime::probe::*;
        let #the_shape = (&&#runtime::#fit((&&&#runtime::Return::<#returns, #runtime::#mode>::new()).memo_found())).memo_shape();
    }
}

/// Where the compiler complains, once, of an argument or a result that will not do: at the user's own type.
pub(super) fn checks(plan: &Plan<'_>) -> TokenStream {
    let (runtime, function) = (&plan.runtime, plan.function);
    let (the_lookup, the_shape) = (local("lookup"), local("shape"));
    let [key_argument, stored_return] = ["KeyArgument", "StoredReturn"].map(|it| plan.scoped(it));
    let is_key_of = plan.scoped("is_key_of");
    let keys = plan.key.iter().enumerate().filter_map(|(n, part)| {
        let index = syn::Index::from(n);
        match part {
            Part::Parameter(Parameter { name, ty, .. }) if plain(name, ty).is_some() => None,
            Part::Parameter(Parameter { ty, .. }) => {
                let key = at(ty, quote!(#runtime::#key_argument<_>));
                Some(quote!(<#ty as #key>::memo_check(&#the_lookup.#index);))
            }
            Part::Expr(expr) => {
                let value = throughout(expr, &local(&format!("part{n}")));
                let check = at(expr, quote!(#runtime::#is_key_of));
                Some(quote!(#check(#value, &#the_lookup.#index);))
            }
        }
    });
    let returns = &function.returns;
    let stored = at(returns, quote!(#runtime::#stored_return<_>));
    let stored = (!types::is_primitive(returns, Use::Result))
        .then(|| quote!(<#returns as #stored>::memo_check(&#the_shape);));
    let check = quote!(#runtime::is_result::<#returns>(););
    let flag = plan.args.cache_err.as_ref();
    let result = flag.map(|flag| at(&flag.key, check));
    quote! {
        #(#keys)*
        #stored
        #result
    }
}

/// The tokens, each generated one located where `place` begins, so that what the compiler says of them is said there.
pub(super) fn at(place: &impl ToTokens, tokens: TokenStream) -> TokenStream {
    match place.to_token_stream().into_iter().next() {
        Some(first) => names::located(tokens, first.span()),
        None => tokens,
    }
}

/// A reference as an expression that begins where `place` does and ends where it ends, so that all of it is underlined.
fn throughout(place: &impl ToTokens, reference: &Ident) -> TokenStream {
    let operators = at(place, quote!(&*));
    let reference = reference.to_token_stream();
    let reference = match place.to_token_stream().into_iter().last() {
        Some(last) => names::located(reference, last.span()),
        None => reference,
    };
    quote!(#operators #reference)
}
