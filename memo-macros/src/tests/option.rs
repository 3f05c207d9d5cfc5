//! Options that are none of ours, that come twice, or that do not go together.

use super::one;

attributes! {
    what_is_no_option_at_all {
        "= 100" => "="
            "expected an option such as `maxsize = 100`, found `=`";
        "100" => "100"
            "expected an option such as `maxsize = 100`, found `100`";
        r#""100""# => r#""100""#
            r#"expected an option such as `maxsize = 100`, found `"100"`"#;
        "," => ","
            "expected an option such as `maxsize = 100`, found `,`";
        r#"maxsize = 100,, ttl = "5s""# => ","
            "expected an option such as `maxsize = 100`, found `,`";
        "(maxsize = 1)" => "(maxsize = 1)"
            "expected an option such as `maxsize = 100`, found `(maxsize=1)`";
        "{ maxsize = 1 }" => "{ maxsize = 1 }"
            "expected an option such as `maxsize = 100`, found `{maxsize=1}`";
        "::maxsize" => ":"
            "expected an option such as `maxsize = 100`, found `:`";
        "'a" => "'"
            "expected an option such as `maxsize = 100`, found `'`";
    }
    options_stand_between_commas {
        "maxsize = 100;" => ";"
            "expected `,` between options, found `;`";
        "maxsize = 100 200" => "200"
            "expected `,` between options, found `200`";
        r#"group = "a" "b""# => r#""b""#
            r#"expected `,` between options, found `"b"`"#;
        r#"maxsize = 100 ttl = "30s""# => "ttl"
            "expected `,` between options, found `ttl`";
        "unbounded, cache_if = f g" => "g"
            "expected `,` between options, found `g`";
    }
    an_option_is_given_once {
        "maxsize = 1, r#maxsize = 2" => "r#maxsize"
            "`maxsize` is given twice";
        "unbounded, r#unbounded" => "r#unbounded"
            "`unbounded` is given twice";
        r#"ttl = "1s", r#ttl = "2s""# => "r#ttl"
            "`ttl` is given twice";
        "policy = lru, r#policy = fifo" => "r#policy"
            "`policy` is given twice";
        "cache_err, r#cache_err" => "r#cache_err"
            "`cache_err` is given twice";
        "cache_if = |v| true, r#cache_if = g" => "r#cache_if"
            "`cache_if` is given twice";
        "key = x, r#key = x" => "r#key"
            "`key` is given twice";
        r#"group = "a", r#group = "b""# => "r#group"
            "`group` is given twice";
        r#"name = "a", r#name = "b""# => "r#name"
            "`name` is given twice";
        "hasher = A, r#hasher = B" => "r#hasher"
            "`hasher` is given twice";
        "companions = a, r#companions = b" => "r#companions"
            "`companions` is given twice";
    }
    options_that_contradict_each_other: "`unbounded` contradicts `maxsize`: give one of them" {
        "maxsize = 3, unbounded" => "unbounded";
        "unbounded, maxsize = 3" => "unbounded";
        "unbounded, maxsize = 3, policy = lru" => "unbounded";
    }
    options_that_would_do_nothing {
        "unbounded, policy = lru" => "policy"
            "`policy` does nothing without a bound: nothing ever has to go";
        "unbounded, policy = fifo" => "policy"
            "`policy` does nothing without a bound: nothing ever has to go";
        r#"unbounded, ttl = "5s", policy = soonest_to_expire"# => "policy"
            "`policy` does nothing without a bound: nothing ever has to go";
        "policy = soonest_to_expire" => "policy"
            "`soonest_to_expire` needs a `ttl`: without one nothing expires";
    }
    a_thread_of_its_own_waits_for_nobody {
        "scope = thread, single_flight = true" => "single_flight"
            "`single_flight` does nothing with `scope = thread`: there is nobody else to wait for";
        r#"single_flight = "5s", scope = thread"# => "single_flight"
            "`single_flight` does nothing with `scope = thread`: there is nobody else to wait for";
        "scope = thread, scope = global" => "scope"
            "`scope` is given twice";
    }
    what_a_cache_has_that_is_not_the_functions {
        "store = PRICES, scope = thread" => "scope"
            "with `store`, `scope` is not the function's: remove it";
        "store = \"prices\"" => "\"prices\""
            "expected a cache such as `self.prices`, found `\"prices\"`";
        "store = PRICES, maxsize = 5" => "maxsize"
            "with `store`, `maxsize` is not the function's: say it where the cache is built, `Cache::builder().maxsize(..)`";
        "store = PRICES, hasher = S" => "hasher"
            "with `store`, `hasher` is not the function's: remove it";
    }
    a_misspelt_option_has_a_neighbour {
        "maxsiz = 5" => "maxsiz"
            "unknown option `maxsiz`; did you mean `maxsize`?";
        "maxszie = 5" => "maxszie"
            "unknown option `maxszie`; did you mean `maxsize`?";
        "max_sise = 5" => "max_sise"
            "unknown option `max_sise`; did you mean `maxsize`?";
        "MaxSize = 5" => "MaxSize"
            "unknown option `MaxSize`; did you mean `maxsize`?";
        "MAXSIZE = 5" => "MAXSIZE"
            "unknown option `MAXSIZE`; did you mean `maxsize`?";
        r#"tll = "5s""# => "tll"
            "unknown option `tll`; did you mean `ttl`?";
        "polcy = lru" => "polcy"
            "unknown option `polcy`; did you mean `policy`?";
        "unbound" => "unbound"
            "unknown option `unbound`; did you mean `unbounded`?";
        "unbouded" => "unbouded"
            "unknown option `unbouded`; did you mean `unbounded`?";
        "companion = x" => "companion"
            "unknown option `companion`; did you mean `companions`?";
        "cach_err" => "cach_err"
            "unknown option `cach_err`; did you mean `cache_err`?";
        "cacheif = f" => "cacheif"
            "unknown option `cacheif`; did you mean `cache_if`?";
        "cache_fi = f" => "cache_fi"
            "unknown option `cache_fi`; did you mean `cache_if`?";
        r#"goup = "a""# => "goup"
            "unknown option `goup`; did you mean `group`?";
        r#"nam = "x""# => "nam"
            "unknown option `nam`; did you mean `name`?";
        "keys = x" => "keys"
            "unknown option `keys`; did you mean `key`?";
        "hashr = X" => "hashr"
            "unknown option `hashr`; did you mean `hasher`?";
        "Crate = x" => "Crate"
            "unknown option `Crate`; did you mean `crate`?";
    }
    an_option_of_other_memoizers_has_a_translation {
        "max_size = 5" => "max_size"
            "unknown option `max_size`; did you mean `maxsize = ..`?";
        "size = 5" => "size"
            "unknown option `size`; did you mean `maxsize = ..`?";
        "Size = 5" => "Size"
            "unknown option `Size`; did you mean `maxsize = ..`?";
        "capacity = 5" => "capacity"
            "unknown option `capacity`; did you mean `maxsize = ..`?";
        "Capacity: 5" => "Capacity"
            "unknown option `Capacity`; did you mean `maxsize = ..`?";
        "limit = 5" => "limit"
            "unknown option `limit`; did you mean `maxsize = ..`?";
        "max_entries = 5" => "max_entries"
            "unknown option `max_entries`; did you mean `maxsize = ..`?";
        "max_capacity = 5" => "max_capacity"
            "unknown option `max_capacity`; did you mean `maxsize = ..`?";
        "maxlen = 5" => "maxlen"
            "unknown option `maxlen`; did you mean `maxsize = ..`?";
        "async" => "async"
            "unknown option `async`; remove it, an `async fn` needs no option";
        "future = true" => "future"
            "unknown option `future`; remove it, an `async fn` needs no option";
        "unlimited" => "unlimited"
            "unknown option `unlimited`; did you mean `unbounded`?";
        "time = 5" => "time"
            r#"unknown option `time`; did you mean `ttl = "30s"`?"#;
        "ttl_secs = 5" => "ttl_secs"
            r#"unknown option `ttl_secs`; did you mean `ttl = "30s"`?"#;
        "ttl_seconds = 5" => "ttl_seconds"
            r#"unknown option `ttl_seconds`; did you mean `ttl = "30s"`?"#;
        "ttl_millis = 5" => "ttl_millis"
            r#"unknown option `ttl_millis`; did you mean `ttl = "30s"`?"#;
        "TimeToLive: 5" => "TimeToLive"
            r#"unknown option `TimeToLive`; did you mean `ttl = "30s"`?"#;
        "time_to_live = 5" => "time_to_live"
            r#"unknown option `time_to_live`; did you mean `ttl = "30s"`?"#;
        "expire = 5" => "expire"
            r#"unknown option `expire`; did you mean `ttl = "30s"`?"#;
        "expires = 5" => "expires"
            r#"unknown option `expires`; did you mean `ttl = "30s"`?"#;
        "max_age = 5" => "max_age"
            r#"unknown option `max_age`; did you mean `ttl = "30s"`?"#;
        "time_to_idle = 5" => "time_to_idle"
            r#"unknown option `time_to_idle`; did you mean `ttl = "30s"`? a read does not extend it"#;
        "time_refresh = true" => "time_refresh"
            r#"unknown option `time_refresh`; did you mean `ttl = "30s"`? a read does not extend it"#;
        "eviction = lru" => "eviction"
            "unknown option `eviction`; did you mean `policy = lru`?";
        "lru" => "lru"
            "unknown option `lru`; did you mean `policy = ..`?";
        "fifo" => "fifo"
            "unknown option `fifo`; did you mean `policy = ..`?";
        "skip(x)" => "skip"
            "unknown option `skip`; did you mean `#[memo(skip)]` on the parameter?";
        "ignore = [x]" => "ignore"
            "unknown option `ignore`; did you mean `#[memo(skip)]` on the parameter?";
        r##"convert = r#"{ x }"#"## => "convert"
            "unknown option `convert`; did you mean `key = ..`?";
        "condition = x" => "condition"
            "unknown option `condition`; did you mean `cache_if = ..`?";
        "when = x" => "when"
            "unknown option `when`; did you mean `cache_if = ..`?";
        "invalidate_on = f" => "invalidate_on"
            "unknown option `invalidate_on`; did you mean `cache_if = ..`?";
        "cache_error" => "cache_error"
            "unknown option `cache_error`; did you mean `cache_err`?";
        r#"tags = ["a"]"# => "tags"
            r#"unknown option `tags`; did you mean `group = ".."`?"#;
        r#"tag = "a""# => "tag"
            r#"unknown option `tag`; did you mean `group = ".."`?"#;
        r#"events = ["a"]"# => "events"
            r#"unknown option `events`; did you mean `group = ".."`?"#;
        r#"dependencies = ["a"]"# => "dependencies"
            r#"unknown option `dependencies`; did you mean `group = ".."`?"#;
        r#"label = "a""# => "label"
            r#"unknown option `label`; did you mean `name = ".."`?"#;
        "build_hasher = X" => "build_hasher"
            "unknown option `build_hasher`; did you mean `hasher = ..`?";
        "CustomHasher: X" => "CustomHasher"
            "unknown option `CustomHasher`; did you mean `hasher = ..`?";
        "crate_path = x" => "crate_path"
            "unknown option `crate_path`; did you mean `crate = ..`?";
    }
    an_option_of_other_memoizers_that_is_not_needed_goes {
        "result = true" => "result"
            "unknown option `result`; remove it, an `Err` is not stored and a `None` is (`cache_if` can refuse it)";
        "result" => "result"
            "unknown option `result`; remove it, an `Err` is not stored and a `None` is (`cache_if` can refuse it)";
        "option = true" => "option"
            "unknown option `option`; remove it, an `Err` is not stored and a `None` is (`cache_if` can refuse it)";
        "cache_none" => "cache_none"
            "unknown option `cache_none`; remove it, a `None` is stored unless `cache_if` refuses it";
        "result_fallback = true" => "result_fallback"
            "unknown option `result_fallback`; remove it, an `Err` is not stored and a `None` is (`cache_if` can refuse it)";
        "sync_writes = true" => "sync_writes"
            "unknown option `sync_writes`; remove it, callers with one key compute once unless you say `single_flight = false`";
        "patience = \"5s\"" => "patience"
            "unknown option `patience`; did you mean `single_flight = \"5s\"`?";
        r#"sync_lock = "mutex""# => "sync_lock"
            "unknown option `sync_lock`; remove it, every cache is synchronized";
        "SharedCache" => "SharedCache"
            "unknown option `SharedCache`; remove it, threads share a cache by default";
        "shared" => "shared"
            "unknown option `shared`; remove it, threads share a cache by default";
        "global" => "global"
            "unknown option `global`; remove it, threads share a cache by default";
        "thread_local" => "thread_local"
            "unknown option `thread_local`; write `scope = thread`";
        r#"ty = "X""# => "ty"
            "unknown option `ty`; there is nothing like it here, remove it";
        r#"create = "{ X::new() }""# => "create"
            "unknown option `create`; there is nothing like it here, remove it";
        "with_cached_flag = true" => "with_cached_flag"
            "unknown option `with_cached_flag`; there is nothing like it here, remove it";
        "refresh = true" => "refresh"
            "unknown option `refresh`; there is nothing like it here, remove it";
        "disk = true" => "disk"
            "unknown option `disk`; there is nothing like it here, remove it";
        r##"map_error = r#"x"#"## => "map_error"
            "unknown option `map_error`; there is nothing like it here, remove it";
    }
    an_option_nobody_knows_is_answered_with_all_there_are {
        "nonsense" => "nonsense"
            "unknown option `nonsense`; an option is one of `maxsize`, `unbounded`, `ttl`, `policy`, `scope`, `single_flight`, `cache_err`, `cache_if`, `key`, `group`, `name`, `hasher`, `store`, `companions`, `crate`";
        "nonsense = 5" => "nonsense"
            "unknown option `nonsense`; an option is one of `maxsize`, `unbounded`, `ttl`, `policy`, `scope`, `single_flight`, `cache_err`, `cache_if`, `key`, `group`, `name`, `hasher`, `store`, `companions`, `crate`";
        r#"colour = "red""# => "colour"
            "unknown option `colour`; an option is one of `maxsize`, `unbounded`, `ttl`, `policy`, `scope`, `single_flight`, `cache_err`, `cache_if`, `key`, `group`, `name`, `hasher`, `store`, `companions`, `crate`";
    }
}
