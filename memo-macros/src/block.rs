//! An `impl` block under the attribute: its header is understood, its memoized functions are taken out, and the rest is
//! carried along unread.

mod unread;

pub(crate) use unread::unmemoized;

use crate::args::{self, Args, Spanned};
use crate::errors::Errors;
use crate::function::{self, borrowing_types, turbofish, types};
use crate::home::is_primitive;
use crate::{names, tokens};
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{
    Attribute, GenericParam, Generics, ImplItemType, Meta, Path, Result, Signature, Token, Type,
    TypePath, Visibility, WhereClause, braced,
};

/// A block, with what is memoized in it.
pub(crate) struct Block {
    pub(crate) header: Header,
    pub(crate) items: Vec<Item>,
}

/// What stands before the braces.
pub(crate) struct Header {
    attributes: Vec<Attribute>,
    safety: Option<Token![unsafe]>,
    negative: Option<Token![!]>,
    pub(crate) generics: Generics,
    pub(crate) of_trait: Option<Path>,
    pub(crate) of: Type,
    /// The types that the trait leaves to its impl.
    pub(crate) associated: Vec<ImplItemType>,
    /// The type for the companions, where they cannot be the type's own.
    pub(crate) apart: Option<Ident>,
    /// Whether there is a mistake in it. Then nothing is memoized in the block.
    pub(crate) is_mistaken: bool,
}

pub(crate) enum Item {
    /// Not ours.
    Other(TokenStream),
    /// A function under an attribute of its own, with what is in that.
    Memoized(TokenStream, TokenStream),
}

/// Whether the item is an `impl` block.
pub(crate) fn is_block(item: &TokenStream) -> bool {
    let starts = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        input.parse::<Option<Token![unsafe]>>()?;
        let is_impl = input.peek(Token![impl]);
        input.parse::<TokenStream>()?;
        Ok(is_impl)
    };
    starts.parse2(item.clone()).unwrap_or_default()
}

impl Block {
    /// Reads a block; nothing if it cannot be read. `options` are those of the block.
    pub(crate) fn parse(item: TokenStream, options: &Args, errors: &Errors) -> Option<Self> {
        let parser = |input: ParseStream<'_>| Self::parse_whole(input, errors);
        let mut block = errors.ok(parser.parse2(item))?;
        options.only(&["companions", "crate"], errors);
        block.header.name_companions(options, errors);
        let told = errors.count();
        let mut items = block.items.iter();
        let is_memoized = items.any(|it| matches!(it, Item::Memoized(..)));
        if is_memoized {
            borrowing_types(&block.header.generics, errors);
            block.header.can_have_companions(options, errors);
        } else if errors.is_empty() {
            errors.at(
                quote!(impl),
                "nothing in this block is memoized: put `#[memoize]` on the functions that are to be, too",
            );
        }
        // An option that is not for a block takes no companions away.
        block.header.is_mistaken |= !is_memoized || errors.count() > told;
        Some(block)
    }

    fn parse_whole(input: ParseStream<'_>, errors: &Errors) -> Result<Self> {
        let mut header = Header::parse(input, errors)?;
        let content;
        braced!(content in input);
        let mut items: Vec<_> = content
            .call(Attribute::parse_inner)?
            .iter()
            .map(|it| Item::Other(it.to_token_stream()))
            .collect();
        while !content.is_empty() {
            items.push(header.item(&content, errors)?);
        }
        Ok(Self { header, items })
    }
}

impl Header {
    fn parse(input: ParseStream<'_>, errors: &Errors) -> Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let safety = input.parse()?;
        input.parse::<Token![impl]>()?;
        let mut generics: Generics = input.parse()?;
        let negative = input.parse::<Option<Token![!]>>()?;
        let mut of: Type = input.parse()?;
        let mut of_trait = None;
        if input.parse::<Option<Token![for]>>()?.is_some() {
            // A `$name:path` of a `macro_rules` comes wrapped.
            let Type::Path(path) = types::bare(&of) else {
                return Err(syn::Error::new_spanned(of, "expected a trait"));
            };
            of_trait = Some(path.path.clone());
            of = input.parse()?;
        }
        generics.where_clause = input.parse::<Option<WhereClause>>()?;
        if let Some(negative) = negative {
            errors.at(negative, "there is nothing to memoize in a negative impl");
        }
        Ok(Self {
            attributes,
            safety,
            negative,
            generics,
            of_trait,
            of,
            associated: Vec::new(),
            apart: None,
            is_mistaken: negative.is_some(),
        })
    }

    /// Reads one item of the block.
    fn item(&mut self, input: ParseStream<'_>, errors: &Errors) -> Result<Item> {
        let mut attributes = input.call(Attribute::parse_outer)?;
        let visibility: Visibility = input.parse()?;
        let ours = attributes.iter().position(function::is_memoize);
        let ours = ours.map(|at| attributes.remove(at));
        let rest = rest_of_item(input)?;
        self.associated.extend(syn::parse2(rest.clone()).ok());
        let item = quote!(#(#attributes)* #visibility #rest);
        let Some(ours) = ours else {
            return Ok(Item::Other(item));
        };
        Ok(Item::Memoized(
            match &ours.meta {
                Meta::Path(_) => TokenStream::new(),
                Meta::List(list) => list.tokens.clone(),
                Meta::NameValue(_) => {
                    errors.at(&ours, "expected `#[memoize]` or `#[memoize(..)]`");
                    TokenStream::new()
                }
            },
            item,
        ))
    }

    /// The block itself, with these items.
    pub(crate) fn with(&self, items: impl Iterator<Item = TokenStream>) -> TokenStream {
        let Self {
            attributes,
            safety,
            negative,
            of,
            ..
        } = self;
        let (generics, _, conditions) = self.generics.split_for_impl();
        let of_trait = self
            .of_trait
            .as_ref()
            .map(|path| quote!(#negative #path for));
        quote!(#(#attributes)* #safety impl #generics #of_trait #of #conditions { #(#items)* })
    }

    /// What is allowed in the block, or looked out for: the same goes for what comes out of it.
    pub(crate) fn lints(&self) -> TokenStream {
        let lints = self.attributes.iter().map(|it| {
            let Meta::List(list) = &it.meta else {
                return TokenStream::new();
            };
            let inside = &list.tokens;
            match list.path.get_ident().map(ToString::to_string).as_deref() {
                Some("allow" | "warn" | "deny" | "forbid") => it.to_token_stream(),
                Some("expect") => quote!(#[allow(#inside)]),
                _ => TokenStream::new(),
            }
        });
        lints.collect()
    }

    /// The lifetimes that are in scope in its functions.
    pub(crate) fn lifetimes(&self) -> Vec<String> {
        let lifetimes = self.generics.lifetimes();
        lifetimes.map(|it| it.lifetime.ident.to_string()).collect()
    }

    /// What decides whether there is a block.
    pub(crate) fn cfg(&self) -> TokenStream {
        let attributes = self.attributes.iter();
        let cfg = attributes.filter(|it| it.path().is_ident("cfg"));
        quote!(#(#cfg)*)
    }

    /// The same tokens where `Self::Output`, which is the trait's, says what it is.
    pub(crate) fn qualified(&self, stream: TokenStream) -> TokenStream {
        let tokens: Vec<_> = stream.into_iter().collect();
        let is = |at: usize, text: &str| tokens.get(at).is_some_and(|it| it.to_string() == text);
        let is_path = |at| is(at, ":") && is(at + 1, ":");
        let (mut qualified, mut at) = (TokenStream::new(), 0);
        while let Some(token) = tokens.get(at) {
            let name = tokens
                .get(at + 3)
                .filter(|_| is(at, "Self") && is_path(at + 1));
            let name = name.map(ToString::to_string).unwrap_or_default();
            let associated = self.associated.iter().find(|it| it.ident == name);
            at += 1;
            match (associated, token) {
                (Some(ImplItemType { generics, ty, .. }), _) if generics.params.is_empty() => {
                    at += 3;
                    let ty = self.qualified(ty.to_token_stream());
                    qualified.extend(if is_path(at) { quote!(<#ty>) } else { ty });
                }
                (Some(_), own) => {
                    let path = &self.of_trait;
                    qualified.extend(quote!(<#own as #path>));
                }
                (None, TokenTree::Group(group)) => {
                    let inside = self.qualified(group.stream());
                    let mut group = Group::new(group.delimiter(), inside);
                    group.set_span(tokens[at - 1].span());
                    qualified.extend([TokenTree::from(group)]);
                }
                (None, other) => qualified.extend([other.clone()]),
            }
        }
        qualified
    }

    /// The type and constant parameters.
    pub(crate) fn instances(&self) -> impl Iterator<Item = &GenericParam> {
        function::instances(&self.generics)
    }

    /// The type apart that holds the companions.
    pub(crate) fn type_apart(&self) -> TokenStream {
        let (name, turbofish) = (&self.apart, turbofish(self.instances().cloned()));
        quote!(#name #turbofish)
    }

    /// What the type is called in the names of its caches.
    pub(crate) fn name(&self) -> String {
        if let Some(apart) = &self.apart {
            return apart.to_string();
        }
        match types::bare(&self.of) {
            Type::Path(it) => it
                .path
                .segments
                .last()
                .map(|it| it.ident.to_string())
                .unwrap_or_default(),
            of => args::shown(of),
        }
    }

    /// Takes the name of a type apart from the options, if there is to be one.
    fn name_companions(&mut self, options: &Args, errors: &Errors) {
        let lacks_value = |name, is_there: bool| options.is_given(name) && !is_there;
        self.is_mistaken |= lacks_value("companions", options.companions.is_some())
            || lacks_value("crate", options.krate.is_some());
        match (&options.companions, &self.of_trait) {
            (Some(apart), None) => errors.at(
                &apart.key,
                "`companions` does nothing here: a type's own functions have their companions beside them",
            ),
            (Some(Spanned { value, .. }), Some(_)) => {
                self.apart = Some(names::visible(value, value.span()));
            }
            (None, _) => {}
        }
    }

    /// Reports a type that no functions can be added to, as far as can be seen.
    fn can_have_companions(&self, options: &Args, errors: &Errors) {
        const APART: &str =
            "name a type for the companions: `#[memoize(companions = ..)]` on the block";
        match (&options.companions, &self.of_trait) {
            (Some(apart), Some(_)) if is_primitive(&apart.value) => errors.at(
                &apart.value,
                format!(
                    "a type `{}` for the companions would hide the primitive type",
                    apart.value
                ),
            ),
            (None, Some(_)) if options.is_given("companions") => {}
            (Some(_), Some(_)) | (_, None) => {}
            (None, Some(_)) => {
                let of = types::bare(&self.of);
                let is_own = |it: &Ident| matches!(of, Type::Path(path) if path.path.is_ident(it));
                let words = tokens::flat(of.to_token_stream());
                let types = || self.generics.type_params().map(|it| &it.ident);
                let parameters = types().chain(self.generics.const_params().map(|it| &it.ident));
                if !matches!(of, Type::Path(_)) || is_of_the_language(of) || types().any(is_own) {
                    errors.at(
                        of,
                        format!("no functions can be added to this type; {APART}"),
                    );
                } else {
                    for it in parameters {
                        if !words.iter().any(|word| *it == word.to_string()) {
                            errors.at(it, format!("`{it}` is not part of the type, so no functions can be added for it; {APART}"));
                        }
                    }
                }
            }
        }
    }
}

/// Whether the type is from the language or its library, as far as the name tells: what everybody uses without saying
/// where it comes from, and what says that it comes from there.
fn is_of_the_language(ty: &Type) -> bool {
    const PRELUDE: [&str; 5] = ["String", "Vec", "Option", "Result", "Box"];
    const LIBRARY: [&str; 3] = ["std", "core", "alloc"];
    let Type::Path(TypePath {
        qself: None, path, ..
    }) = ty
    else {
        return false;
    };
    match path.segments.iter().collect::<Vec<_>>().as_slice() {
        [only] => is_primitive(&only.ident) || PRELUDE.iter().any(|it| only.ident == it),
        [first, ..] => LIBRARY.iter().any(|it| first.ident == it),
        [] => false,
    }
}

/// Everything up to the end of an item.
fn rest_of_item(input: ParseStream<'_>) -> Result<TokenStream> {
    let ahead = input.fork();
    let defaultness = |input: ParseStream<'_>| -> Result<Option<Ident>> {
        let is_default = input.peek(syn::Ident) && input.fork().parse::<Ident>()? == "default";
        if is_default {
            input.parse().map(Some)
        } else {
            Ok(None)
        }
    };
    if defaultness(&ahead).is_ok() && ahead.parse::<Signature>().is_ok() {
        let (default, signature) = (defaultness(input)?, input.parse::<Signature>()?);
        let body: TokenTree = input.parse()?;
        return Ok(quote!(#default #signature #body));
    }
    let mut rest = TokenStream::new();
    while !input.is_empty() {
        let token: TokenTree = input.parse()?;
        let is_macro = rest.to_string().ends_with('!');
        let ends = matches!(&token, TokenTree::Punct(it) if it.as_char() == ';')
            || is_macro && types::block(token.clone()).is_some();
        rest.extend([token]);
        if ends {
            break;
        }
    }
    Ok(rest)
}
