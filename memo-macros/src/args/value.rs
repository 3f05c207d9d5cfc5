//! The values of the options: what is expected of each, and whether it is that.

use super::unknown::nearest;
use super::{Policy, Scope, Ttl, shown};
use crate::duration;
use quote::ToTokens;
use std::time::Duration;
use syn::{Error, Expr, ExprLit, ExprUnary, Lit, LitStr, Path, Result, UnOp};

pub(super) const MAXSIZE: &str = "a number of entries such as `100`";
pub(super) const TTL: &str = "a duration such as \"30s\" or \"5m\"";
pub(super) const POLICY: &str = "one of `lru`, `fifo`, `soonest_to_expire`, `clock_pro`";
pub(super) const SCOPE: &str = "`global` or `thread`";
pub(super) const SINGLE_FLIGHT: &str = "`true`, `false` or a patience such as \"5s\"";
pub(super) const CACHE_IF: &str =
    "a closure such as `|value| value.is_some()`, or a function's path";
pub(super) const KEY: &str = "an expression over the arguments such as `(a, b.len())`";
pub(super) const GROUP: &str = "a name such as \"catalogue\"";
pub(super) const NAME: &str = "a name such as \"prices\"";
pub(super) const HASHER: &str = "a type such as `std::hash::RandomState`";
pub(super) const STORE: &str = "a cache such as `self.prices`";
pub(super) const COMPANIONS: &str = "a name for the companions' type such as `prices`";
pub(super) const CRATE: &str = "a path to memo_runtime such as `my_crate::memo_runtime`";

/// How long a call waits for another's computation before it computes too, unless it is told.
pub(crate) const PATIENCE: Duration = Duration::from_secs(1);

static POLICIES: [(&str, Policy); 4] = [
    ("lru", Policy::Lru),
    ("fifo", Policy::Fifo),
    ("soonest_to_expire", Policy::SoonestToExpire),
    ("clock_pro", Policy::ClockPro),
];

static SCOPES: [(&str, Scope); 2] = [("global", Scope::Global), ("thread", Scope::Thread)];

/// The error about a value that is something else than expected, with a hint behind it or none.
fn wrong(expected: &str, value: &impl ToTokens, hint: &str) -> Error {
    let found = shown(value);
    let message = format!("expected {expected}, found `{found}`{hint}");
    Error::new_spanned(value, message)
}

/// What a value is, as far as one can see without types.
enum Seen<'a> {
    Lit(&'a Lit),
    /// The path of one identifier, as text.
    Word(String),
    /// `Some(..)`, with what is in it.
    Some(String),
    /// What cannot be a number or a duration.
    Impossible,
    Other,
}

fn seen(value: &Expr) -> Seen<'_> {
    match bare(value) {
        Expr::Lit(ExprLit { lit, .. }) => Seen::Lit(lit),
        Expr::Path(path) => match path.path.get_ident() {
            Some(ident) => Seen::Word(ident.to_string()),
            None => Seen::Other,
        },
        Expr::Call(call) => match seen(&call.func) {
            Seen::Word(word) if word == "Some" => Seen::Some(shown(&call.args)),
            _ => Seen::Other,
        },
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_), ..
        })
        | Expr::Array(_)
        | Expr::Assign(_)
        | Expr::Closure(_)
        | Expr::Infer(_)
        | Expr::Let(_)
        | Expr::Range(_)
        | Expr::Tuple(_) => Seen::Impossible,
        _ => Seen::Other,
    }
}

pub(super) fn entries(value: &Expr) -> Result<Expr> {
    let hint = match seen(value) {
        Seen::Lit(Lit::Int(number)) => match number.base10_parse::<u64>() {
            Ok(0) => "; a cache that holds nothing is no cache: remove the attribute".to_owned(),
            Ok(_) => return Ok(value.clone()),
            Err(_) => "; it is too large".to_owned(),
        },
        Seen::Lit(Lit::Str(text)) => match text.value().trim().parse::<u64>() {
            Ok(number) => format!("; write `maxsize = {number}`"),
            Err(_) => String::new(),
        },
        Seen::Word(word) if word == "None" => {
            "; write `unbounded` for a cache without a bound".to_owned()
        }
        Seen::Some(inner) => format!("; write `maxsize = {inner}`"),
        Seen::Lit(_) | Seen::Impossible => String::new(),
        Seen::Word(_) | Seen::Other => return Ok(value.clone()),
    };
    Err(wrong(MAXSIZE, value, &hint))
}

pub(super) fn ttl(value: &Expr) -> Result<Ttl> {
    let hint = match seen(value) {
        Seen::Lit(Lit::Str(text)) => {
            return match duration::parse(&text.value()) {
                Ok(Duration::ZERO) => Err(Error::new_spanned(
                    text,
                    "a `ttl` of zero stores nothing: give it a length, or remove the attribute",
                )),
                Ok(duration) => Ok(Ttl::Known(duration)),
                Err(message) => Err(Error::new_spanned(text, message)),
            };
        }
        Seen::Lit(Lit::Int(number)) => quoted("ttl", number.base10_digits(), number.suffix()),
        Seen::Lit(Lit::Float(number)) => quoted("ttl", number.base10_digits(), number.suffix()),
        Seen::Word(word) if word == "None" => "; leave `ttl` out where nothing expires".to_owned(),
        Seen::Some(inner) => format!("; write `ttl = {inner}`"),
        Seen::Lit(_) | Seen::Impossible => String::new(),
        Seen::Word(_) | Seen::Other => return Ok(Ttl::Expr(Box::new(value.clone()))),
    };
    Err(wrong(TTL, value, &hint))
}

pub(super) fn single_flight(value: &Expr) -> Result<Option<Duration>> {
    let zero = |text| {
        let message = "with a patience of zero nobody waits: write `single_flight = false`";
        Err(Error::new_spanned(text, message))
    };
    let hint = match seen(value) {
        Seen::Lit(Lit::Bool(word)) => return Ok(word.value.then_some(PATIENCE)),
        Seen::Lit(Lit::Str(text)) if ["true", "false"].contains(&&*text.value()) => {
            "; remove the quotes".to_owned()
        }
        Seen::Lit(Lit::Str(text)) => {
            return match duration::parse(&text.value()) {
                Ok(Duration::ZERO) => zero(text.to_token_stream()),
                Ok(patience) => Ok(Some(patience)),
                Err(message) => Err(Error::new_spanned(text, message)),
            };
        }
        Seen::Lit(Lit::Int(number)) if number.base10_digits() == "0" => {
            return zero(number.to_token_stream());
        }
        Seen::Lit(Lit::Int(number)) => {
            quoted("single_flight", number.base10_digits(), number.suffix())
        }
        Seen::Lit(Lit::Float(number)) => {
            quoted("single_flight", number.base10_digits(), number.suffix())
        }
        _ => String::new(),
    };
    Err(wrong(SINGLE_FLIGHT, value, &hint))
}

/// What a number without quotes was meant to be.
fn quoted(option: &str, digits: &str, unit: &str) -> String {
    match duration::parse(&format!("{digits}{unit}")) {
        Ok(_) => format!("; write `{option} = \"{digits}{unit}\"`"),
        Err(_) => format!("; for seconds write `{option} = \"{digits}s\"`"),
    }
}

pub(super) fn cache(value: &Expr) -> Result<Expr> {
    match seen(value) {
        Seen::Lit(_) | Seen::Impossible => Err(wrong(STORE, value, "")),
        _ => Ok(value.clone()),
    }
}

pub(super) fn policy(value: &Expr) -> Result<Policy> {
    one_of(&POLICIES, POLICY, value, |name| match name {
        "lfu" => None, // not a slip of `lru`
        "ttl" | "expiry" | "soonest" | "soonesttoexpire" => Some("soonest_to_expire"),
        "clock" | "clockpro" | "lirs" | "scan_resistant" => Some("clock_pro"),
        other => nearest(other, names(&POLICIES)),
    })
}

pub(super) fn scope(value: &Expr) -> Result<Scope> {
    one_of(&SCOPES, SCOPE, value, |name| match name {
        "thread_local" | "threadlocal" | "local" | "per_thread" => Some("thread"),
        "process" | "shared" | "static" => Some("global"),
        other => nearest(other, names(&SCOPES)),
    })
}

/// The value of the name, or what somebody probably means who writes another.
fn one_of<T: Copy>(
    named: &[(&str, T)],
    expected: &str,
    value: &Expr,
    meant: impl Fn(&str) -> Option<&'static str>,
) -> Result<T> {
    let (name, quoted) = match seen(value) {
        Seen::Word(word) => (word, false),
        Seen::Lit(Lit::Str(text)) => (text.value(), true),
        _ => return Err(wrong(expected, value, "")),
    };
    match named.iter().find(|(own, _)| *own == name) {
        Some((_, value)) if !quoted => return Ok(*value),
        Some(_) => return Err(wrong(expected, value, "; remove the quotes")),
        None => {}
    }
    let hint = match meant(&name.to_lowercase()) {
        Some(own) => format!("; did you mean `{own}`?"),
        None => String::new(),
    };
    Err(wrong(expected, value, &hint))
}

fn names<T>(named: &'static [(&'static str, T)]) -> impl Iterator<Item = &'static str> {
    named.iter().map(|(name, _)| *name)
}

/// The expression without the parentheses round it, which a `macro_rules` adds unseen.
fn bare(value: &Expr) -> &Expr {
    match value {
        Expr::Paren(it) => bare(&it.expr),
        Expr::Group(it) => bare(&it.expr),
        value => value,
    }
}

pub(super) fn predicate(value: &Expr) -> Result<Expr> {
    match bare(value) {
        Expr::Closure(closure) if closure.inputs.len() != 1 => Err(Error::new_spanned(
            value,
            "expected a closure with one parameter, the value by reference: `|value| value.is_some()`",
        )),
        Expr::Closure(_) | Expr::Path(_) => Ok(value.clone()),
        _ => match seen(value) {
            Seen::Lit(_) | Seen::Impossible | Seen::Some(_) => Err(wrong(CACHE_IF, value, "")),
            Seen::Word(_) | Seen::Other => Ok(value.clone()),
        },
    }
}

pub(crate) fn key(value: &Expr) -> Result<Expr> {
    match seen(value) {
        // Some memoizers want the key's type here, as a string.
        Seen::Lit(_) => Err(wrong(
            KEY,
            value,
            "; with a literal for a key all calls would be the same",
        )),
        _ => Ok(value.clone()),
    }
}

pub(super) fn text(value: &Expr) -> Result<LitStr> {
    match seen(value) {
        Seen::Lit(Lit::Str(text)) if text.value().trim().is_empty() => Err(Error::new_spanned(
            text,
            "expected a name, found an empty string",
        )),
        Seen::Lit(Lit::Str(text)) => Ok(text.clone()),
        Seen::Word(word) => Err(wrong(
            "a name in quotes",
            value,
            &format!("; write \"{word}\""),
        )),
        _ => Err(wrong("a name in quotes", value, "")),
    }
}

pub(super) fn path(value: &Expr) -> Result<Path> {
    if let Seen::Lit(Lit::Str(text)) = seen(value) {
        let hint = format!("; write `crate = {}`", text.value());
        return Err(wrong("a path", text, &hint));
    }
    match bare(value) {
        Expr::Path(path) if path.qself.is_none() => Ok(path.path.clone()),
        other => Err(wrong(CRATE, other, "")),
    }
}
