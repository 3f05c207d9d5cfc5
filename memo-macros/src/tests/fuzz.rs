//! Half-written items and random tokens: never a panic, and never is the function lost.

use super::Expansion;
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use std::thread;

/// Functions that have a bit of everything.
const ITEMS: [&str; 8] = [
    "fn f(x: u32) -> u32 { x + 1 }",
    "/// Docs.\n#[inline] #[must_use] #[cfg(unix)] pub(crate) fn price(sku: &str, quantity: u32) -> Option<u64> { Some(1) }",
    "pub fn f<'a, 'b: 'a>(mut a: &'a [u8], (b, c): (u8, Cow<'b, str>), _: Option<&Path>) -> Result<String, Error> where 'b: 'a { todo() }",
    "fn f(#[memo(skip)] out: &mut Vec<u8>, #[memo(key = x.to_bits())] x: f64, r#type: [u8; 4]) -> Arc<dyn Fn(&u8) -> &u8> { x }",
    "pub const async unsafe extern \"C\" fn f<T: Clone, const N: usize>(self: &Rc<Self>, x: impl Fn(T) -> u8, ...) -> impl Iterator<Item = &T> { x }",
    "#[memo] #[memoize] fn u32(#[memo(ignore)] Point { x, .. }: Point, n @ 1..=3: u8) -> ! { loop {} }",
    "impl Shop { #[memoize] fn f(&self) -> u32 { self.x } }",
    "#[derive(Clone)] pub struct S<T> where T: Clone { x: T }",
];

const ATTRIBUTES: [&str; 6] = [
    "",
    "maxsize = 1024, ttl = \"30s\"",
    "unbounded, policy = lru, cache_err, group = \"catalogue\", name = \"prices\"",
    "maxsize = N * (2 + 1), ttl = D::from_secs(5), policy = soonest_to_expire, cache_if = |v: &u8| *v > 3",
    "key = (a.len(), format!(\"{b}\")), hasher = std::hash::BuildHasherDefault<X<u8>>, companions = r#f, crate = ::a::b",
    "max_size = 5, ttl = 30, TimeToLive: 5, result, scope = thread, cache_if = || 1, key = \"x\"",
];

#[test]
fn half_written_items_and_options() {
    for attr in ATTRIBUTES.map(tokens) {
        for item in ITEMS.map(tokens) {
            edits(&item, &mut |half| check(stream(&attr), stream(half)));
        }
        edits(&attr, &mut |half| {
            check(stream(half), stream(&tokens(ITEMS[1])));
        });
    }
}

/// A million, of which each is its own seed: `RANDOM_TOKENS=100000000 cargo test -p memo-macros random` for more.
#[test]
fn random_token_streams() {
    const THREADS: u64 = 2;
    let count = std::env::var("RANDOM_TOKENS").map_or(1_000_000, |count| {
        count.parse().expect("RANDOM_TOKENS is a number")
    });
    thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || {
                let words = Words::new();
                for seed in (0..count).filter(|seed| seed % THREADS == thread) {
                    let mut random = Random(seed);
                    let (attr, item) = words.attribute_and_item(&mut random);
                    check(attr.into_iter().collect(), item.into_iter().collect());
                }
            });
        }
    });
}

/// Expands, and looks for the function in what comes out.
fn check(attr: TokenStream, item: TokenStream) {
    let input = Input(attr, item);
    let Expansion { kept, .. } = Expansion::of_tokens(input.0.clone(), input.1.clone());
    if let Some((name, body)) = function(&input.1) {
        let is_name = |token: &TokenTree| matches!(token, TokenTree::Ident(it) if *it == name);
        assert!(holds(&kept, &is_name), "the name is lost");
        let is_body = |token: &TokenTree| is_block(token) && token.to_string() == body;
        assert!(holds(&kept, &is_body), "the body is lost");
    }
}

/// What is being expanded; tells it if that panics.
struct Input(TokenStream, TokenStream);

impl Drop for Input {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("#[memoize({})] {}", self.0, self.1);
        }
    }
}

/// The name and the body of what might be a function.
fn function(item: &TokenStream) -> Option<(Ident, String)> {
    if crate::block::is_block(item) {
        return None; // it loses attributes of ours
    }
    let tokens: Vec<_> = item.clone().into_iter().collect();
    let body = tokens.last().filter(|last| is_block(last))?.to_string();
    tokens.windows(2).find_map(|pair| match pair {
        [TokenTree::Ident(word), TokenTree::Ident(name)] if word == "fn" => {
            Some((name.clone(), body.clone()))
        }
        _ => None,
    })
}

fn is_block(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// Whether one of the tokens, at any depth, is wanted.
fn holds(tokens: &TokenStream, wanted: &impl Fn(&TokenTree) -> bool) -> bool {
    tokens.clone().into_iter().any(|token| {
        wanted(&token)
            || matches!(&token, TokenTree::Group(group) if holds(&group.stream(), wanted))
    })
}

fn tokens(text: &str) -> Vec<TokenTree> {
    let tokens: TokenStream = text.parse().expect("these are tokens");
    tokens.into_iter().collect()
}

fn stream(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}

/// All that is left when one token is dropped, doubled, or the last that was written, at any depth.
fn edits(tokens: &[TokenTree], half: &mut dyn FnMut(&[TokenTree])) {
    for (n, token) in tokens.iter().enumerate() {
        half(&tokens[..n]);
        half(&[&tokens[..n], &tokens[n + 1..]].concat());
        half(&[&tokens[..=n], &tokens[n..]].concat());
        if let TokenTree::Group(group) = token {
            let within: Vec<_> = group.stream().into_iter().collect();
            edits(&within, &mut |within| {
                let group = TokenTree::Group(Group::new(group.delimiter(), stream(within)));
                half(&[&tokens[..n], std::slice::from_ref(&group)].concat());
                half(&[&tokens[..n], &[group], &tokens[n + 1..]].concat());
            });
        }
    }
}

/// A random number generator (splitmix64) of which every seed is good.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let high = u128::from(word ^ (word >> 31)) * bound as u128;
        usize::try_from(high >> 64).expect("it is less than the bound")
    }

    fn one_of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }
}

/// What random input is made of: tokens that mean something to the macro, and whole pieces of real input.
struct Words {
    /// Of an attribute, then of an item.
    alphabets: [Vec<TokenTree>; 2],
    attributes: Vec<Vec<TokenTree>>,
    items: Vec<Vec<TokenTree>>,
}

impl Words {
    fn new() -> Self {
        let attribute = "maxsize unbounded ttl policy cache_err cache_if key group name hasher companions crate scope \
            max_size lru fifo soonest_to_expire true None Some x |v| = = = = , , , , : . :: - ! ; @ # < > & 0 100 1.5 99999999999999999999 \
            \"30s\" \"\" \"thirty\" 'c' b\"x\" 'a";
        let item = "fn fn fn f g x T self Self mut ref const async unsafe extern pub crate impl dyn for where static struct trait \
            u32 str Option memo memoize skip key cfg doc _ & & , , : : ; -> -> => :: ... .. = # ! < > ' 'a 'static @ | * + ? $ ~ \
            0 \"C\" 1.5 'c' self";
        Self {
            alphabets: [attribute, item].map(tokens),
            attributes: ATTRIBUTES.map(tokens).into(),
            items: ITEMS.map(tokens).into(),
        }
    }

    /// Half of the time real input with a few changes, else anything.
    fn attribute_and_item(&self, random: &mut Random) -> (Vec<TokenTree>, Vec<TokenTree>) {
        let attr = match random.below(2) {
            0 => self.anything(0, 12, 2, random),
            _ => self.changed(0, random.one_of(&self.attributes), random),
        };
        let item = match random.below(8) {
            0 => self.changed(1, random.one_of(&self.items), random),
            1 | 2 => self.function(random),
            _ => self.anything(1, 16, 3, random),
        };
        (attr, item)
    }

    fn anything(
        &self,
        of: usize,
        length: usize,
        depth: usize,
        random: &mut Random,
    ) -> Vec<TokenTree> {
        let length = random.below(length);
        (0..length).map(|_| self.token(of, depth, random)).collect()
    }

    fn token(&self, of: usize, depth: usize, random: &mut Random) -> TokenTree {
        const DELIMITERS: [Delimiter; 4] = [
            Delimiter::Parenthesis,
            Delimiter::Brace,
            Delimiter::Bracket,
            Delimiter::None,
        ];
        if depth > 0 && random.below(6) == 0 {
            let within = self.anything(of, 8, depth - 1, random);
            return Group::new(random.one_of(&DELIMITERS), stream(&within)).into();
        }
        match random.below(40) {
            0 => Literal::usize_unsuffixed(random.below(1 << 40)).into(),
            1 => Literal::string(random.one_of::<&str>(&["5s", "1h 30", "\u{663}s", "\n", "{x}"]))
                .into(),
            2 => Punct::new(random.one_of(&['&', '\'', '<', '-', ':']), Spacing::Joint).into(),
            3 => Ident::new_raw("type", Span::call_site()).into(),
            _ => random.one_of(&self.alphabets[of]),
        }
    }

    /// Something that has the outline of a function.
    fn function(&self, random: &mut Random) -> Vec<TokenTree> {
        let group = |delimiter, length, random: &mut Random| {
            let within = self.anything(1, length, 2, random);
            TokenTree::Group(Group::new(delimiter, stream(&within)))
        };
        let parameters = group(Delimiter::Parenthesis, 12, random);
        let body = group(Delimiter::Brace, 5, random);
        let returns = self.anything(1, 6, 1, random);
        // Not parsed: the source of all that is parsed is kept, and here a million times.
        let word = |text| TokenTree::from(Ident::new(text, Span::call_site()));
        let arrow = [('-', Spacing::Joint), ('>', Spacing::Alone)];
        let arrow = arrow.map(|(c, spacing)| TokenTree::from(Punct::new(c, spacing)));
        let head = [word("fn"), word("f"), parameters];
        [&head[..], &arrow, &returns, &[body]].concat()
    }

    /// Real input in which up to four tokens were dropped, replaced, doubled or put in.
    fn changed(
        &self,
        of: usize,
        mut tokens: Vec<TokenTree>,
        random: &mut Random,
    ) -> Vec<TokenTree> {
        for _ in 0..random.below(5) {
            if tokens.is_empty() {
                break;
            }
            let n = random.below(tokens.len());
            match (random.below(5), &tokens[n]) {
                (0, _) => drop(tokens.remove(n)),
                (1, token) => tokens.insert(n, token.clone()),
                (2, _) => tokens.insert(n, self.token(of, 2, random)),
                (_, TokenTree::Group(group)) => {
                    let within = group.stream().into_iter().collect();
                    let within = self.changed(of, within, random);
                    tokens[n] = Group::new(group.delimiter(), stream(&within)).into();
                }
                _ => tokens[n] = self.token(of, 2, random),
            }
        }
        tokens
    }
}
