//! Where the companions of a function are, and how they are called there.

use crate::args::Args;
use crate::block::Header;
use crate::function::{Function, Parameter, instance_type, turbofish};
use crate::names;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::{Generics, Visibility, WhereClause};

/// Where the companions of a function are.
pub(crate) struct Home<'a> {
    function: &'a Function,
    /// Of the type that holds them, or in front of their names: the function's, unless the user says otherwise.
    name: Ident,
    kind: Kind<'a>,
}

#[derive(Clone, Copy)]
enum Kind<'a> {
    /// In a type of this name: what a free function gets.
    Type,
    /// In the `impl` that the function stands in, of which no more is known. There no type can be declared.
    Impl,
    /// The same of a block that is known: in itself, in one beside it if it is a trait's, or in a type apart.
    Block(&'a Header),
}

/// Generics, and what is asked of them.
pub(crate) type Conditional = (TokenStream, Option<WhereClause>);

impl<'a> Home<'a> {
    pub(crate) fn of(args: &Args, function: &'a Function, block: Option<&'a Header>) -> Self {
        let own = &function.signature.ident;
        let name = args.companions.as_ref().map_or(own, |it| &it.value);
        let kind = match block {
            Some(header) => Kind::Block(header),
            None if function.is_associated() => Kind::Impl,
            None => Kind::Type,
        };
        Self {
            function,
            name: names::visible(name, name.span()),
            kind,
        }
    }

    /// The type of which they are the only functions, if it is this function's own.
    pub(crate) fn own_type(&self) -> Option<&Ident> {
        matches!(self.kind, Kind::Type).then_some(&self.name)
    }

    /// The name of that type if it would hide one that everybody uses without saying where it comes from.
    pub(crate) fn hides_a_primitive(&self) -> Option<&Ident> {
        self.own_type().filter(|name| is_primitive(name))
    }

    /// The block, if the companions are in a type apart from what the block is for.
    pub(crate) fn apart(&self) -> Option<&'a Header> {
        match self.kind {
            Kind::Block(header) if header.apart.is_some() => Some(header),
            _ => None,
        }
    }

    /// The block, if it is a trait's.
    pub(crate) fn trait_block(&self) -> Option<&'a Header> {
        match self.kind {
            Kind::Block(header) if header.of_trait.is_some() => Some(header),
            _ => None,
        }
    }

    /// The name of a companion: `cache_info`, or `price_cache_info`.
    pub(crate) fn companion(&self, name: &str) -> Ident {
        match self.kind {
            Kind::Type => Ident::new(name, Span::call_site()),
            Kind::Impl | Kind::Block(_) => {
                format_ident!("{}_{name}", self.name.unraw(), span = self.name.span())
            }
        }
    }

    /// The name of one that is nobody's to call: `__cache`, or `__price_cache`.
    pub(crate) fn hidden(&self, name: &str) -> Ident {
        match self.kind {
            Kind::Type => format_ident!("__{name}", span = Span::call_site()),
            Kind::Impl | Kind::Block(_) => {
                format_ident!("__{}_{name}", self.name.unraw(), span = self.name.span())
            }
        }
    }

    /// What stands before a companion's name in the function.
    pub(crate) fn path_in_function(&self) -> TokenStream {
        match self.kind {
            Kind::Type => {
                let (name, turbofish) = (&self.name, self.function.turbofish());
                quote!(#name #turbofish)
            }
            Kind::Impl | Kind::Block(_) => self.path(),
        }
    }

    /// What stands before a companion's name in another.
    pub(crate) fn path(&self) -> TokenStream {
        self.apart().map_or(quote!(Self), Header::type_apart)
    }

    /// What stands behind a companion's name where it is not to be inferred for which instance it is.
    pub(crate) fn turbofish(&self) -> TokenStream {
        match self.kind {
            Kind::Type => TokenStream::new(),
            Kind::Impl | Kind::Block(_) => self.function.turbofish(),
        }
    }

    /// The generics of a companion that takes no arguments: types and constants, which say of what instance it is.
    pub(crate) fn instance(&self) -> Conditional {
        match self.kind {
            Kind::Type => (TokenStream::new(), None),
            Kind::Impl | Kind::Block(_) => taken_apart(self.function.instance()),
        }
    }

    /// The generics of a companion that takes arguments.
    pub(crate) fn generics(&self) -> Conditional {
        match self.kind {
            Kind::Type => (
                self.function.lifetimes(),
                self.function.lifetime_conditions(),
            ),
            Kind::Impl | Kind::Block(_) => taken_apart(self.function.signature.generics.clone()),
        }
    }

    /// A parameter of a companion, of the function's.
    pub(crate) fn declare(&self, parameter: &Parameter) -> TokenStream {
        match self.apart() {
            Some(_) => parameter.without_receiver(),
            None => parameter.declaration(),
        }
    }

    /// How visible the companions are: as the function, and a trait's function is as the trait.
    pub(crate) fn visibility(&self) -> TokenStream {
        match (&self.function.visibility, self.kind) {
            (Visibility::Inherited, Kind::Block(header)) if header.of_trait.is_some() => {
                quote!(pub)
            }
            (visibility, _) => names::visibility(visibility),
        }
    }

    /// How visible the function itself is to be declared.
    pub(crate) fn visibility_of_function(&self) -> Option<&'a Visibility> {
        match self.kind {
            Kind::Block(header) if header.of_trait.is_some() => None,
            _ => Some(&self.function.visibility),
        }
    }

    /// What the cache is called, as an expression for the static.
    pub(crate) fn name_of_cache(&self, runtime: &TokenStream) -> TokenStream {
        let function = self.function.signature.ident.unraw();
        let name = match self.kind {
            Kind::Type => format!("::{function}"),
            Kind::Block(header) => format!("::{}::{function}", header.name()),
            // The type has a name only when the program runs.
            Kind::Impl => return format!("Self::{function}").into_token_stream(),
        };
        quote!(#runtime::concat!(#runtime::module_path!(), #name))
    }

    /// A mention of the function, if it could be taken for unused.
    pub(crate) fn use_of_function(&self) -> Option<TokenStream> {
        let function = &self.function.signature.ident;
        let (function, turbofish) = (
            names::visible(function, function.span()),
            self.function.turbofish(),
        );
        match self.kind {
            // Without the lifetimes it cannot be said that the types will do.
            _ if !turbofish.is_empty() && self.function.lifetime_conditions().is_some() => None,
            Kind::Type => Some(quote!(#function #turbofish)),
            Kind::Block(header) if header.of_trait.is_some() => None,
            Kind::Impl | Kind::Block(_) => Some(quote!(Self::#function #turbofish)),
        }
    }

    /// The type of the static, what tells an instance from the others, as the first of some arguments, and the item that this
    /// needs.
    pub(crate) fn site(&self, runtime: &TokenStream) -> (TokenStream, TokenStream, TokenStream) {
        let types: Vec<_> = match self.kind {
            Kind::Block(header) => header
                .instances()
                .chain(self.function.instances())
                .collect(),
            Kind::Type | Kind::Impl => self.function.instances().collect(),
        };
        let of = match self.kind {
            Kind::Type if !types.is_empty() => {
                return (quote!(Sites), quote!((), Self,), quote!());
            }
            Kind::Type | Kind::Block(_) if types.is_empty() => {
                return (quote!(Site), quote!(), quote!());
            }
            Kind::Type | Kind::Block(_) => quote!(()),
            Kind::Impl => quote!(Self),
        };
        if types.is_empty() {
            return (quote!(Sites), quote!(#of, (),), quote!());
        }
        let name = Ident::new("__MemoInstance", Span::call_site());
        let declared = instance_type(&name, types.iter().copied(), runtime);
        let turbofish = turbofish(types.into_iter().cloned());
        (quote!(Sites), quote!(#of, #name #turbofish,), declared)
    }
}

fn taken_apart(mut generics: Generics) -> Conditional {
    let conditions = generics.where_clause.take();
    (generics.into_token_stream(), conditions)
}

/// Whether everybody uses a type of this name without saying where it comes from.
pub(crate) fn is_primitive(name: &Ident) -> bool {
    const PRIMITIVES: [&str; 17] = [
        "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32",
        "i64", "i128", "isize", "f32", "f64",
    ];
    PRIMITIVES.contains(&&*name.unraw().to_string())
}
