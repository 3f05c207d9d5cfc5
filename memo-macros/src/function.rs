//! The function under the attribute: its signature understood, its body carried along unread.

mod generics;
mod parameter;
pub(crate) mod types;

pub(crate) use generics::{borrowing_types, instance_type, instances, turbofish};
pub(crate) use parameter::{Parameter, Treatment, is_memo};
pub(crate) use types::find_impl;

use crate::args::shown;
use crate::errors::Errors;
use crate::{names, tokens};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, Meta, Pat, Path, ReturnType, Signature, Type, Visibility};

/// A function as the macro sees it.
pub(crate) struct Function {
    /// All, as written.
    pub(crate) attributes: Vec<Attribute>,
    /// Those that decide whether there is anything. Seen in a block only: elsewhere rustc has seen to them before.
    pub(crate) cfg: Vec<Attribute>,
    /// Those that belong to what users call: docs, `#[must_use]`, `#[inline]`, ...
    pub(crate) outer: Vec<Attribute>,
    /// Those that belong to the body: lint levels, and attributes we do not know.
    pub(crate) inner: Vec<Attribute>,
    /// What is allowed in the function, and so in the companions, which repeat its types.
    pub(crate) allowed: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) returns: Type,
    /// One group of braces.
    pub(crate) body: TokenStream,
    /// Of the block that it stands in.
    pub(crate) outer_lifetimes: Vec<String>,
}

impl Function {
    /// Reads a function; nothing if there is none. What cannot be memoized about it is reported.
    pub(crate) fn parse(item: TokenStream, errors: &Errors) -> Option<Self> {
        let parser = |input: ParseStream<'_>| Self::parse_whole(input, errors);
        errors.ok(parser.parse2(item))
    }

    fn parse_whole(input: ParseStream<'_>, errors: &Errors) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility: Visibility = input.parse()?;
        not_a_function(input)?;
        let signature: Signature = input.parse()?;
        let body = body(input, &signature)?;
        supported(&signature, errors);
        let parameters = signature.inputs.iter().enumerate();
        let parameters = parameters.map(|(n, input)| match input {
            FnArg::Typed(typed) => Parameter::of(n, typed, errors),
            FnArg::Receiver(receiver) => Parameter::receiver(receiver, errors),
        });
        let parameters = parameters.collect();
        let returns = match &signature.output {
            ReturnType::Default => syn::parse_quote!(()),
            ReturnType::Type(_, ty) => (**ty).clone(),
        };
        let mut function = Self {
            attributes: Vec::new(),
            cfg: Vec::new(),
            outer: Vec::new(),
            inner: Vec::new(),
            allowed: Vec::new(),
            visibility,
            signature,
            parameters,
            returns,
            body,
            outer_lifetimes: Vec::new(),
        };
        for attribute in attributes {
            function.sort(attribute, errors);
        }
        Ok(function)
    }

    pub(crate) fn is_async(&self) -> bool {
        self.signature.asyncness.is_some()
    }

    /// Gives an attribute its place.
    fn sort(&mut self, attribute: Attribute, errors: &Errors) {
        let path = attribute.path().clone();
        let name = path.get_ident().map(ToString::to_string);
        if is_memo(&attribute) {
            return errors.at(
                &attribute,
                "`#[memo(..)]` belongs on a parameter, the options of the function in `#[memoize(..)]`",
            );
        }
        if is_memoize(&attribute) {
            return errors.at(&attribute, "`#[memoize]` is given twice");
        }
        self.attributes.push(attribute.clone());
        if let Some(message) = makes_another(&path, self.is_async()) {
            return errors.at(&attribute, message);
        }
        match name.as_deref().unwrap_or_default() {
            "cfg" => self.cfg.push(attribute),
            "allow" => self.allow(attribute),
            // Which of the two the lint would fire at is not ours to know; expected of both, it would be missing at one.
            "expect" => {
                if let Meta::List(list) = &attribute.meta {
                    let lints = &list.tokens;
                    self.allow(syn::parse_quote!(#[allow(#lints)]));
                }
            }
            "deprecated" => {
                self.outer.push(attribute);
                // It may call itself.
                self.inner.push(syn::parse_quote!(#[allow(deprecated)]));
            }
            "warn" | "deny" | "forbid" | "inline" | "must_use" | "track_caller" | "cold" => {
                self.outer.push(attribute.clone());
                self.inner.push(attribute);
            }
            "target_feature" => errors.at(
                &attribute,
                "a function with target features cannot be memoized: memoize a function that calls it",
            ),
            "doc" | "no_mangle" | "export_name" | "link_section" | "unsafe" | "diagnostic" | "test"
            | "should_panic" | "ignore" => self.outer.push(attribute),
            _ => self.inner.push(attribute),
        }
    }

    fn allow(&mut self, attribute: Attribute) {
        self.outer.push(attribute.clone());
        self.inner.push(attribute.clone());
        self.allowed.push(attribute);
    }

    /// Spans the parameters' names as ours, so that no lint of the user's looks at what the expansion does with them.
    ///
    /// They stay as they are where an expression of the key mentions them, or two are told apart by hygiene alone.
    pub(crate) fn disguise_names(&mut self, mentioned: &[String]) {
        let names: Vec<_> = self
            .parameters
            .iter()
            .map(|it| it.name.to_string())
            .collect();
        for (parameter, name) in self.parameters.iter_mut().zip(&names) {
            let is_named = parameter.receiver.is_none()
                && matches!(&parameter.pattern, Pat::Ident(ident) if ident.subpat.is_none());
            let is_the_only = names.iter().filter(|other| *other == name).count() == 1;
            if is_named && is_the_only && !mentioned.contains(name) {
                parameter.name = names::visible(&parameter.name, parameter.name.span());
            }
        }
    }

    /// What a companion that runs the body takes: the function's own generics and parameters, with plain names.
    pub(crate) fn declarations(&self) -> impl Iterator<Item = TokenStream> {
        self.parameters.iter().map(Parameter::declaration)
    }

    /// Whether it can be seen that the function stands in an `impl`: it has a receiver, or mentions `Self`.
    pub(crate) fn is_associated(&self) -> bool {
        self.signature.receiver().is_some()
            || mentions_self(self.signature.to_token_stream())
            || mentions_self(self.body.clone())
    }

    /// Whether any parameter's type is `impl Trait`.
    pub(crate) fn takes_impl_trait(&self) -> bool {
        let mut types = self.parameters.iter().map(|parameter| &parameter.ty);
        types.any(|ty| find_impl(ty).is_some())
    }

    /// `ty` with the function's own lifetimes left to inference, for where they are not in scope.
    pub(crate) fn elided(&self, ty: &Type) -> TokenStream {
        let own = self.signature.generics.lifetimes();
        let own = own.map(|own| own.lifetime.ident.to_string());
        let all: Vec<_> = own.chain(self.outer_lifetimes.iter().cloned()).collect();
        types::elide(ty, &all)
    }

    /// The type by which a predicate sees a parameter: a reference as it is, anything else behind one. Nothing it
    /// borrows is `'static`, whatever the parameter borrows: it is shown what is stored.
    pub(crate) fn shown(&self, ty: &Type) -> TokenStream {
        let shown = self.elided(&types::without_static(ty));
        if let Type::Reference(_) = ty {
            shown
        } else {
            quote!(&#shown)
        }
    }

    /// Whether there is a type in the signature of which rustc has said all there is to say.
    pub(crate) fn is_refused(&self) -> bool {
        let mut types = self
            .parameters
            .iter()
            .map(|it| &it.ty)
            .chain([&self.returns]);
        types.any(types::is_refused)
    }
}

/// Whether an attribute is this one, whatever path leads to it.
pub(crate) fn is_memoize(attribute: &Attribute) -> bool {
    let name = attribute.path().segments.last();
    name.is_some_and(|name| name.ident == "memoize")
}

/// What to say of an attribute by which the body is no function of the same kind: one that brings a runtime, or a test.
fn makes_another(path: &Path, is_async: bool) -> Option<String> {
    let name = &path.segments.last()?.ident;
    // A test that is not `async` may be the language's own.
    if name == "test" && (is_async || path.get_ident().is_none()) {
        let message =
            "a test is run once, there is nothing to remember: memoize a function that it calls";
        return Some(message.to_owned());
    }
    let path = shown(path);
    (name == "main" && is_async).then(|| {
        format!("`#[{path}]` belongs above `#[memoize]`, or on a function that calls this one")
    })
}

/// Whether `Self` is mentioned, and not that of an item inside.
fn mentions_self(tokens: TokenStream) -> bool {
    const ITEMS: [&str; 5] = ["impl", "trait", "struct", "enum", "union"];
    let mut in_item = false;
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) if ident == "Self" => !in_item,
        TokenTree::Ident(ident) => {
            in_item |= ITEMS.iter().any(|item| ident == item);
            false
        }
        TokenTree::Punct(punct) => {
            in_item &= punct.as_char() != ';';
            false
        }
        TokenTree::Group(group) if in_item => {
            in_item = group.delimiter() != Delimiter::Brace;
            false
        }
        TokenTree::Group(group) => mentions_self(group.stream()),
        TokenTree::Literal(_) => false,
    })
}

/// One group of braces, and nothing behind it.
fn body(input: ParseStream<'_>, signature: &Signature) -> syn::Result<TokenStream> {
    const EXPECTED: &str = "only a function with a body can be memoized";
    let (span, block) = match input.parse::<TokenTree>() {
        Ok(body) => (body.span(), types::block(body)),
        Err(_) => (signature.span(), None),
    };
    let body = block.ok_or_else(|| syn::Error::new(span, EXPECTED))?;
    if !input.is_empty() {
        return Err(input.error("expected nothing behind the function"));
    }
    Ok(body.into())
}

/// Says what an item that is no function is, and what to do about it. A function is what has its `fn` behind
/// qualifiers only.
fn not_a_function(input: ParseStream<'_>) -> syn::Result<()> {
    let tokens: Vec<TokenTree> = input.fork().parse::<TokenStream>()?.into_iter().collect();
    let words = || {
        let tokens = tokens.iter();
        let tokens = tokens.filter(|token| !matches!(token, TokenTree::Literal(_))); // `extern "C"`
        tokens.map(ToString::to_string)
    };
    let is_qualifier =
        |word: &String| ["const", "async", "unsafe", "extern", "safe"].contains(&&**word);
    if words().find(|word| !is_qualifier(word)).as_deref() == Some("fn") {
        return Ok(());
    }
    let is_of_others = |word: &String| word == "unsafe" || word == "async";
    let kind = words().find(|word| !is_of_others(word)).unwrap_or_default();
    let message = match &*kind {
        "struct" | "enum" | "union" => "only functions can be memoized, not types",
        "trait" | "mod" => "only functions can be memoized: put the attribute on each of them",
        "static" | "const" => {
            "only functions can be memoized; for a value that is computed once there is `std::sync::LazyLock`"
        }
        "let" | "|" | "move" => {
            "only functions can be memoized: write the closure as a nested function"
        }
        "gen" if words().any(|word| word == "fn") => {
            "a `gen fn` cannot be memoized: memoize a function that collects what it yields"
        }
        _ => "only functions can be memoized",
    };
    let span = tokens.first().map_or_else(|| input.span(), TokenTree::span);
    Err(syn::Error::new(span, message))
}

/// Reports what cannot be memoized about a signature, each with the remedy.
fn supported(signature: &Signature, errors: &Errors) {
    let Signature {
        constness,
        safety,
        abi,
        variadic,
        ..
    } = signature;
    // A variadic function is `unsafe` and `extern` of necessity.
    let (safety, abi) = match variadic {
        None => (quote!(#safety), quote!(#abi)),
        Some(_) => (quote!(), quote!()),
    };
    for (found, message) in [
        (
            quote!(#constness),
            "a `const fn` cannot be memoized: remove `const`, or memoize a function that calls it",
        ),
        (
            quote!(#variadic),
            "a variadic function cannot be memoized: memoize a function of fixed arguments that calls it",
        ),
        (
            safety,
            "an `unsafe fn` cannot be memoized: memoize a safe function that calls it",
        ),
        (
            abi,
            "an `extern` function cannot be memoized: memoize a function that calls it",
        ),
    ] {
        if !found.is_empty() {
            errors.at(found, message);
        }
    }
    if let ReturnType::Type(_, returns) = &signature.output {
        storable(returns, errors);
    }
}

/// Reports what can be seen in a return type that cannot be stored.
fn storable(returns: &Type, errors: &Errors) {
    if types::is_never(returns) {
        errors.at(
            returns,
            "a function that never returns has nothing to store",
        );
    } else if let Some(found) = types::find_future(returns) {
        let words = tokens::flat(found.clone());
        // What the attribute of the `async-trait` crate has made of an `async fn`.
        let is_made = words.iter().any(|it| it.to_string() == "async_trait");
        let remedy = if is_made {
            "put `#[async_trait]` below `#[memoize]`, which is to see the `async fn`"
        } else {
            "write the function as an `async fn`, and what it returns is stored"
        };
        errors.at(found, format!("a future cannot be stored: {remedy}"));
    } else if let Some(found) = find_impl(returns) {
        errors.at(
            found,
            "a memoized function cannot return `impl Trait`: name the type, or box it",
        );
    } else if types::is_str(returns) {
        errors.at(returns, "a `str` has no size: return a `String`");
    } else if let Some(found) = types::find_borrow(returns) {
        errors.at(
            found,
            "a memoized function cannot return a borrow: return an owned value, or an `Arc` of it",
        );
    }
}
