//! What the user sees at the end.

use crate::curve::{self, calibration};
use crate::pass::Pass;
use crate::pipeline::Alert;
use crate::schedule::{self, threshold};
use jiff::civil::DateTime;
use memo_runtime::CacheInfo;
use std::fmt::Display;
use std::io::{self, Write};
use std::sync::atomic::Ordering::Relaxed;

/// Alerts that are printed.
const SHOWN: usize = 5;

/// Everything about a memoized pass, before anything else has called the functions.
pub(crate) fn write(out: &mut impl Write, sensors: &[String], pass: &Pass<'_>) -> io::Result<()> {
    readings(out, pass)?;
    alerts(out, sensors, pass)?;
    functions(out, pass)?;
    bounds(out)
}

fn readings(out: &mut impl Write, pass: &Pass<'_>) -> io::Result<()> {
    let census = &pass.census;
    writeln!(out, "readings            {}", census.readings)?;
    writeln!(out, "  sensors           {}", census.sensors)?;
    if let Some((first, last)) = census.span {
        let (first, last) = (timestamp(first), timestamp(last));
        writeln!(out, "  from, to          {first}, {last}")?;
    }
    writeln!(out, "  out of order      {}", census.late)?;
    writeln!(out, "bad rows, skipped   {}", census.bad_rows)
}

fn alerts(out: &mut impl Write, sensors: &[String], pass: &Pass<'_>) -> io::Result<()> {
    let alerts = &pass.pipeline.alerts;
    writeln!(out, "\nalerts              {}", alerts.total())?;
    for Alert {
        sensor,
        at,
        value,
        score,
        threshold,
    } in alerts.last(SHOWN)
    {
        let (at, sensor) = (timestamp(*at), &sensors[*sensor]);
        writeln!(
            out,
            "  {at}  {sensor}  {value:.2}  score {score:.2} > {threshold:.2}"
        )?;
    }
    Ok(())
}

/// As the input has it.
fn timestamp(at: DateTime) -> impl Display {
    at.strftime("%Y-%m-%d %H:%M:%S")
}

fn functions(out: &mut impl Write, pass: &Pass<'_>) -> io::Result<()> {
    let census = &pass.census;
    writeln!(out, "\nmemoized functions")?;
    let distinct = (census.sensors, "distinct sensors");
    function(
        out,
        "calibration",
        calibration::cache_info(),
        curve::RUNS.load(Relaxed),
        distinct,
    )?;
    let changes = (census.shifts, "scheduled changes");
    function(
        out,
        "threshold",
        threshold::cache_info(),
        schedule::RUNS.load(Relaxed),
        changes,
    )?;
    writeln!(
        out,
        "  thresholds used after their shift: {}",
        pass.pipeline.stale
    )
}

/// The body counted its runs by itself, so the two sides of the comparison have nothing in common.
fn function(
    out: &mut impl Write,
    name: &str,
    info: CacheInfo,
    runs: u64,
    (expected, of_what): (u64, &str),
) -> io::Result<()> {
    let calls = info.hits + info.misses;
    let verdict = if runs == expected {
        "as expected"
    } else {
        "NOT as expected"
    };
    writeln!(
        out,
        "  {name:<12} calls {calls}, computations {runs}, {of_what} {expected}: {verdict}"
    )?;
    writeln!(out, "               {info}")
}

fn bounds(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\nbounded structures\n")?;
    for line in memo_runtime::report().to_string().lines() {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

/// The same readings again, and what memoization changed: the time and nothing else.
pub(crate) fn compare(
    out: &mut impl Write,
    memoized: &Pass<'_>,
    plain: &Pass<'_>,
) -> io::Result<()> {
    let times = plain.took.as_secs_f64() / memoized.took.as_secs_f64();
    let is_same = memoized.pipeline.alerts.is_like(&plain.pipeline.alerts);
    let alerts = if is_same {
        "the same alerts"
    } else {
        "OTHER ALERTS"
    };
    writeln!(out, "\ntime, reading the input included")?;
    writeln!(
        out,
        "  with memoization     {:>9.1} ms",
        1e3 * memoized.took.as_secs_f64()
    )?;
    writeln!(
        out,
        "  without              {:>9.1} ms, {times:.1} times as long, {alerts}",
        1e3 * plain.took.as_secs_f64()
    )
}
