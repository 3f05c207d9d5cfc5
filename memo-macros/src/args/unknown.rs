//! What to say of an option that is none of ours.

use super::OPTIONS;

/// The whole message. Options of other memoizers have a translation, misspelt ones of ours a neighbour.
pub(super) fn message(name: &str) -> String {
    if let Some(later) = later(name) {
        return format!("`{name}` is not supported yet: {later}");
    }
    let remedy = foreign(&name.to_lowercase())
        .map(str::to_owned)
        .or_else(|| nearest(&name.to_lowercase(), OPTIONS).map(did_you_mean))
        .unwrap_or_else(|| format!("an option is one of `{}`", OPTIONS.join("`, `")));
    format!("unknown option `{name}`; {remedy}")
}

fn did_you_mean(option: &str) -> String {
    format!("did you mean `{option}`?")
}

/// Options that are to come, and how things are without them.
fn later(name: &str) -> Option<&'static str> {
    Some(match name {
        "scope" => "one cache is shared by all threads",
        "store" => "the cache is a static",
        "single_flight" => "every miss computes for itself",
        _ => return None,
    })
}

/// What to do about an option of other memoizers, said our way: `names: remedy`, a line each.
fn foreign(name: &str) -> Option<&'static str> {
    include_str!("foreign.txt").lines().find_map(|line| {
        let (names, remedy) = line.split_once(": ")?;
        names.split(' ').any(|it| it == name).then_some(remedy)
    })
}

/// The name that `word` is a slip of the keyboard away from, if there is one.
pub(super) fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let names = names.into_iter();
    let (difference, name) = names.map(|name| (difference(word, name), name)).min()?;
    (difference <= name.len().max(3) / 3).then_some(name)
}

/// How many letters are left of the longer word without the beginning and the end that both have: two that have changed
/// places are one, and a `_` is none.
fn difference(a: &str, b: &str) -> usize {
    fn rest(a: impl IntoIterator<Item = u8>, b: impl IntoIterator<Item = u8>) -> [Vec<u8>; 2] {
        let (mut a, mut b) = (a.into_iter().peekable(), b.into_iter().peekable());
        while a.peek().is_some() && a.peek() == b.peek() {
            a.next();
            b.next();
        }
        [a.collect(), b.collect()]
    }
    let letters = |word: &str| word.replace('_', "").into_bytes();
    let [a, b] = rest(letters(a), letters(b));
    let [a, b] = rest(a.into_iter().rev(), b.into_iter().rev());
    let swapped = a.len() == 2 && a.iter().eq(b.iter().rev());
    a.len().max(b.len()) - usize::from(swapped)
}
