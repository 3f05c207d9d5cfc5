//! What to say of an option that is none of ours.

use super::OPTIONS;

/// The whole message. Options of other memoizers have a translation, misspelt ones of ours a neighbour.
pub(super) fn message(name: &str) -> String {
    let remedy = foreign(&name.to_lowercase())
        .map(str::to_owned)
        .or_else(|| nearest(&name.to_lowercase(), OPTIONS).map(did_you_mean))
        .unwrap_or_else(|| format!("an option is one of `{}`", OPTIONS.join("`, `")));
    format!("unknown option `{name}`; {remedy}")
}

fn did_you_mean(option: &str) -> String {
    format!("did you mean `{option}`?")
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
    let (distance, name) = names.map(|name| (distance(word, name), name)).min()?;
    (distance <= name.len().max(3) / 3).then_some(name)
}

/// How many letters must be added, dropped, changed or swapped with the next to make `a` of `b`.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            if i == 0 || j == 0 {
                rows[i][j] = i + j;
                continue;
            }
            let is_swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            let swap = if is_swapped {
                rows[i - 2][j - 2] + 1
            } else {
                usize::MAX
            };
            let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let drop_or_add = rows[i - 1][j].min(rows[i][j - 1]) + 1;
            rows[i][j] = change.min(drop_or_add).min(swap);
        }
    }
    rows[a.len()][b.len()]
}
