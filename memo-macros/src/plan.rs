//! What is to be generated: options and function brought together. A plan that exists is valid.

use crate::args::{Args, Policy, Spanned};
use crate::errors::Errors;
use crate::function::{Function, Parameter, Treatment, types};
use crate::names;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Expr, Type};

/// Everything the expansion needs to know.
pub(crate) struct Plan<'a> {
    pub(crate) function: &'a Function,
    /// The path of the runtime's hidden module.
    pub(crate) runtime: TokenStream,
    /// The type that holds the companions.
    pub(crate) companions: Ident,
    pub(crate) bound: Bound<'a>,
    pub(crate) policy: Policy,
    /// The options that need no more than to be passed on.
    pub(crate) args: &'a Args,
    /// The key's parts, in order.
    pub(crate) key: Vec<Part<'a>>,
    /// By parameter: whether the companions that look up an entry take it.
    pub(crate) taken: Vec<bool>,
}

/// How many entries there may be.
pub(crate) enum Bound<'a> {
    Default,
    Unbounded,
    Entries(&'a Expr),
}

/// A part of the key.
pub(crate) enum Part<'a> {
    /// The parameter of this index.
    Parameter(usize),
    /// The value of an expression over the parameters.
    Expr(&'a Expr),
}

/// The runtime has lookups for tuples of up to as many parts.
const MOST_PARTS: usize = 12;

impl<'a> Plan<'a> {
    /// Checks what takes two facts to see. Hands the errors back if there were any, from earlier stages too.
    pub(crate) fn new(
        args: &'a Args,
        function: &'a Function,
        errors: Errors,
    ) -> Result<Self, Errors> {
        let bound = match (&args.maxsize, &args.unbounded) {
            (_, Some(unbounded)) => {
                if args.is_given("maxsize") {
                    errors.at(
                        &unbounded.key,
                        "`unbounded` contradicts `maxsize`: give one of them",
                    );
                }
                Bound::Unbounded
            }
            (Some(maxsize), None) => Bound::Entries(&maxsize.value),
            (None, None) => Bound::Default,
        };
        if let (Some(policy), Bound::Unbounded, false) =
            (&args.policy, &bound, args.is_given("maxsize"))
        {
            errors.at(
                &policy.key,
                "`policy` does nothing without a bound: nothing ever has to go",
            );
        }
        let policy = match &args.policy {
            Some(Spanned {
                key,
                value: Policy::SoonestToExpire,
            }) if args.lacks("ttl") => {
                errors.at(
                    key,
                    "`soonest_to_expire` needs a `ttl`: without one nothing expires",
                );
                Policy::SoonestToExpire
            }
            Some(policy) => policy.value,
            None if args.ttl.is_some() => Policy::SoonestToExpire,
            None => Policy::Lru,
        };
        let key = key(args, function, &errors);
        let companions = companions(args, function, &errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        errors.none();
        Ok(Self {
            function,
            runtime: names::runtime(args.krate.as_ref().map(|path| &path.value)),
            companions,
            bound,
            policy,
            args,
            taken: taken(args, function),
            key,
        })
    }
}

/// The name of the companions' type: the function's, unless the user says otherwise.
pub(crate) fn companions_name(args: &Args, function: &Function) -> Ident {
    let ident = args
        .companions
        .as_ref()
        .map_or(&function.signature.ident, |companions| &companions.value);
    names::visible(ident, ident.span())
}

/// Whether a type of this name would hide one that everybody uses without saying where it comes from.
pub(crate) fn hides_a_primitive(name: &Ident) -> bool {
    const PRIMITIVES: [&str; 17] = [
        "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32",
        "i64", "i128", "isize", "f32", "f64",
    ];
    PRIMITIVES.contains(&&*name.unraw().to_string())
}

fn companions(args: &Args, function: &Function, errors: &Errors) -> Ident {
    let name = companions_name(args, function);
    if hides_a_primitive(&name) {
        let message = format!(
            "a type `{name}` for the companions would hide the primitive type: name it with `companions = ..`"
        );
        errors.at(&name, message);
    }
    name
}

fn key<'a>(args: &'a Args, function: &'a Function, errors: &Errors) -> Vec<Part<'a>> {
    let parameters = &function.parameters;
    if args.is_given("key") {
        for parameter in parameters {
            if let Treatment::Expr(expr) = &parameter.treatment {
                errors.at(
                    expr,
                    "`key` on the function already says what the key is: remove one of the two",
                );
            }
        }
        return args.key.iter().map(|key| Part::Expr(&key.value)).collect();
    }
    let parts = parameters.iter().enumerate();
    let parts = parts.filter_map(|(n, parameter)| match &parameter.treatment {
        Treatment::Key => {
            can_be_stored(&parameter.ty, errors);
            Some(Part::Parameter(n))
        }
        Treatment::Skip => None,
        Treatment::Expr(expr) => Some(Part::Expr(expr)),
    });
    let parts: Vec<_> = parts.collect();
    if parts.len() > MOST_PARTS {
        errors.at(
            &function.signature.ident,
            format!(
                "a key has at most {MOST_PARTS} parts, this one has {}: say what identifies a call with `key = ..`, or \
                 leave arguments out with `#[memo(skip)]`",
                parts.len()
            ),
        );
    }
    parts
}

/// Reports an argument that the body may change while its key is in use, or of which no key can be made that outlives it.
fn can_be_stored(ty: &Type, errors: &Errors) {
    if matches!(ty, Type::Reference(reference) if reference.mutability.is_some()) {
        errors.at(
            ty,
            "a `&mut` argument cannot be part of a memo key: leave it out with `#[memo(skip)]`, or pass it by value",
        );
    } else if let Some(borrow) = types::find_inner_borrow(ty) {
        errors.at(
            borrow,
            "what an argument borrows on the inside cannot be part of a memo key: take it owned, leave it out with \
             `#[memo(skip)]`, or put something owned in its place with `#[memo(key = ..)]`",
        );
    }
}

/// By parameter: whether the companions that look up an entry take it. Those that are skipped are left out, unless an
/// expression of the key mentions them.
pub(crate) fn taken(args: &Args, function: &Function) -> Vec<bool> {
    let mentioned = mentioned(args, function);
    let is_taken = |parameter: &Parameter| {
        let mut bound = Vec::new();
        identifiers(parameter.pattern.to_token_stream(), &mut bound);
        !matches!(parameter.treatment, Treatment::Skip)
            || bound.iter().any(|name| mentioned.contains(name))
    };
    function.parameters.iter().map(is_taken).collect()
}

/// Every identifier in the expressions of the key.
pub(crate) fn mentioned(args: &Args, function: &Function) -> Vec<String> {
    let whole = args.key.iter().map(|key| &key.value);
    let parts = function
        .parameters
        .iter()
        .filter_map(|parameter| match &parameter.treatment {
            Treatment::Expr(expr) => Some(&**expr),
            Treatment::Key | Treatment::Skip => None,
        });
    let mut mentioned = Vec::new();
    for expr in whole.chain(parts) {
        identifiers(expr.to_token_stream(), &mut mentioned);
    }
    mentioned
}

fn identifiers(tokens: TokenStream, found: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => found.push(ident.unraw().to_string()),
            TokenTree::Group(group) => identifiers(group.stream(), found),
            TokenTree::Literal(literal) => captures(&literal.to_string(), found),
            TokenTree::Punct(_) => {}
        }
    }
}

/// The names that a string captures, were it one for `format!`.
fn captures(text: &str, found: &mut Vec<String>) {
    let names = text.split('{').skip(1).map(|after| {
        after
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .next()
            .unwrap_or_default()
    });
    found.extend(names.map(str::to_owned));
}
