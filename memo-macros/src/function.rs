//! The function under the attribute: its signature understood, its body carried along unread.

use crate::errors::Errors;
use crate::names;
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, FnArg, Meta, Pat, ReturnType, Signature, Token, Type, Visibility};

/// A function as the macro sees it.
pub(crate) struct Function {
    /// Those that belong to what users call: docs, `#[must_use]`, `#[inline]`, ...
    pub(crate) outer: Vec<Attribute>,
    /// Those that belong to the body: lint levels, and attributes we do not know.
    pub(crate) inner: Vec<Attribute>,
    /// `#[cfg]`, which belongs to everything.
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) returns: Type,
    /// One group of braces.
    pub(crate) body: TokenStream,
}

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

impl Function {
    /// Reads a function; nothing if there is none. What cannot be memoized about it is reported.
    pub(crate) fn parse(item: TokenStream, errors: &Errors) -> Option<Self> {
        let parser = |input: ParseStream<'_>| Self::parse_whole(input, errors);
        match parser.parse2(item) {
            Ok(function) => Some(function),
            Err(error) => {
                errors.add(error);
                None
            }
        }
    }

    fn parse_whole(input: ParseStream<'_>, errors: &Errors) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility: Visibility = input.parse()?;
        not_a_function(input)?;
        let signature: Signature = input.parse()?;
        let body = match input.parse::<TokenTree>() {
            Ok(TokenTree::Group(group))
                if group.delimiter() == Delimiter::Brace && input.is_empty() =>
            {
                group.into_token_stream()
            }
            Ok(other) => {
                return Err(syn::Error::new(
                    other.span(),
                    "only a function with a body can be memoized",
                ));
            }
            Err(_) => {
                return Err(syn::Error::new(
                    signature.span(),
                    "only a function with a body can be memoized",
                ));
            }
        };
        supported(&signature, errors);
        let parameters = signature
            .inputs
            .iter()
            .enumerate()
            .filter_map(|(n, input)| match input {
                FnArg::Typed(typed) => Some(Parameter::of(n, typed, errors)),
                FnArg::Receiver(_) => None,
            });
        let parameters = parameters.collect();
        let returns = match &signature.output {
            ReturnType::Default => syn::parse_quote!(()),
            ReturnType::Type(_, ty) => (**ty).clone(),
        };
        let mut function = Self {
            outer: Vec::new(),
            inner: Vec::new(),
            cfgs: Vec::new(),
            visibility,
            signature,
            parameters,
            returns,
            body,
        };
        attributes
            .into_iter()
            .for_each(|attribute| function.sort(attribute));
        Ok(function)
    }

    /// Gives an attribute its place.
    fn sort(&mut self, attribute: Attribute) {
        let path = attribute.path();
        let is = |names: &[&str]| names.iter().any(|name| path.is_ident(name));
        if is(&["cfg"]) {
            self.cfgs.push(attribute);
        } else if is(&[
            "cfg_attr",
            "allow",
            "warn",
            "deny",
            "forbid",
            "inline",
            "must_use",
            "track_caller",
            "cold",
        ]) {
            self.outer.push(attribute.clone());
            self.inner.push(attribute);
        } else if is(&["expect"]) {
            // Which of the two the lint would fire at is not ours to know; expected of both, it would be missing at one.
            let Meta::List(list) = &attribute.meta else {
                return;
            };
            let lints = &list.tokens;
            let allowed: Attribute = syn::parse_quote!(#[allow(#lints)]);
            self.outer.push(allowed.clone());
            self.inner.push(allowed);
        } else if is(&[
            "doc",
            "deprecated",
            "no_mangle",
            "export_name",
            "link_section",
            "unsafe",
            "diagnostic",
            "test",
        ]) {
            self.outer.push(attribute);
        } else {
            self.inner.push(attribute);
        }
    }

    /// What a companion that runs the body takes: the function's own generics and parameters, with plain names.
    pub(crate) fn declarations(&self) -> impl Iterator<Item = TokenStream> {
        self.parameters.iter().map(Parameter::declaration)
    }

    /// Whether any parameter's type is `impl Trait`.
    pub(crate) fn takes_impl_trait(&self) -> bool {
        self.parameters
            .iter()
            .any(|parameter| find_impl(&parameter.ty).is_some())
    }

    /// `ty` with the function's own lifetimes left to inference, for where they are not in scope.
    pub(crate) fn elided(&self, ty: &impl ToTokens) -> TokenStream {
        let own: Vec<_> = self
            .signature
            .generics
            .lifetimes()
            .map(|own| own.lifetime.ident.to_string())
            .collect();
        elide(ty.to_token_stream(), &own)
    }
}

impl Parameter {
    fn of(n: usize, typed: &syn::PatType, errors: &Errors) -> Self {
        let mut attributes = Vec::new();
        let mut treatment = None;
        for attribute in &typed.attrs {
            if attribute.path().is_ident("memo") {
                match memo(attribute) {
                    Ok(_) if treatment.is_some() => {
                        errors.at(attribute, "a parameter takes one `#[memo(..)]` at most")
                    }
                    Ok(found) => treatment = Some(found),
                    Err(error) => errors.add(error),
                }
            } else {
                if attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr") {
                    errors.at(attribute, "a parameter of a memoized function cannot be conditional: write the function twice");
                }
                attributes.push(attribute.clone());
            }
        }
        let name = match &*typed.pat {
            // Ours, for where an expansion declares it and does not use it; lints of the user's look at the pattern.
            Pat::Ident(ident) if ident.subpat.is_none() => {
                names::visible(&ident.ident, ident.ident.span())
            }
            _ => names::parameter(&format!("arg{n}")),
        };
        let parameter = Self {
            attributes,
            pattern: (*typed.pat).clone(),
            name,
            ty: (*typed.ty).clone(),
            treatment: treatment.unwrap_or(Treatment::Key),
        };
        parameter.supported(errors);
        parameter
    }

    /// Reports what cannot be memoized about it.
    fn supported(&self, errors: &Errors) {
        if let Some(found) = find_impl(&self.ty) {
            errors.here(
                found,
                "a memoized function cannot take `impl Trait`: name the type, or memoize a function of a concrete type",
            );
        }
        if !matches!(self.treatment, Treatment::Skip) {
            if let Type::Reference(reference) = &self.ty {
                if reference.mutability.is_some() {
                    errors.at(
                        &self.ty,
                        "a `&mut` argument cannot be part of a memo key: leave it out with `#[memo(skip)]`, or pass it by value",
                    );
                }
            }
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

/// `#[memo(skip)]` or `#[memo(key = expr)]`.
fn memo(attribute: &Attribute) -> syn::Result<Treatment> {
    let expected = "expected `#[memo(skip)]` or `#[memo(key = ..)]`";
    let Meta::List(list) = &attribute.meta else {
        return Err(syn::Error::new_spanned(attribute, expected));
    };
    list.parse_args_with(|input: ParseStream<'_>| {
        let Ok(key) = input.call(<Ident as syn::ext::IdentExt>::parse_any) else {
            return Err(syn::Error::new_spanned(attribute, expected));
        };
        let treatment = match key.to_string().as_str() {
            "skip" => Treatment::Skip,
            "key" if input.peek(Token![=]) => {
                input.parse::<Token![=]>()?;
                match input.parse::<Expr>() {
                    Ok(expr) => Treatment::Expr(Box::new(expr)),
                    Err(_) => {
                        return Err(syn::Error::new_spanned(
                            key,
                            "expected an expression: `#[memo(key = x.to_bits())]`",
                        ));
                    }
                }
            }
            "key" => {
                return Err(syn::Error::new_spanned(
                    key,
                    "expected an expression: `#[memo(key = x.to_bits())]`",
                ));
            }
            "ignore" | "Ignore" | "exclude" => {
                return Err(syn::Error::new_spanned(
                    key,
                    "did you mean `#[memo(skip)]`?",
                ));
            }
            "convert" | "map" | "with" => {
                return Err(syn::Error::new_spanned(
                    key,
                    "did you mean `#[memo(key = ..)]`?",
                ));
            }
            _ => return Err(syn::Error::new_spanned(key, expected)),
        };
        if input.is_empty() {
            return Ok(treatment);
        }
        Err(input.error("expected nothing more: a parameter is either skipped or replaced"))
    })
}

/// Says what an item that is no function is, and what to do about it.
fn not_a_function(input: ParseStream<'_>) -> syn::Result<()> {
    let message = if input.peek(Token![impl])
        || (input.peek(Token![unsafe]) && input.peek2(Token![impl]))
    {
        "`#[memoize]` on an `impl` block is not supported yet: memoize free functions"
    } else if input.peek(Token![struct]) || input.peek(Token![enum]) || input.peek(Token![union]) {
        "only functions can be memoized, not types"
    } else if input.peek(Token![trait]) || input.peek(Token![mod]) {
        "only functions can be memoized: put the attribute on each of them"
    } else if input.peek(Token![static])
        || (input.peek(Token![const]) && !input.peek2(Token![fn]) && !is_signature(input))
    {
        "only functions can be memoized; for a value that is computed once there is `std::sync::LazyLock`"
    } else if input.peek(Token![let]) || input.peek(Token![|]) || input.peek(Token![move]) {
        "only functions can be memoized: write the closure as a nested function"
    } else if is_signature(input) {
        return Ok(());
    } else {
        "only functions can be memoized"
    };
    Err(syn::Error::new(input.span(), message))
}

fn is_signature(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    while ahead.peek(Token![const])
        || ahead.peek(Token![async])
        || ahead.peek(Token![unsafe])
        || ahead.peek(Token![extern])
        || ahead.peek(syn::LitStr)
        || ahead.peek(syn::Ident) && !ahead.peek(Token![fn])
    {
        if ahead.parse::<TokenTree>().is_err() {
            return false;
        }
    }
    ahead.peek(Token![fn])
}

/// Reports what cannot be memoized about a signature, each with the remedy.
fn supported(signature: &Signature, errors: &Errors) {
    if let Some(token) = &signature.constness {
        errors.at(
            token,
            "a `const fn` cannot be memoized: remove `const`, or memoize a function that calls it",
        );
    }
    if let Some(token) = &signature.asyncness {
        errors.at(
            token,
            "`async fn` is not supported yet: memoize the blocking part",
        );
    }
    if !matches!(signature.safety, syn::Safety::Default) {
        errors.at(
            &signature.safety,
            "an `unsafe fn` cannot be memoized: memoize a safe function that calls it",
        );
    }
    if let Some(abi) = &signature.abi {
        errors.at(
            abi,
            "an `extern` function cannot be memoized: memoize a function that calls it",
        );
    }
    if let Some(variadic) = &signature.variadic {
        errors.at(variadic, "a variadic function cannot be memoized: memoize a function of fixed arguments that calls it");
    }
    if let Some(receiver) = signature.receiver() {
        errors.at(
            receiver,
            "methods are not supported yet: memoize a free function and call it from the method",
        );
    }
    for parameter in signature.generics.type_params() {
        errors.at(
            parameter,
            "generic functions are not supported yet: memoize a function of concrete types",
        );
    }
    for parameter in signature.generics.const_params() {
        errors.at(
            parameter,
            "generic functions are not supported yet: memoize a function without const parameters",
        );
    }
    let ReturnType::Type(_, returns) = &signature.output else {
        return;
    };
    if matches!(**returns, Type::Never(_)) {
        errors.at(
            returns,
            "a function that never returns has nothing to store",
        );
    } else if let Some(found) = find_impl(returns) {
        errors.here(
            found,
            "a memoized function cannot return `impl Trait`: name the type, or box it",
        );
    } else if let Some(found) = find_borrow(returns.to_token_stream()) {
        errors.here(
            found,
            "a memoized function cannot return a borrow: return an owned value, or an `Arc` of it",
        );
    }
}

/// Where a type says `impl`.
pub(crate) fn find_impl(ty: &Type) -> Option<Span> {
    fn find(tokens: TokenStream) -> Option<Span> {
        tokens.into_iter().find_map(|token| match token {
            TokenTree::Ident(ident) if ident == "impl" => Some(ident.span()),
            TokenTree::Group(group) => find(group.stream()),
            _ => None,
        })
    }
    find(ty.to_token_stream())
}

/// Where a type borrows for less than `'static`. The parameters of function types do not count: they are not stored.
fn find_borrow(tokens: TokenStream) -> Option<Span> {
    let mut tokens = tokens.into_iter().peekable();
    let mut callable = false;
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '&' => {
                let lifetime =
                    matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '\'');
                if !lifetime {
                    return Some(punct.span());
                }
            }
            TokenTree::Punct(punct) if punct.as_char() == '\'' => match tokens.next() {
                Some(TokenTree::Ident(name)) if name == "static" => {}
                Some(name) => return Some(name.span()),
                None => {}
            },
            TokenTree::Ident(ident) if ident == "for" => return None,
            TokenTree::Group(group)
                if !(callable && group.delimiter() == Delimiter::Parenthesis) =>
            {
                if let Some(found) = find_borrow(group.stream()) {
                    return Some(found);
                }
            }
            _ => {}
        }
        callable = matches!(&token, TokenTree::Ident(ident) if ["fn", "Fn", "FnMut", "FnOnce"].iter().any(|name| ident == name));
    }
    None
}

/// The tokens with the lifetimes `own` replaced by `'_`.
fn elide(tokens: TokenStream, own: &[String]) -> TokenStream {
    let mut after_quote = false;
    let replaced = tokens.into_iter().map(|token| {
        let is_lifetime = std::mem::replace(&mut after_quote, false);
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                after_quote = true;
                TokenTree::Punct(punct)
            }
            TokenTree::Ident(name) if is_lifetime && own.iter().any(|own| name == own) => {
                TokenTree::Ident(format_ident!("_", span = name.span()))
            }
            TokenTree::Group(group) => {
                let mut elided =
                    proc_macro2::Group::new(group.delimiter(), elide(group.stream(), own));
                elided.set_span(group.span());
                TokenTree::Group(elided)
            }
            other => other,
        }
    });
    replaced.collect()
}
