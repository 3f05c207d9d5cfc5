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

/// Options of other memoizers, said our way.
fn foreign(name: &str) -> Option<&'static str> {
    Some(match name {
        "max_size" | "size" | "capacity" | "limit" | "max_entries" | "cap" | "maxlen" | "max"
        | "bound" | "max_capacity" | "max_len" | "entries" | "max_items" => {
            "did you mean `maxsize = ..`?"
        }
        "unlimited" | "no_limit" | "nolimit" | "infinite" => "did you mean `unbounded`?",
        "ttl_secs" | "ttl_seconds" | "ttl_millis" | "ttl_ms" | "time" | "timetolive"
        | "time_to_live" | "expire" | "expires" | "expiry" | "expiration" | "expires_in"
        | "max_age" | "lifetime" | "duration" | "timeout" => "did you mean `ttl = \"30s\"`?",
        "time_to_idle" | "tti" | "time_refresh" => {
            "did you mean `ttl = \"30s\"`? a read does not extend it"
        }
        "eviction" | "evict" | "strategy" | "replacement" | "eviction_policy" | "algorithm" => {
            "did you mean `policy = lru`?"
        }
        "lru" | "fifo" | "soonest_to_expire" => "did you mean `policy = ..`?",
        "ignore" | "skip" | "exclude" | "skip_args" | "ignore_args" | "skip_all" => {
            "did you mean `#[memo(skip)]` on the parameter?"
        }
        "convert" | "key_expr" | "hash_key" | "keyfn" | "key_fn" | "key_by" => {
            "did you mean `key = ..`?"
        }
        "result" | "option" | "cache_ok" | "only_ok" | "cache_fallback" | "result_fallback" => {
            "remove it, an `Err` is not stored and a `None` is (`cache_if` can refuse it)"
        }
        "cache_none" => "remove it, a `None` is stored unless `cache_if` refuses it",
        "cache_error" | "cache_errors" | "cache_failures" | "cache_errs" => {
            "did you mean `cache_err`?"
        }
        "when" | "condition" | "only_if" | "filter" | "cache_when" | "store_if"
        | "invalidate_on" | "unless" => "did you mean `cache_if = ..`?",
        "tag" | "tags" | "events" | "dependencies" | "groups" => "did you mean `group = \"..\"`?",
        "label" | "id" | "cache_name" => "did you mean `name = \"..\"`?",
        "build_hasher" | "hash" | "hasher_type" | "customhasher" | "hasherinit" => {
            "did you mean `hasher = ..`?"
        }
        "crate_path" | "krate" => "did you mean `crate = ..`?",
        "sharedcache" | "shared" | "global" => "remove it, threads share a cache by default",
        "thread_local" | "thread" | "local" => "one cache is shared by all threads",
        "sync_writes" | "sync_lock" | "sync" | "unsync" | "unsync_reads" => {
            "remove it, every cache is synchronized"
        }
        "ty" | "create" | "with_cached_flag" | "with" | "refresh" | "map_error" | "disk" | "io"
        | "redis" => "there is nothing like it here, remove it",
        _ => return None,
    })
}

/// The name that `word` is a slip of the keyboard away from, if there is one.
pub(super) fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
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
                let (drop, add) = (rows[i - 1][j] + 1, rows[i][j - 1] + 1);
                change.min(swap).min(drop).min(add)
            };
        }
    }
    rows[a.len()][b.len()]
}
