//! What is to be generated: options and function brought together. A plan that exists is valid.

use crate::args::{Args, Policy, Spanned};
use crate::block::Header;
use crate::errors::Errors;
use crate::function::{Function, Parameter, Treatment, borrowing_types, types};
use crate::home::Home;
use crate::{names, tokens};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Expr, Type};

/// Everything the expansion needs to know.
pub(crate) struct Plan<'a> {
    pub(crate) function: &'a Function,
    /// The path of the runtime's hidden module.
    pub(crate) runtime: TokenStream,
    /// Where the companions are.
    pub(crate) home: Home<'a>,
    pub(crate) bound: Bound<'a>,
    pub(crate) policy: Policy,
    /// The options that need no more than to be passed on.
    pub(crate) args: &'a Args,
    /// The key's parts, in order.
    pub(crate) key: Vec<Part<'a>>,
    /// What the companions that look up an entry take.
    pub(crate) taken: Vec<&'a Parameter>,
    /// The parameters whose patterns have names that the key's expressions mention.
    pub(crate) destructured: Vec<&'a Parameter>,
}

/// How many entries there may be.
pub(crate) enum Bound<'a> {
    Default,
    Unbounded,
    Entries(&'a Expr),
}

/// A part of the key.
pub(crate) enum Part<'a> {
    /// An argument as it is.
    Parameter(&'a Parameter),
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
        block: Option<&'a Header>,
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
        let unbounded = matches!(bound, Bound::Unbounded) && !args.is_given("maxsize");
        match &args.policy {
            Some(Spanned { key, .. }) if unbounded => errors.at(
                key,
                "`policy` does nothing without a bound: nothing ever has to go",
            ),
            Some(Spanned { key, value }) if value.needs_ttl() && args.lacks("ttl") => errors.at(
                key,
                "`soonest_to_expire` needs a `ttl`: without one nothing expires",
            ),
            _ => {}
        }
        let policy = args.policy.as_ref().map(|policy| policy.value);
        if let Some(store) = &args.store {
            args.leave_to(&store.key, &errors);
            can_be_used(&store.value, function, &errors);
        } else {
            borrowing_types(&function.signature.generics, &errors);
        }
        if let Some(it) = args
            .single_flight
            .as_ref()
            .filter(|_| args.is_by_thread() && !function.is_async())
        {
            errors.at(
                &it.key,
                "`single_flight` does nothing with `scope = thread`: there is nobody else to wait for",
            );
        }
        let key = key(args, function, block, &errors);
        let home = home(args, function, block, &errors);
        let is_mistaken = block.is_some_and(|it| it.is_mistaken);
        if !errors.is_empty() || function.is_refused() || is_mistaken {
            return Err(errors);
        }
        Ok(Self {
            function,
            runtime: names::runtime(args.krate.as_ref().map(|path| &path.value)),
            home,
            bound,
            policy: policy.unwrap_or(if args.ttl.is_some() {
                Policy::SoonestToExpire
            } else {
                Policy::Lru
            }),
            args,
            taken: taken(args, function),
            destructured: destructured(args, function),
            key,
        })
    }

    /// What the runtime has of this name, where each thread has a cache of its own and where not.
    pub(crate) fn scoped(&self, name: &str) -> Ident {
        let name = match name {
            name if !self.args.is_by_thread() => name.to_owned(),
            name if name.starts_with(char::is_lowercase) => format!("{name}_for_one"),
            name => format!("{name}ForOne"),
        };
        Ident::new(&name, Span::call_site())
    }

    /// The arguments that a key can be shown as; of an expression's value no argument can be made.
    pub(crate) fn shown(&self) -> Option<Vec<&'a Parameter>> {
        let parts = self.key.iter().map(|part| match part {
            Part::Parameter(parameter) => Some(*parameter),
            Part::Expr(_) => None,
        });
        parts.collect()
    }
}

fn home<'a>(
    args: &Args,
    function: &'a Function,
    block: Option<&'a Header>,
    errors: &Errors,
) -> Home<'a> {
    let home = Home::of(args, function, block);
    if let Some(name) = home.hides_a_primitive() {
        let message = format!(
            "a type `{name}` for the companions would hide the primitive type: name it with `companions = ..`"
        );
        errors.at(name, message);
    }
    home
}

fn key<'a>(
    args: &'a Args,
    function: &'a Function,
    block: Option<&Header>,
    errors: &Errors,
) -> Vec<Part<'a>> {
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
    let parts = parameters.iter();
    // A receiver that has the cache is not part of the key.
    let has_store = args
        .store
        .as_ref()
        .is_some_and(|it| is_receivers(&it.value));
    let parts = parts.filter_map(|parameter| match &parameter.treatment {
        Treatment::Key if has_store && parameter.receiver.is_some() => None,
        Treatment::Key => {
            can_be_stored(&parameter.ty, block, errors);
            Some(Part::Parameter(parameter))
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
fn can_be_stored(ty: &Type, block: Option<&Header>, errors: &Errors) {
    let own_borrow = || {
        let borrows = block.is_some_and(|block| types::find_borrow(&block.of).is_some());
        let mut words = identifiers(ty.to_token_stream());
        (borrows && words.any(|it| it == "Self")).then(|| ty.to_token_stream())
    };
    if matches!(ty, Type::Reference(reference) if reference.mutability.is_some()) {
        errors.at(
            ty,
            "a `&mut` argument cannot be part of a memo key: leave it out with `#[memo(skip)]`, or pass it by value",
        );
    } else if let Some(borrow) = types::find_inner_borrow(ty).or_else(own_borrow) {
        errors.at(
            borrow,
            "what an argument borrows on the inside cannot be part of a memo key: take it owned, leave it out with \
             `#[memo(skip)]`, or put something owned in its place with `#[memo(key = ..)]`",
        );
    }
}

/// The parameters of the companions that look up an entry: all but those that are skipped and that no expression of the
/// key mentions.
pub(crate) fn taken<'a>(args: &Args, function: &'a Function) -> Vec<&'a Parameter> {
    let mentioned = mentioned(args, function);
    let is_taken =
        |it: &&Parameter| !matches!(it.treatment, Treatment::Skip) || binds_one_of(&mentioned, it);
    function.parameters.iter().filter(is_taken).collect()
}

fn destructured<'a>(args: &Args, function: &'a Function) -> Vec<&'a Parameter> {
    let mentioned = mentioned(args, function);
    let is_mentioned = |it: &&Parameter| it.is_destructured() && binds_one_of(&mentioned, it);
    function.parameters.iter().filter(is_mentioned).collect()
}

/// Whether one of the names is the parameter's, or one of those its pattern has.
fn binds_one_of(names: &[String], parameter: &Parameter) -> bool {
    let mut bound = identifiers(parameter.pattern.to_token_stream());
    bound.any(|name| names.contains(&name))
}

/// Whether the cache is the receiver's: the expression begins with `self`.
fn is_receivers(store: &Expr) -> bool {
    let tokens = tokens::flat(store.to_token_stream());
    let mut words = tokens
        .iter()
        .skip_while(|it| matches!(it, TokenTree::Punct(_)));
    let is_self = matches!(words.next(), Some(TokenTree::Ident(it)) if it == "self");
    let is_path = matches!(words.next(), Some(TokenTree::Punct(it)) if it.as_char() == ':');
    is_self && !is_path
}

/// The receiver, if the cache cannot be found without it.
pub(crate) fn holds_cache<'a>(args: &Args, function: &'a Function) -> Option<&'a Parameter> {
    let receiver = function.parameters.first()?;
    let store = args.store.as_ref()?.to_token_stream();
    let mentions_it = names::without_self(store.clone()).to_string() != store.to_string();
    (receiver.receiver.is_some() && mentions_it).then_some(receiver)
}

/// Reports a cache that cannot be found where companions are, or that the body would take away.
fn can_be_used(store: &Expr, function: &Function, errors: &Errors) {
    let receiver = function.signature.receiver();
    if receiver.is_none() && is_receivers(store) {
        errors.at(
            store,
            "there is no `self` here: take `&self`, or name a static",
        );
    }
    let words: Vec<_> = identifiers(store.to_token_stream()).collect();
    let arguments = function
        .parameters
        .iter()
        .filter(|it| it.receiver.is_none());
    if let Some(argument) = arguments.into_iter().find(|it| binds_one_of(&words, it)) {
        errors.at(
            store,
            format!(
                "a `store` cannot depend on `{}`: companions have no arguments but `self`",
                argument.name
            ),
        );
    }
    let is_shared = |ty: &Type| matches!(ty, Type::Reference(it) if it.mutability.is_none());
    if let Some(own) = function
        .parameters
        .first()
        .filter(|it| it.receiver.is_some())
    {
        if is_receivers(store) && !is_shared(&own.ty) {
            errors.at(
                &own.ty,
                "with a `store` of its own the receiver is `&self`: the cache is in use while the body runs",
            );
        }
    }
}

/// Every identifier in the expressions of the key, and of the cache.
pub(crate) fn mentioned(args: &Args, function: &Function) -> Vec<String> {
    let whole = args.key.iter().chain(&args.store);
    let whole = whole.map(|it| &it.value);
    let parts = function
        .parameters
        .iter()
        .filter_map(|parameter| match &parameter.treatment {
            Treatment::Expr(expr) => Some(&**expr),
            Treatment::Key | Treatment::Skip => None,
        });
    let exprs = whole.chain(parts);
    exprs
        .flat_map(|expr| identifiers(expr.to_token_stream()))
        .collect()
}

fn identifiers(tokens: TokenStream) -> impl Iterator<Item = String> {
    let found = tokens::flat(tokens).into_iter().map(|token| match token {
        TokenTree::Ident(ident) => vec![ident.unraw().to_string()],
        TokenTree::Literal(literal) => captures(&literal.to_string()),
        TokenTree::Group(_) | TokenTree::Punct(_) => Vec::new(),
    });
    found.flatten()
}

/// The names that a string captures, were it one for `format!`.
fn captures(text: &str) -> Vec<String> {
    let is_of_a_name = |c: char| c.is_alphanumeric() || c == '_';
    let names = text.split('{').skip(1).map(|after| {
        let end = after.find(|c| !is_of_a_name(c));
        after[..end.unwrap_or(after.len())].to_owned()
    });
    names.collect()
}
