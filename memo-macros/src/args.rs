//! The options of the attribute, as written: each is parsed once and remembers where it stood.

mod unknown;
mod value;

pub(crate) use value::{PATIENCE, key};

use crate::errors::Errors;
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use std::time::Duration;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Expr, LitStr, Path, Token, Type};

/// An option that has not forgotten where it was written.
#[derive(Clone)]
pub(crate) struct Spanned<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
}

/// An option stands for its value.
impl<T: ToTokens> ToTokens for Spanned<T> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.value.to_tokens(tokens);
    }
}

/// The options that were given and make sense each for itself; [`Plan`](crate::plan::Plan) sees whether they do together.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) maxsize: Option<Spanned<Expr>>,
    pub(crate) unbounded: Option<Spanned<()>>,
    pub(crate) ttl: Option<Spanned<Ttl>>,
    pub(crate) policy: Option<Spanned<Policy>>,
    pub(crate) scope: Option<Spanned<Scope>>,
    /// How long to wait for another caller's computation; `None` for not at all.
    pub(crate) single_flight: Option<Spanned<Option<Duration>>>,
    pub(crate) cache_err: Option<Spanned<()>>,
    pub(crate) cache_if: Option<Spanned<Expr>>,
    pub(crate) key: Option<Spanned<Expr>>,
    pub(crate) group: Option<Spanned<LitStr>>,
    pub(crate) name: Option<Spanned<LitStr>>,
    pub(crate) hasher: Option<Spanned<Type>>,
    /// The cache to use, in place of one of the function's own.
    pub(crate) store: Option<Spanned<Expr>>,
    pub(crate) companions: Option<Spanned<Ident>>,
    pub(crate) krate: Option<Spanned<Path>>,
    /// The names of all options that were given, those whose value is wrong too.
    given: Vec<Ident>,
    /// Whether there was an option that is none of ours.
    unknown: bool,
}

#[derive(Clone)]
pub(crate) enum Ttl {
    Known(Duration),
    Expr(Box<Expr>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    Lru,
    Fifo,
    SoonestToExpire,
    ClockPro,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Global,
    Thread,
}

impl Policy {
    /// Whether it goes by when entries die.
    pub(crate) fn needs_ttl(self) -> bool {
        self == Self::SoonestToExpire
    }
}

/// Our options, in the order of the README; for the message about an option that is none.
const OPTIONS: [&str; 15] = [
    "maxsize",
    "unbounded",
    "ttl",
    "policy",
    "scope",
    "single_flight",
    "cache_err",
    "cache_if",
    "key",
    "group",
    "name",
    "hasher",
    "store",
    "companions",
    "crate",
];

impl Args {
    pub(crate) fn parse(attr: TokenStream, errors: &Errors) -> Self {
        let mut args = Self::default();
        let options = |input: ParseStream<'_>| {
            while !input.is_empty() {
                args.option(input, errors);
                separator(input, errors);
            }
            Ok(())
        };
        errors.ok(options.parse2(attr));
        args
    }

    /// The options of a function in a block: the block says what is for all.
    pub(crate) fn inside(mut self, block: &Self) -> Self {
        if !self.is_given("crate") {
            self.krate.clone_from(&block.krate);
        }
        self
    }

    /// Reports the options that a cache has which is not the function's own.
    pub(crate) fn leave_to(&self, store: &Ident, errors: &Errors) {
        const ITS_OWN: [&str; 9] = [
            "maxsize",
            "unbounded",
            "ttl",
            "policy",
            "scope",
            "single_flight",
            "group",
            "name",
            "hasher",
        ];
        for key in self
            .given
            .iter()
            .filter(|it| ITS_OWN.contains(&&*it.unraw().to_string()))
        {
            let remedy = if key == "hasher" || key == "scope" {
                "remove it".to_owned()
            } else {
                format!("say it where the cache is built, `Cache::builder().{key}(..)`")
            };
            errors.at(
                key,
                format!("with `{store}`, `{key}` is not the function's: {remedy}"),
            );
        }
    }

    /// Reports every option but these: what is not for a block is for the functions in it.
    pub(crate) fn only(&self, allowed: &[&str], errors: &Errors) {
        for key in self
            .given
            .iter()
            .filter(|it| !allowed.contains(&&*it.unraw().to_string()))
        {
            if OPTIONS.contains(&&*key.unraw().to_string()) {
                errors.at(key, format!("`{key}` belongs on the functions in the block: `#[memoize({key} ..)]` there"));
            }
        }
    }

    /// Whether each thread is to have a cache of its own.
    pub(crate) fn is_by_thread(&self) -> bool {
        self.scope.as_ref().map(|it| it.value) == Some(Scope::Thread)
    }

    /// Whether the option was written, be its value right or wrong.
    pub(crate) fn is_given(&self, option: &str) -> bool {
        self.given.iter().any(|given| given.unraw() == option)
    }

    /// Whether the option is missing for certain: an unknown one might be meant to be it, and has its error already.
    pub(crate) fn lacks(&self, option: &str) -> bool {
        !self.is_given(option) && !self.unknown
    }

    /// Parses one option and leaves the input before the comma behind it.
    fn option(&mut self, input: ParseStream<'_>, errors: &Errors) {
        let Ok(key) = input.call(Ident::parse_any) else {
            let (found, span) = next_token(input);
            let message = format!("expected an option such as `maxsize = 100`, found `{found}`");
            errors.here(span, message);
            return skip_to_comma(input);
        };
        let name = key.unraw().to_string();
        if self.is_given(&name) && OPTIONS.contains(&&*name) {
            errors.at(&key, format!("`{name}` is given twice"));
        }
        self.given.push(key.clone());
        let option = Given { key, input, errors };
        match &*name {
            "maxsize" => option.with(&mut self.maxsize, value::MAXSIZE, value::entries),
            "unbounded" => option.flag(&mut self.unbounded),
            "ttl" => option.with(&mut self.ttl, value::TTL, value::ttl),
            "policy" => option.with(&mut self.policy, value::POLICY, value::policy),
            "scope" => option.with(&mut self.scope, value::SCOPE, value::scope),
            "single_flight" => {
                option.with(
                    &mut self.single_flight,
                    value::SINGLE_FLIGHT,
                    value::single_flight,
                );
            }
            "cache_err" => option.flag(&mut self.cache_err),
            "cache_if" => option.with(&mut self.cache_if, value::CACHE_IF, value::predicate),
            "key" => option.with(&mut self.key, value::KEY, value::key),
            "group" => option.with(&mut self.group, value::GROUP, value::text),
            "name" => option.with(&mut self.name, value::NAME, value::text),
            "hasher" => option.with(&mut self.hasher, value::HASHER, |it: &Type| Ok(it.clone())),
            "store" => option.with(&mut self.store, value::STORE, value::cache),
            "companions" => option.with(&mut self.companions, value::COMPANIONS, |it: &Ident| {
                Ok(it.clone())
            }),
            "crate" => option.with(&mut self.krate, value::CRATE, value::path),
            _ => {
                self.unknown = true;
                errors.at(&option.key, unknown::message(&name));
                skip_to_comma(input);
            }
        }
    }
}

/// An option whose name has been read and whose value is to come.
struct Given<'a, 'input> {
    key: Ident,
    input: ParseStream<'input>,
    errors: &'a Errors,
}

impl Given<'_, '_> {
    /// Parses `= value` into its slot.
    fn with<P: Parse, T>(
        self,
        slot: &mut Option<Spanned<T>>,
        expected: &str,
        check: impl FnOnce(&P) -> syn::Result<T>,
    ) {
        let Self { key, input, errors } = self;
        let ends = |input: ParseStream<'_>| input.is_empty() || input.peek(Token![,]);
        if input.parse::<Token![=]>().is_err() || ends(input) {
            errors.at(&key, format!("expected `{key} = ..`, with {expected}"));
            return skip_to_comma(input);
        }
        let (found, span) = next_token(input);
        let quoted = input.peek(LitStr);
        let Ok(value) = input.parse::<P>() else {
            let hint = if quoted { "; remove the quotes" } else { "" };
            errors.here(span, format!("expected {expected}, found `{found}`{hint}"));
            return skip_to_comma(input);
        };
        if let Some(value) = errors.ok(check(&value)) {
            *slot = Some(Spanned { key, value });
        }
    }

    /// Parses an option that is only there or not.
    fn flag(self, slot: &mut Option<Spanned<()>>) {
        let Self { key, input, errors } = self;
        if !input.is_empty() && !input.peek(Token![,]) {
            let message = format!("`{key}` takes no value: write `{key}` alone, or leave it out");
            errors.at(&key, message);
            skip_to_comma(input);
        }
        *slot = Some(Spanned { key, value: () });
    }
}

/// Parses the comma behind an option. Where one is missing the next option is read all the same.
fn separator(input: ParseStream<'_>, errors: &Errors) {
    if !input.is_empty() && !input.peek(Token![,]) {
        let (found, span) = next_token(input);
        let message = format!("expected `,` between options, found `{found}`");
        errors.here(span, message);
        if OPTIONS.contains(&&*found) {
            return;
        }
        skip_to_comma(input);
    }
    let _ = input.parse::<Option<Token![,]>>();
}

/// The next token as text, for a message, and where it is.
fn next_token(input: ParseStream<'_>) -> (String, Span) {
    match input.fork().parse::<TokenTree>() {
        Ok(token) => (shown(&token), token.span()),
        Err(_) => ("nothing".to_owned(), input.span()),
    }
}

/// Tokens in a message: blanks only where they are needed, and not pages of it.
pub(crate) fn shown(tokens: &impl ToTokens) -> String {
    const LONGEST: usize = 60;
    let mut text = String::new();
    write(tokens.to_token_stream(), &mut text);
    if text.chars().count() > LONGEST {
        text = text.chars().take(LONGEST).chain("..".chars()).collect();
    }
    text
}

fn write(tokens: TokenStream, text: &mut String) {
    for token in tokens {
        let is_word = matches!(token, TokenTree::Ident(_) | TokenTree::Literal(_));
        let behind_word = text.ends_with(|c: char| c.is_alphanumeric() || "_\"".contains(c));
        if text.ends_with(',') || is_word && behind_word {
            text.push(' ');
        }
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                write(group.stream(), text);
                text.push_str(close);
            }
            other => text.push_str(&other.to_string()),
        }
    }
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        let _ = input.parse::<TokenTree>();
    }
}
