//! The options of the attribute, as written: each is parsed once and remembers where it stood.

use crate::duration;
use crate::errors::Errors;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::time::Duration;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Expr, ExprLit, ExprUnary, Lit, LitStr, Path, Token, Type, UnOp};

/// An option that has not forgotten where it was written.
#[derive(Clone)]
pub(crate) struct Spanned<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
}

/// The options that were given and make sense each for itself; [`Plan`](crate::plan::Plan) sees whether they do together.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) maxsize: Option<Spanned<Expr>>,
    pub(crate) unbounded: Option<Spanned<()>>,
    pub(crate) ttl: Option<Spanned<Ttl>>,
    pub(crate) policy: Option<Spanned<Policy>>,
    pub(crate) cache_err: Option<Spanned<()>>,
    pub(crate) cache_if: Option<Spanned<Expr>>,
    pub(crate) key: Option<Spanned<Expr>>,
    pub(crate) group: Option<Spanned<LitStr>>,
    pub(crate) name: Option<Spanned<LitStr>>,
    pub(crate) hasher: Option<Spanned<Type>>,
    pub(crate) companions: Option<Spanned<Ident>>,
    pub(crate) krate: Option<Spanned<Path>>,
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
}

const POLICIES: [(&str, Policy); 3] = [
    ("lru", Policy::Lru),
    ("fifo", Policy::Fifo),
    ("soonest_to_expire", Policy::SoonestToExpire),
];

/// Our options, in the order of the README; for the message about an option that is none.
const OPTIONS: [&str; 12] = [
    "maxsize",
    "unbounded",
    "ttl",
    "policy",
    "cache_err",
    "cache_if",
    "key",
    "group",
    "name",
    "hasher",
    "companions",
    "crate",
];

impl Args {
    pub(crate) fn parse(attr: TokenStream, errors: &Errors) -> Self {
        let mut args = Self::default();
        let options = |input: ParseStream<'_>| {
            while !input.is_empty() {
                args.option(input, errors);
                if !input.is_empty() && !input.peek(Token![,]) {
                    let (found, span) = next_token(input);
                    errors.here(
                        span,
                        format!("expected `,` between options, found `{found}`"),
                    );
                    skip_to_comma(input);
                }
                if input.peek(Token![,]) {
                    let _ = input.parse::<Token![,]>();
                }
            }
            Ok(())
        };
        if let Err(error) = options.parse2(attr) {
            errors.add(error);
        }
        args
    }

    /// Parses one option and leaves the input before the comma behind it.
    fn option(&mut self, input: ParseStream<'_>, errors: &Errors) {
        let Ok(key) = input.call(Ident::parse_any) else {
            let (found, span) = next_token(input);
            errors.here(
                span,
                format!("expected an option such as `maxsize = 100`, found `{found}`"),
            );
            return skip_to_comma(input);
        };
        match key.unraw().to_string().as_str() {
            "maxsize" => once(
                &mut self.maxsize,
                key,
                input,
                errors,
                "a number of entries such as `100`",
                entries,
            ),
            "unbounded" => flag(&mut self.unbounded, key, input, errors),
            "ttl" => once(
                &mut self.ttl,
                key,
                input,
                errors,
                "a duration such as \"30s\" or \"5m\"",
                ttl,
            ),
            "policy" => once(
                &mut self.policy,
                key,
                input,
                errors,
                "one of `lru`, `fifo`, `soonest_to_expire`",
                policy,
            ),
            "cache_err" => flag(&mut self.cache_err, key, input, errors),
            "cache_if" => once(
                &mut self.cache_if,
                key,
                input,
                errors,
                "a closure such as `|value| value.is_some()`",
                predicate,
            ),
            "key" => once(
                &mut self.key,
                key,
                input,
                errors,
                "an expression over the arguments",
                as_it_is,
            ),
            "group" => once(
                &mut self.group,
                key,
                input,
                errors,
                "a name such as \"catalogue\"",
                text,
            ),
            "name" => once(
                &mut self.name,
                key,
                input,
                errors,
                "a name such as \"prices\"",
                text,
            ),
            "hasher" => {
                once(
                    &mut self.hasher,
                    key,
                    input,
                    errors,
                    "a type such as `std::hash::RandomState`",
                    as_it_is,
                );
            }
            "companions" => once(
                &mut self.companions,
                key,
                input,
                errors,
                "a name for the companions' type",
                as_it_is,
            ),
            "crate" => once(
                &mut self.krate,
                key,
                input,
                errors,
                "a path to memo_runtime such as `my_crate::memo_runtime`",
                path,
            ),
            other => {
                errors.at(&key, not_an_option(other));
                skip_to_comma(input);
            }
        }
    }
}

/// Parses `= value` into its slot.
fn once<P: Parse, T>(
    slot: &mut Option<Spanned<T>>,
    key: Ident,
    input: ParseStream<'_>,
    errors: &Errors,
    expected: &str,
    check: impl FnOnce(P) -> Result<T, syn::Error>,
) {
    if !input.peek(Token![=]) {
        errors.at(&key, format!("expected `{key} = ..`, with {expected}"));
        return skip_to_comma(input);
    }
    let _ = input.parse::<Token![=]>();
    let (found, span) = next_token(input);
    if input.is_empty() || input.peek(Token![,]) {
        errors.at(&key, format!("expected `{key} = ..`, with {expected}"));
        return;
    }
    let Ok(value) = input.parse::<P>() else {
        errors.here(span, format!("expected {expected}, found `{found}`"));
        return skip_to_comma(input);
    };
    match check(value) {
        Ok(value) => fill(slot, key, value, errors),
        Err(error) => errors.add(error),
    }
}

/// Parses an option that is only there or not.
fn flag(slot: &mut Option<Spanned<()>>, key: Ident, input: ParseStream<'_>, errors: &Errors) {
    if input.is_empty() || input.peek(Token![,]) {
        fill(slot, key, (), errors);
    } else {
        errors.at(
            &key,
            format!("`{key}` takes no value: write `{key}` alone, or leave it out"),
        );
        skip_to_comma(input);
    }
}

fn fill<T>(slot: &mut Option<Spanned<T>>, key: Ident, value: T, errors: &Errors) {
    if slot.is_some() {
        errors.at(&key, format!("`{key}` is given twice"));
    } else {
        *slot = Some(Spanned { key, value });
    }
}

#[expect(clippy::unnecessary_wraps, reason = "one of several checks")]
fn as_it_is<T>(value: T) -> syn::Result<T> {
    Ok(value)
}

fn entries(value: Expr) -> syn::Result<Expr> {
    let wrong = |hint: &str| {
        let found = quote!(#value);
        Err(syn::Error::new_spanned(
            &value,
            format!("expected a number of entries such as `100`, found `{found}`{hint}"),
        ))
    };
    match &value {
        Expr::Lit(ExprLit {
            lit: Lit::Int(number),
            ..
        }) => match number.base10_parse::<u128>() {
            Ok(0) => wrong("; a cache that holds nothing is no cache: remove the attribute"),
            Ok(number) if number > u128::from(u64::MAX) => wrong("; it is too large"),
            Ok(_) => Ok(value),
            Err(_) => wrong("; it is too large"),
        },
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => match text.value().trim().parse::<u64>() {
            Ok(number) => wrong(&format!("; write `maxsize = {number}`")),
            Err(_) => wrong(""),
        },
        Expr::Lit(_)
        | Expr::Unary(ExprUnary {
            op: UnOp::Neg(_), ..
        })
        | Expr::Closure(_) => wrong(""),
        Expr::Path(path) if path.path.is_ident("None") => {
            wrong("; write `unbounded` for a cache without a bound")
        }
        Expr::Call(call) if matches!(&*call.func, Expr::Path(path) if path.path.is_ident("Some")) =>
        {
            let inner = &call.args;
            wrong(&format!("; write `maxsize = {}`", quote!(#inner)))
        }
        _ => Ok(value),
    }
}

fn ttl(value: Expr) -> syn::Result<Ttl> {
    let wrong = |hint: &str| {
        let found = quote!(#value);
        let message =
            format!("expected a duration such as \"30s\" or \"5m\", found `{found}`{hint}");
        Err(syn::Error::new_spanned(&value, message))
    };
    match &value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => match duration::parse(&text.value()) {
            Ok(Duration::ZERO) => Err(syn::Error::new_spanned(
                text,
                "a `ttl` of zero stores nothing: give it a length, or remove the attribute",
            )),
            Ok(duration) => Ok(Ttl::Known(duration)),
            Err(message) => Err(syn::Error::new_spanned(text, message)),
        },
        Expr::Lit(ExprLit {
            lit: Lit::Int(number),
            ..
        }) => wrong(&format!(
            "; for seconds write `ttl = \"{}s\"`",
            number.base10_digits()
        )),
        Expr::Lit(ExprLit {
            lit: Lit::Float(number),
            ..
        }) => wrong(&format!(
            "; for seconds write `ttl = \"{}s\"`",
            number.base10_digits()
        )),
        Expr::Lit(_)
        | Expr::Unary(ExprUnary {
            op: UnOp::Neg(_), ..
        })
        | Expr::Closure(_) => wrong(""),
        Expr::Path(path) if path.path.is_ident("None") => {
            wrong("; leave `ttl` out where nothing expires")
        }
        _ => Ok(Ttl::Expr(Box::new(value))),
    }
}

fn policy(value: Expr) -> syn::Result<Policy> {
    let name = match &value {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => {
            let name = text.value();
            let message = match POLICIES.iter().any(|(policy, _)| *policy == name) {
                true => format!("expected a policy, found a string; write `policy = {name}`"),
                false => {
                    format!("expected one of `lru`, `fifo`, `soonest_to_expire`, found \"{name}\"")
                }
            };
            return Err(syn::Error::new_spanned(&value, message));
        }
        _ => None,
    };
    if let Some((_, policy)) = POLICIES
        .iter()
        .find(|(policy, _)| Some(*policy) == name.as_deref())
    {
        return Ok(*policy);
    }
    let hint = name.and_then(|name| {
        nearest(
            &name.to_lowercase(),
            POLICIES.iter().map(|(policy, _)| *policy),
        )
    });
    let hint = hint.map_or_else(String::new, |policy| format!("; did you mean `{policy}`?"));
    let found = quote!(#value);
    let message =
        format!("expected one of `lru`, `fifo`, `soonest_to_expire`, found `{found}`{hint}");
    Err(syn::Error::new_spanned(&value, message))
}

fn predicate(value: Expr) -> syn::Result<Expr> {
    match &value {
        Expr::Lit(_) => Err(syn::Error::new_spanned(
            &value,
            "expected a closure such as `|value| value.is_some()`, or the path of a function",
        )),
        Expr::Closure(closure) if closure.inputs.len() != 1 => Err(syn::Error::new_spanned(
            &value,
            "expected a closure with one parameter, the value by reference: `|value| value.is_some()`",
        )),
        _ => Ok(value),
    }
}

fn text(value: Expr) -> syn::Result<LitStr> {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) if text.value().trim().is_empty() => Err(syn::Error::new_spanned(
            text,
            "expected a name, found an empty string",
        )),
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Ok(text),
        other => {
            let found = quote!(#other);
            Err(syn::Error::new_spanned(
                &other,
                format!("expected a name in quotes, found `{found}`; write \"{found}\""),
            ))
        }
    }
}

fn path(value: Expr) -> syn::Result<Path> {
    match value {
        Expr::Path(path) if path.qself.is_none() => Ok(path.path),
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => {
            let message = format!(
                "expected a path, found a string; write `crate = {}`",
                text.value()
            );
            Err(syn::Error::new_spanned(text, message))
        }
        other => Err(syn::Error::new_spanned(
            other,
            "expected a path to memo_runtime such as `my_crate::memo_runtime`",
        )),
    }
}

/// What to say of an option that is none of ours: options of other memoizers have a translation, misspelt ones a neighbour.
fn not_an_option(name: &str) -> String {
    let ours = match name.to_lowercase().as_str() {
        "max_size" | "size" | "capacity" | "limit" | "max_entries" | "cap" | "maxlen" | "max"
        | "bound" | "max_capacity" => "`maxsize = ..`",
        "ttl_secs" | "ttl_seconds" | "ttl_millis" | "time" | "timetolive" | "time_to_live"
        | "expire" | "expires" | "expiry" | "time_to_idle" | "tti" | "max_age" => "`ttl = \"30s\"`",
        "eviction" | "evict" | "strategy" | "replacement" => "`policy = lru`",
        "ignore" | "skip" | "exclude" | "skip_args" => "`#[memo(skip)]` on the parameter",
        "convert" | "key_expr" | "hash_key" | "keyfn" | "key_fn" => "`key = ..`",
        "result" | "option" | "cache_ok" | "only_ok" => {
            return format!(
                "unknown option `{name}`: remove it, an `Err` is not stored and a `None` is (`cache_if` can refuse it)"
            );
        }
        "cache_none" => {
            return format!(
                "unknown option `{name}`: remove it, a `None` is stored unless `cache_if` refuses it"
            );
        }
        "cache_error" | "cache_errors" | "cache_failures" => "`cache_err`",
        "when" | "condition" | "only_if" | "filter" => "`cache_if = ..`",
        "tag" | "tags" | "events" | "dependencies" => "`group = \"..\"`",
        "label" | "id" => "`name = \"..\"`",
        "build_hasher" | "hash" => "`hasher = ..`",
        "crate_path" | "krate" => "`crate = ..`",
        "sharedcache" | "shared" | "global" => {
            return format!("unknown option `{name}`: remove it, threads share a cache by default");
        }
        "ty" | "create" | "with" | "refresh" | "sync_lock" | "sync_writes" | "map_error"
        | "disk" => {
            return format!("unknown option `{name}`: there is nothing like it here, remove it");
        }
        "scope" => {
            return "`scope` is not supported yet: one cache is shared by all threads".to_owned();
        }
        "store" => return "`store` is not supported yet: the cache is a static".to_owned(),
        "single_flight" => {
            return "`single_flight` is not supported yet: every miss computes for itself"
                .to_owned();
        }
        "thread_local" | "thread" => {
            return format!("unknown option `{name}`: one cache is shared by all threads");
        }
        other => {
            return match nearest(other, OPTIONS) {
                Some(option) => format!("unknown option `{name}`; did you mean `{option}`?"),
                None => format!(
                    "unknown option `{name}`; there are `{}`",
                    OPTIONS.join("`, `")
                ),
            };
        }
    };
    format!("unknown option `{name}`; did you mean {ours}?")
}

/// The name that `word` is a slip of the keyboard away from, if there is one.
fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let (distance, name) = names
        .into_iter()
        .map(|name| (distance(word, name), name))
        .min()?;
    (distance <= name.len().max(3) / 3).then_some(name)
}

/// How many letters must be added, dropped, changed or swapped with the next to make `a` of `b`.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                let swap = if swapped {
                    rows[i - 2][j - 2] + 1
                } else {
                    change
                };
                change
                    .min(swap)
                    .min(rows[i - 1][j] + 1)
                    .min(rows[i][j - 1] + 1)
            };
        }
    }
    rows[a.len()][b.len()]
}

/// The next token as text, for a message, and where it is.
fn next_token(input: ParseStream<'_>) -> (String, Span) {
    match input.fork().parse::<TokenTree>() {
        Ok(token) => (token.to_token_stream().to_string(), token.span()),
        Err(_) => ("nothing".to_owned(), input.span()),
    }
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        let _ = input.parse::<TokenTree>();
    }
}
