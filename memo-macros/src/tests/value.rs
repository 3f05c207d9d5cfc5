//! Every option with every kind of wrong value.

use super::one;

attributes! {
    a_single_flight_is_on_off_or_a_patience {
        "single_flight" => "single_flight"
            "expected `single_flight = ..`, with `true`, `false` or a patience such as \"5s\"";
        "single_flight = yes" => "yes"
            "expected `true`, `false` or a patience such as \"5s\", found `yes`";
        "single_flight = 5" => "5"
            "expected `true`, `false` or a patience such as \"5s\", found `5`; for seconds write `single_flight = \"5s\"`";
        "single_flight = 250ms" => "250ms"
            "expected `true`, `false` or a patience such as \"5s\", found `250ms`; write `single_flight = \"250ms\"`";
        "single_flight = 0" => "0"
            "with a patience of zero nobody waits: write `single_flight = false`";
        r#"single_flight = "false""# => r#""false""#
            "expected `true`, `false` or a patience such as \"5s\", found `\"false\"`; remove the quotes";
        r#"single_flight = "0s""# => r#""0s""#
            "with a patience of zero nobody waits: write `single_flight = false`";
        r#"single_flight = "long""# => r#""long""#
            r#"expected a duration such as "30s" or "5m", found "long""#;
        "single_flight = None" => "None"
            "expected `true`, `false` or a patience such as \"5s\", found `None`";
        "single_flight = Duration::from_secs(5)" => "Duration::from_secs(5)"
            "expected `true`, `false` or a patience such as \"5s\", found `Duration::from_secs(5)`";
    }
    a_maxsize_is_a_number_of_entries {
        "maxsize" => "maxsize"
            "expected `maxsize = ..`, with a number of entries such as `100`";
        "maxsize = " => "maxsize"
            "expected `maxsize = ..`, with a number of entries such as `100`";
        "maxsize," => "maxsize"
            "expected `maxsize = ..`, with a number of entries such as `100`";
        "maxsize: 100" => "maxsize"
            "expected `maxsize = ..`, with a number of entries such as `100`";
        "maxsize(100)" => "maxsize"
            "expected `maxsize = ..`, with a number of entries such as `100`";
        "maxsize = 0" => "0"
            "expected a number of entries such as `100`, found `0`; a cache that holds nothing is no cache: remove the attribute";
        "maxsize = 0x0" => "0x0"
            "expected a number of entries such as `100`, found `0x0`; a cache that holds nothing is no cache: remove the attribute";
        "maxsize = 0_usize" => "0_usize"
            "expected a number of entries such as `100`, found `0_usize`; a cache that holds nothing is no cache: remove the attribute";
        "maxsize = (0)" => "(0)"
            "expected a number of entries such as `100`, found `(0)`; a cache that holds nothing is no cache: remove the attribute";
        "maxsize = 18446744073709551616" => "18446744073709551616"
            "expected a number of entries such as `100`, found `18446744073709551616`; it is too large";
        "maxsize = 999999999999999999999999999999999999999999" => "999999999999999999999999999999999999999999"
            "expected a number of entries such as `100`, found `999999999999999999999999999999999999999999`; it is too large";
        "maxsize = -1" => "-1"
            "expected a number of entries such as `100`, found `-1`";
        "maxsize = 1.5" => "1.5"
            "expected a number of entries such as `100`, found `1.5`";
        r#"maxsize = "100""# => r#""100""#
            r#"expected a number of entries such as `100`, found `"100"`; write `maxsize = 100`"#;
        r#"maxsize = "many""# => r#""many""#
            r#"expected a number of entries such as `100`, found `"many"`"#;
        "maxsize = true" => "true"
            "expected a number of entries such as `100`, found `true`";
        "maxsize = 'c'" => "'c'"
            "expected a number of entries such as `100`, found `'c'`";
        r#"maxsize = b"x""# => r#"b"x""#
            r#"expected a number of entries such as `100`, found `b"x"`"#;
        "maxsize = None" => "None"
            "expected a number of entries such as `100`, found `None`; write `unbounded` for a cache without a bound";
        "maxsize = Some(10)" => "Some(10)"
            "expected a number of entries such as `100`, found `Some(10)`; write `maxsize = 10`";
        "maxsize = |x| x" => "|x| x"
            "expected a number of entries such as `100`, found `|x|x`";
        "maxsize = [1]" => "[1]"
            "expected a number of entries such as `100`, found `[1]`";
        "maxsize = ()" => "()"
            "expected a number of entries such as `100`, found `()`";
        "maxsize = 1..2" => "1..2"
            "expected a number of entries such as `100`, found `1..2`";
        "maxsize = _" => "_"
            "expected a number of entries such as `100`, found `_`";
        "maxsize = struct" => "struct"
            "expected a number of entries such as `100`, found `struct`";
        "maxsize = @" => "@"
            "expected a number of entries such as `100`, found `@`";
        "maxsize == 100" => "="
            "expected a number of entries such as `100`, found `=`";
    }
    a_flag_takes_no_value {
        "unbounded = true" => "unbounded"
            "`unbounded` takes no value: write `unbounded` alone, or leave it out";
        "unbounded = false" => "unbounded"
            "`unbounded` takes no value: write `unbounded` alone, or leave it out";
        "unbounded(true)" => "unbounded"
            "`unbounded` takes no value: write `unbounded` alone, or leave it out";
        "cache_err = true" => "cache_err"
            "`cache_err` takes no value: write `cache_err` alone, or leave it out";
        "cache_err(true)" => "cache_err"
            "`cache_err` takes no value: write `cache_err` alone, or leave it out";
        "cache_err: yes" => "cache_err"
            "`cache_err` takes no value: write `cache_err` alone, or leave it out";
    }
    a_ttl_is_a_duration {
        "ttl" => "ttl"
            r#"expected `ttl = ..`, with a duration such as "30s" or "5m""#;
        "ttl =" => "ttl"
            r#"expected `ttl = ..`, with a duration such as "30s" or "5m""#;
        r#"ttl("30s")"# => "ttl"
            r#"expected `ttl = ..`, with a duration such as "30s" or "5m""#;
        r#"ttl: "30s""# => "ttl"
            r#"expected `ttl = ..`, with a duration such as "30s" or "5m""#;
        "ttl = 30" => "30"
            r#"expected a duration such as "30s" or "5m", found `30`; for seconds write `ttl = "30s"`"#;
        "ttl = 30_u64" => "30_u64"
            r#"expected a duration such as "30s" or "5m", found `30_u64`; for seconds write `ttl = "30s"`"#;
        "ttl = 1.5" => "1.5"
            r#"expected a duration such as "30s" or "5m", found `1.5`; for seconds write `ttl = "1.5s"`"#;
        "ttl = 30s" => "30s"
            r#"expected a duration such as "30s" or "5m", found `30s`; write `ttl = "30s"`"#;
        "ttl = 5m" => "5m"
            r#"expected a duration such as "30s" or "5m", found `5m`; write `ttl = "5m"`"#;
        "ttl = -5" => "-5"
            r#"expected a duration such as "30s" or "5m", found `-5`"#;
        r#"ttl = "0s""# => r#""0s""#
            "a `ttl` of zero stores nothing: give it a length, or remove the attribute";
        r#"ttl = "thirty""# => r#""thirty""#
            r#"expected a duration such as "30s" or "5m", found "thirty""#;
        r#"ttl = """# => r#""""#
            r#"expected a duration such as "30s" or "5m", found """#;
        r#"ttl = "30""# => r#""30""#
            r#"expected a duration such as "30s" or "5m", found "30"; did you mean "30s"?"#;
        r#"ttl = ("30")"# => r#""30""#
            r#"expected a duration such as "30s" or "5m", found "30"; did you mean "30s"?"#;
        r#"ttl = "30 seconds""# => r#""30 seconds""#
            r#"expected a duration such as "30s" or "5m", found "30 seconds"; write `s` instead of `seconds`"#;
        r#"ttl = "-5s""# => r#""-5s""#
            r#"expected a duration such as "30s" or "5m", found "-5s""#;
        r#"ttl = "5 M""# => r#""5 M""#
            r#"expected a duration such as "30s" or "5m", found "5 M"; write `m` instead of `M`"#;
        r#"ttl = "1h30""# => r#""1h30""#
            r#"expected a duration such as "30s" or "5m", found "1h30"; `30` has no unit"#;
        r#"ttl = "5 parsecs""# => r#""5 parsecs""#
            r#"expected a duration such as "30s" or "5m", found "5 parsecs"; `parsecs` is none of the units ns, us, ms, s, m, h, d"#;
        r#"ttl = "99999999999999999999s""# => r#""99999999999999999999s""#
            r#"expected a duration such as "30s" or "5m", found "99999999999999999999s"; it is too long"#;
        r#"ttl = "0.5ns""# => r#""0.5ns""#
            r#"expected a duration such as "30s" or "5m", found "0.5ns"; `0.5` is not a number it can take"#;
        "ttl = None" => "None"
            r#"expected a duration such as "30s" or "5m", found `None`; leave `ttl` out where nothing expires"#;
        "ttl = Some(D)" => "Some(D)"
            r#"expected a duration such as "30s" or "5m", found `Some(D)`; write `ttl = D`"#;
        "ttl = true" => "true"
            r#"expected a duration such as "30s" or "5m", found `true`"#;
        "ttl = 'x'" => "'x'"
            r#"expected a duration such as "30s" or "5m", found `'x'`"#;
        "ttl = |x| x" => "|x| x"
            r#"expected a duration such as "30s" or "5m", found `|x|x`"#;
    }
    a_scope_is_one_of_two {
        "scope" => "scope"
            "expected `scope = ..`, with `global` or `thread`";
        "scope = 5" => "5"
            "expected `global` or `thread`, found `5`";
        "scope = \"thread\"" => "\"thread\""
            "expected `global` or `thread`, found `\"thread\"`; remove the quotes";
        "scope = Thread" => "Thread"
            "expected `global` or `thread`, found `Thread`; did you mean `thread`?";
        "scope = thread_local" => "thread_local"
            "expected `global` or `thread`, found `thread_local`; did you mean `thread`?";
        "scope = process" => "process"
            "expected `global` or `thread`, found `process`; did you mean `global`?";
        "scope = task" => "task"
            "expected `global` or `thread`, found `task`";
    }
    a_policy_is_one_of_four {
        "policy" => "policy"
            "expected `policy = ..`, with one of `lru`, `fifo`, `soonest_to_expire`, `clock_pro`";
        "policy = 5" => "5"
            "expected one of `lru`, `fifo`, `soonest_to_expire`, `clock_pro`, found `5`";
        r#"policy = "lru""# => r#""lru""#
            r#"expected one of `lru`, `fifo`, `soonest_to_expire`, `clock_pro`, found `"lru"`; remove the quotes"#;
        r#"policy = "LRU""# => r#""LRU""#
            r#"expected one of `lru`, `fifo`, `soonest_to_expire`, `clock_pro`, found `"LRU"`; did you mean `lru`?"#;
        "policy = Lru" => "Lru"
            "expected one of `lru`, `fifo`, `soonest_to_expire`, `clock_pro`, found `Lru`; did you mean `lru`?";
        "policy = lfu" => "lfu"
            "expected one of `lru`, `fifo`, `soonest_to_expire`, `clock_pro`, found `lfu`";
        r#"policy = "tinylfu""# => r#""tinylfu""#
            r#"expected one of `lru`, `fifo`, `soonest_to_expire`, `clock_pro`, found `"tinylfu"`"#;
        "policy = fifoo" => "fifoo"
            "expected one of `lru`, `fifo`, `soonest_to_expire`, `clock_pro`, found `fifoo`; did you mean `fifo`?";
        "policy = fif" => "fif"
            "expected one of `lru`, `fifo`, `soonest_to_expire`, `clock_pro`, found `fif`; did you mean `fifo`?";
        "policy = ttl" => "ttl"
            "expected one of `lru`, `fifo`, `soonest_to_expire`, `clock_pro`, found `ttl`; did you mean `soonest_to_expire`?";
        "policy = scan_resistant" => "scan_resistant"
            "expected one of `lru`, `fifo`, `soonest_to_expire`, `clock_pro`, found `scan_resistant`; did you mean `clock_pro`?";
        "policy = Policy::Lru" => "Policy::Lru"
            "expected one of `lru`, `fifo`, `soonest_to_expire`, `clock_pro`, found `Policy::Lru`";
        "policy = lru()" => "lru()"
            "expected one of `lru`, `fifo`, `soonest_to_expire`, `clock_pro`, found `lru()`";
        r#"policy = soonest_to_expires, ttl = "3s""# => "soonest_to_expires"
            "expected one of `lru`, `fifo`, `soonest_to_expire`, `clock_pro`, found `soonest_to_expires`; did you mean `soonest_to_expire`?";
        r#"policy = soonest, ttl = "3s""# => "soonest"
            "expected one of `lru`, `fifo`, `soonest_to_expire`, `clock_pro`, found `soonest`; did you mean `soonest_to_expire`?";
    }
    a_cache_if_is_a_predicate_over_the_value {
        "cache_if" => "cache_if"
            "expected `cache_if = ..`, with a closure such as `|value| value.is_some()`, or a function's path";
        "cache_if = " => "cache_if"
            "expected `cache_if = ..`, with a closure such as `|value| value.is_some()`, or a function's path";
        "cache_if = true" => "true"
            "expected a closure such as `|value| value.is_some()`, or a function's path, found `true`";
        r#"cache_if = "x > 1""# => r#""x > 1""#
            r#"expected a closure such as `|value| value.is_some()`, or a function's path, found `"x > 1"`"#;
        "cache_if = -1" => "-1"
            "expected a closure such as `|value| value.is_some()`, or a function's path, found `-1`";
        "cache_if = || true" => "|| true"
            "expected a closure with one parameter, the value by reference: `|value| value.is_some()`";
        "cache_if = |a, b| true" => "|a, b| true"
            "expected a closure with one parameter, the value by reference: `|value| value.is_some()`";
        "cache_if = Some(f)" => "Some(f)"
            "expected a closure such as `|value| value.is_some()`, or a function's path, found `Some(f)`";
    }
    a_key_is_an_expression_over_the_arguments {
        "key" => "key"
            "expected `key = ..`, with an expression over the arguments such as `(a, b.len())`";
        "key = " => "key"
            "expected `key = ..`, with an expression over the arguments such as `(a, b.len())`";
        r#"key = "String""# => r#""String""#
            r#"expected an expression over the arguments such as `(a, b.len())`, found `"String"`; with a literal for a key all calls would be the same"#;
        "key = 5" => "5"
            "expected an expression over the arguments such as `(a, b.len())`, found `5`; with a literal for a key all calls would be the same";
        "key = @" => "@"
            "expected an expression over the arguments such as `(a, b.len())`, found `@`";
        "key(x)" => "key"
            "expected `key = ..`, with an expression over the arguments such as `(a, b.len())`";
    }
    a_group_is_a_name_in_quotes {
        "group" => "group"
            r#"expected `group = ..`, with a name such as "catalogue""#;
        "group = catalogue" => "catalogue"
            r#"expected a name in quotes, found `catalogue`; write "catalogue""#;
        r#"group = """# => r#""""#
            "expected a name, found an empty string";
        r#"group = "  ""# => r#""  ""#
            "expected a name, found an empty string";
        "group = 5" => "5"
            "expected a name in quotes, found `5`";
        "group = 'a'" => "'a'"
            "expected a name in quotes, found `'a'`";
        r#"group = b"a""# => r#"b"a""#
            r#"expected a name in quotes, found `b"a"`"#;
        "group = my::group" => "my::group"
            "expected a name in quotes, found `my::group`";
        r#"group = concat!("a", "b")"# => r#"concat!("a", "b")"#
            r#"expected a name in quotes, found `concat!("a", "b")`"#;
        r#"group = ["a", "b"]"# => r#"["a", "b"]"#
            r#"expected a name in quotes, found `["a", "b"]`"#;
    }
    a_name_is_in_quotes {
        "name" => "name"
            r#"expected `name = ..`, with a name such as "prices""#;
        "name = prices" => "prices"
            r#"expected a name in quotes, found `prices`; write "prices""#;
        r#"name = """# => r#""""#
            "expected a name, found an empty string";
        "name = my::prices" => "my::prices"
            "expected a name in quotes, found `my::prices`";
        "name = 5" => "5"
            "expected a name in quotes, found `5`";
    }
    a_hasher_is_a_type {
        "hasher" => "hasher"
            "expected `hasher = ..`, with a type such as `std::hash::RandomState`";
        r#"hasher = "std::hash::RandomState""# => r#""std::hash::RandomState""#
            r#"expected a type such as `std::hash::RandomState`, found `"std::hash::RandomState"`; remove the quotes"#;
        "hasher = 5" => "5"
            "expected a type such as `std::hash::RandomState`, found `5`";
        "hasher = RandomState::new()" => "()"
            "expected `,` between options, found `()`";
    }
    companions_are_named_by_an_identifier {
        "companions" => "companions"
            "expected `companions = ..`, with a name for the companions' type such as `prices`";
        r#"companions = "prices""# => r#""prices""#
            r#"expected a name for the companions' type such as `prices`, found `"prices"`; remove the quotes"#;
        "companions = shop::prices" => ":"
            "expected `,` between options, found `:`";
        "companions = struct" => "struct"
            "expected a name for the companions' type such as `prices`, found `struct`";
        "companions = 5" => "5"
            "expected a name for the companions' type such as `prices`, found `5`";
        "companions = Self" => "Self"
            "expected a name for the companions' type such as `prices`, found `Self`";
        "companions = _" => "_"
            "expected a name for the companions' type such as `prices`, found `_`";
        "companions = u32" => "u32"
            "a type `u32` for the companions would hide the primitive type: name it with `companions = ..`";
        "companions = str" => "str"
            "a type `str` for the companions would hide the primitive type: name it with `companions = ..`";
    }
    crate_is_a_path {
        "crate" => "crate"
            "expected `crate = ..`, with a path to memo_runtime such as `my_crate::memo_runtime`";
        "crate = " => "crate"
            "expected `crate = ..`, with a path to memo_runtime such as `my_crate::memo_runtime`";
        r#"crate = "my::memo""# => r#""my::memo""#
            r#"expected a path, found `"my::memo"`; write `crate = my::memo`"#;
        "crate = 5" => "5"
            "expected a path to memo_runtime such as `my_crate::memo_runtime`, found `5`";
        "crate = <u8 as X>::Y" => "<u8 as X>::Y"
            "expected a path to memo_runtime such as `my_crate::memo_runtime`, found `<u8 as X>::Y`";
        "crate = my::memo()" => "my::memo()"
            "expected a path to memo_runtime such as `my_crate::memo_runtime`, found `my::memo()`";
    }
}
