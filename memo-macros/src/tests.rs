//! The macro on token streams: what it says of each mistake, where, and what it leaves of the function.

/// Tests of rows `attribute => place message`, or `attribute => place` where the message is the same for all.
macro_rules! attributes {
    ($($test:ident $(: $all:literal)? { $($attr:literal => $place:literal $($message:literal)?;)+ })+) => { $(
        #[test]
        fn $test() {
            let _all = [$($all,)? ""][0];
            $(one($attr, "fn f(x: u32) -> u32 { x }", $place, [$($message,)? _all][0]);)+
        }
    )+ };
}

/// The same of items, under a bare attribute.
macro_rules! items {
    ($($test:ident $(: $all:literal)? { $($item:literal => $place:literal $($message:literal)?;)+ })+) => { $(
        #[test]
        fn $test() {
            let _all = [$($all,)? ""][0];
            $(one("", $item, $place, [$($message,)? _all][0]);)+
        }
    )+ };
}

mod function;
mod fuzz;
mod item;
mod option;
mod parameter;
mod several;
mod value;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, ImplItem, Item};

/// An error: the source text it stands at, and the message.
type Mistake = (String, String);

/// The macro's output, with the errors taken apart from what is kept of the item.
struct Expansion {
    mistakes: Vec<Mistake>,
    kept: TokenStream,
}

impl Expansion {
    fn of(attr: &str, item: &str) -> Self {
        let parse = |text: &str| -> TokenStream { text.parse().expect("these are tokens") };
        Self::of_tokens(parse(attr), parse(item))
    }

    fn of_tokens(attr: TokenStream, item: TokenStream) -> Self {
        let mut tokens: Vec<_> = crate::expansion(attr, item).into_iter().collect();
        let mut mistakes = Vec::new();
        let mut read = 0;
        while let Some(mistake) = compile_error(&tokens[read..]) {
            mistakes.push(mistake);
            read += COMPILE_ERROR.len();
        }
        let kept = tokens.drain(read..).collect();
        Self { mistakes, kept }
    }
}

/// The shape of `::core::compile_error! { ".." }`.
const COMPILE_ERROR: [&str; 8] = [":", ":", "core", ":", ":", "compile_error", "!", "{"];

/// Reads an error off the front of the tokens. It stands between its first token and its last.
fn compile_error(tokens: &[TokenTree]) -> Option<Mistake> {
    let tokens = tokens.get(..COMPILE_ERROR.len())?;
    let (last, path) = tokens.split_last()?;
    let is_path =
        std::iter::zip(path, COMPILE_ERROR).all(|(token, text)| token.to_string() == text);
    let TokenTree::Group(group) = last else {
        return None;
    };
    let message: syn::LitStr = syn::parse2(group.stream()).ok().filter(|_| is_path)?;
    let place = tokens[0].span().join(last.span())?;
    Some((place.source_text().unwrap_or_default(), message.value()))
}

/// Asserts that there is one mistake, at this token, told with these words, and that nothing was lost over it.
#[track_caller]
fn one(attr: &str, item: &str, place: &str, message: &str) {
    several(attr, item, &[(place, message)]);
}

/// Asserts that these are the mistakes, and that nothing was lost over them.
#[track_caller]
fn several(attr: &str, item: &str, expected: &[(&str, &str)]) {
    let Expansion { mistakes, kept } = Expansion::of(attr, item);
    let mistakes: Vec<_> = mistakes
        .iter()
        .map(|(place, text)| (&**place, &**text))
        .collect();
    assert_eq!(mistakes, expected, "#[memoize({attr})] {item}");
    let item: TokenStream = item.parse().expect("it was parsed before");
    assert_kept(&item, kept, attr);
}

/// Asserts that the item is there still, and a function's companions too.
#[track_caller]
fn assert_kept(item: &TokenStream, kept: TokenStream, attr: &str) {
    if kept.to_string() == item.to_string() {
        // Nothing was understood, and nothing touched.
        return;
    }
    let written = syn::parse2(item.clone()).expect("only what can be parsed is changed");
    let Item::Fn(written) = written else {
        panic!("only functions are changed: {item}");
    };
    let file: syn::File = syn::parse2(kept).expect("what is left is items");
    let Some((Item::Fn(function), companions)) = file.items.split_first() else {
        panic!("the function comes first");
    };
    assert_eq!(text(&function.block), text(&written.block));
    assert_eq!(function.sig.ident, written.sig.ident);
    assert_eq!(text(&function.sig.output), text(&written.sig.output));
    assert_eq!(text(&function.vis), text(&written.vis));
    assert_eq!(without_ours(&function.attrs), without_ours(&written.attrs));
    if let [Item::Struct(_), Item::Impl(block)] = companions {
        assert_companions(block);
    } else {
        // Where they would do harm.
        let harmful = written.sig.receiver().is_some()
            || attr.contains("crate")
            || ["u32", "str"]
                .iter()
                .any(|name| written.sig.ident == name || attr.contains(name));
        assert!(companions.is_empty() && harmful, "no companions of {item}");
    }
}

#[track_caller]
fn assert_companions(block: &syn::ItemImpl) {
    let methods = block.items.iter().map(|item| match item {
        ImplItem::Fn(method) => method.sig.ident.to_string(),
        other => panic!("not a companion: {}", text(other)),
    });
    let methods: Vec<_> = methods.collect();
    for companion in [
        "cache_info",
        "cache_parameters",
        "cache_clear",
        "cache_resize",
        "cache_contains",
        "cache_remove",
    ] {
        assert!(
            methods.iter().any(|method| method == companion),
            "no `{companion}`"
        );
    }
}

fn without_ours(attributes: &[Attribute]) -> Vec<String> {
    let ours = |attribute: &Attribute| {
        let last = attribute.path().segments.last();
        last.is_some_and(|last| last.ident == "memo" || last.ident == "memoize")
    };
    attributes.iter().filter(|it| !ours(it)).map(text).collect()
}

fn text(tokens: &impl ToTokens) -> String {
    tokens.to_token_stream().to_string()
}
