//! Durations as people write them: `"30s"`, `"1h 30m"`, `"250ms"`, `"1.5s"`.

use std::time::Duration;

/// Our units in nanoseconds, with what people write for them elsewhere.
const UNITS: [(&str, u128, &str); 8] = [
    ("ns", 1, "nsec nsecs nanos nanosecond nanoseconds"),
    (
        "us",
        1_000,
        "\u{b5}s \u{3bc}s usec usecs micros microsecond microseconds",
    ),
    (
        "ms",
        1_000_000,
        "msec msecs millis millisecond milliseconds",
    ),
    ("s", 1_000_000_000, "sec secs second seconds"),
    ("m", 60_000_000_000, "m mins minute minutes"),
    ("min", 60_000_000_000, ""),
    ("h", 3_600_000_000_000, "hr hrs hour hours"),
    ("d", 86_400_000_000_000, "day days"),
];

/// Parses a sum of numbers with units. The error is a whole message.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let expected = |hint: &str| {
        format!("expected a duration such as \"30s\" or \"5m\", found \"{text}\"{hint}")
    };
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(expected(""));
    }
    let mut nanos: u128 = 0;
    while !rest.is_empty() {
        let (number, after) = split(rest, |c| c.is_ascii_digit() || c == '.');
        let (unit, after) = split(after.trim_start(), |c| {
            !c.is_ascii_digit() && !c.is_whitespace() && c != '.'
        });
        if number.is_empty() {
            return Err(expected(""));
        }
        if unit.is_empty() {
            let hint = if text.trim() == number {
                format!("; did you mean \"{number}s\"?")
            } else {
                format!("; `{number}` has no unit")
            };
            return Err(expected(&hint));
        }
        let Some((_, scale, _)) = UNITS.iter().find(|it| it.0 == unit) else {
            return Err(expected(&match meant(unit) {
                Some(short) => format!("; write `{short}` instead of `{unit}`"),
                None => format!("; `{unit}` is none of the units ns, us, ms, s, m, h, d"),
            }));
        };
        let part = scaled(number, *scale)
            .ok_or_else(|| expected(&format!("; `{number}` is not a number it can take")))?;
        nanos = nanos
            .checked_add(part)
            .ok_or_else(|| expected("; it is too long"))?;
        rest = after.trim_start();
    }
    let secs = u64::try_from(nanos / 1_000_000_000).map_err(|_| expected("; it is too long"))?;
    let subsec = u32::try_from(nanos % 1_000_000_000).expect("it is less than a thousand million");
    Ok(Duration::new(secs, subsec))
}

/// The beginning of the text whose characters are all `good`, and the rest.
fn split(text: &str, good: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !good(c)).unwrap_or(text.len()))
}

/// `number`, which may have a fraction, times `scale`; what is less than a nanosecond is an error, not lost.
fn scaled(number: &str, scale: u128) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let whole = whole.parse::<u128>().ok()?.checked_mul(scale)?;
    let divisor = 10_u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let fraction = fraction.parse::<u128>().ok()?.checked_mul(scale)?;
    (fraction % divisor == 0).then_some(())?;
    whole.checked_add(fraction / divisor)
}

/// The unit that is called so elsewhere.
fn meant(unit: &str) -> Option<&'static str> {
    let unit = unit.to_lowercase();
    let meant = |elsewhere: &str| elsewhere.split(' ').any(|it| it == unit);
    UNITS.iter().find(|it| meant(it.2)).map(|it| it.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_numbers_with_units_are_durations() {
        for (text, millis) in [
            ("30s", 30_000),
            ("250ms", 250),
            ("1h 30m", 5_400_000),
            ("1h30m", 5_400_000),
            ("1.5s", 1_500),
            ("0.25 s", 250),
            (" 5 m ", 300_000),
            ("5min", 300_000),
            ("2d", 172_800_000),
            ("0s", 0),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        assert_eq!(parse("7us"), Ok(Duration::from_micros(7)));
        assert_eq!(parse("3ns"), Ok(Duration::from_nanos(3)));
        assert_eq!(
            parse("18446744073709551615s"),
            Ok(Duration::from_secs(u64::MAX))
        );
    }

    #[test]
    fn anything_else_is_an_error_that_shows_what_was_expected() {
        for (text, hint) in [
            ("", ""),
            ("thirty", ""),
            ("-5s", ""),
            ("30", "did you mean \"30s\"?"),
            ("1h 30", "`30` has no unit"),
            ("30 parsecs", "`parsecs` is none of the units"),
            ("30 seconds", "write `s` instead of `seconds`"),
            ("5M", "write `m` instead of `M`"),
            ("1e999s", "none of the units"),
            ("1.2.3s", "not a number"),
            (".s", "not a number"),
            ("0.1ns", "not a number"),
            ("18446744073709551616s", "too long"),
            (
                "999999999999999999999999999999999999999999s",
                "not a number",
            ),
            ("٣٠s", ""),
            ("s", ""),
        ] {
            let message = parse(text).expect_err(text);
            assert!(
                message.starts_with("expected a duration such as \"30s\" or \"5m\", found \""),
                "{message}"
            );
            assert!(message.contains(hint), "{text}: {message}");
        }
    }
}
