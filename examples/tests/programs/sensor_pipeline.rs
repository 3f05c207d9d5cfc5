//! The sensor pipeline: on the stream it makes up, on files, and on what is wrong with files.

use crate::{command, run, text};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Stdio};

/// A folder of CSV files that is gone after the test.
struct Folder(PathBuf);

impl Folder {
    /// `test` tells the folders of tests that run at the same time apart.
    fn of(test: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}-{}", process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn with(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a run said.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

fn watch(arguments: &[PathBuf]) -> Said {
    let output = run("sensor_pipeline", arguments);
    Said {
        code: output.status.code(),
        out: text(&output.stdout),
        err: text(&output.stderr),
    }
}

impl Said {
    #[track_caller]
    fn reports(&self, part: &str) -> &Self {
        assert_eq!(self.code, Some(0), "{}", self.err);
        assert!(self.out.contains(part), "no `{part}` in\n{}", self.out);
        self
    }

    /// A line of the table of bounded structures; where it is declared is left out.
    #[track_caller]
    fn lists(&self, name: &str, cells: [&str; 6]) -> &Self {
        let line = |line: &&str| line.starts_with(&format!("  {name} "));
        let line = self
            .out
            .lines()
            .find(line)
            .unwrap_or_else(|| panic!("no `{name}` in\n{}", self.out));
        let found = line.split("  ").map(str::trim).filter(|it| !it.is_empty());
        assert_eq!(found.skip(1).take(6).collect::<Vec<_>>(), cells);
        self
    }

    #[track_caller]
    fn tells(&self, part: &str) -> &Self {
        assert!(self.err.contains(part), "no `{part}` in\n{}", self.err);
        self
    }

    /// Nothing is reported, and the last line says why.
    #[track_caller]
    fn fails(&self, why: &str) {
        assert_eq!((self.code, self.out.as_str()), (Some(1), ""));
        let last = self.err.lines().last().unwrap();
        assert!(
            last.starts_with("error: ") && last.ends_with(why),
            "no `{why}` in\n{}",
            self.err
        );
    }
}

const HEADER: &str = "timestamp,value\n";

/// One reading every five minutes from midnight on.
fn readings(count: u32) -> String {
    let mut csv = HEADER.to_owned();
    for n in 0..count {
        let (day, hour, minute) = (1 + n / 288, n / 12 % 24, n % 12 * 5);
        writeln!(
            csv,
            "2024-02-{day:02} {hour:02}:{minute:02}:00,{}",
            20 + n % 7
        )
        .unwrap();
    }
    csv
}

#[test]
fn without_arguments_ten_sensors_are_calibrated_once_each() {
    let said = watch(&[]);
    said.reports("readings            50000\n  sensors           10\n")
        .reports("calls 50000, computations 10, distinct sensors 10: as expected")
        .reports("CacheInfo(hits=49990, misses=10, maxsize=1024, currsize=10)")
        // From midnight, 5,000 minutes touch 14 shifts of 6 hours.
        .reports("calls 50000, computations 140, scheduled changes 140: as expected")
        .reports("CacheInfo(hits=49860, misses=140, maxsize=1024, currsize=10)")
        .reports("thresholds used after their shift: 0")
        .lists(
            "windows",
            [
                "recent",
                "10 x 60",
                "600",
                "50000",
                "49400",
                "the oldest goes",
            ],
        )
        .lists(
            "readings",
            ["queue", "256", "0", "50000", "0", "the producer waits"],
        )
        .reports("times as long, the same alerts");
    assert_eq!(said.err, "");
}

#[test]
fn a_folder_is_one_sensor_a_file() {
    let folder = Folder::of("folder")
        .with("one.csv", readings(288)) // 4 shifts
        .with("two.CSV", readings(73)) // 2 shifts
        .with("notes.txt", "not a sensor");
    watch(&[folder.path("")])
        .reports("readings            361\n  sensors           2\n")
        .reports("from, to          2024-02-01 00:00:00, 2024-02-01 23:55:00")
        .reports("calls 361, computations 2, distinct sensors 2: as expected")
        .reports("CacheInfo(hits=359, misses=2, maxsize=1024, currsize=2)")
        .reports("calls 361, computations 6, scheduled changes 6: as expected");
}

#[test]
fn several_folders_and_files_are_one_stream_and_a_file_counts_once() {
    let folder = Folder::of("several")
        .with("a/same.csv", readings(100))
        .with("b/same.csv", readings(100))
        .with("c/other.txt", readings(100));
    let paths = ["a", "b", "c/other.txt", "a/same.csv"].map(|path| folder.path(path));
    watch(&paths)
        .reports("readings            300\n  sensors           3\n")
        .reports("computations 3, distinct sensors 3: as expected");
}

#[test]
fn more_sensors_than_the_caches_were_declared_for_get_room() {
    let mut folder = Folder::of("many");
    for n in 0..1_030 {
        folder = folder.with(&format!("{n}.csv"), readings(2));
    }
    watch(&[folder.path("")])
        .reports("CacheInfo(hits=1030, misses=1030, maxsize=1030, currsize=1030)");
}

#[test]
fn a_value_far_off_is_an_alert_and_the_history_is_bounded() {
    let mut csv = readings(2_000);
    for (n, hour) in (0..24).cycle().take(120).enumerate() {
        // One far off, then enough usual ones to make the next unusual again.
        writeln!(csv, "2024-03-{:02} {hour:02}:00:00,1000", 1 + n / 24).unwrap();
        for minute in 1..60 {
            writeln!(csv, "2024-03-{:02} {hour:02}:{minute:02}:00,22", 1 + n / 24).unwrap();
        }
        writeln!(csv, "2024-03-{:02} {hour:02}:59:30,23", 1 + n / 24).unwrap();
    }
    watch(&[Folder::of("alerts").with("x.csv", csv).path("x.csv")])
        .reports("\nalerts              120\n")
        .reports("  2024-03-05 23:00:00  x  ")
        .lists(
            "alerts",
            ["recent", "100", "100", "120", "20", "the oldest goes"],
        );
}

#[test]
fn timestamps_out_of_order_are_counted_and_do_not_move_the_clock_back() {
    let csv = HEADER.to_owned()
        + "2024-02-01 00:00:00,1\n\
           2024-02-01 12:00:00,1\n\
           2024-02-01 05:00:00,1\n\
           2024-02-01 12:30:00,1\n";
    watch(&[Folder::of("order").with("x.csv", csv).path("x.csv")])
        .reports("out of order      1")
        .reports("calls 4, computations 2, scheduled changes 2: as expected")
        .reports("thresholds used after their shift: 0");
}

#[test]
fn windows_line_ends_a_byte_order_mark_quotes_and_blank_lines_are_understood() {
    let csv = "\u{feff}timestamp,value\r\n\r\n\"2024-02-01 00:00:00\",\"1.5\"\r\n \r\n\
               2024-02-01 00:05:00, 2.5 \r\n2024-02-01T00:10:00,1e-3";
    let said = watch(&[Folder::of("dialect").with("x.csv", csv).path("x.csv")]);
    said.reports("readings            3\n")
        .reports("bad rows, skipped   0");
    assert_eq!(said.err, "");
}

#[test]
fn a_bad_row_is_told_with_its_line_counted_and_skipped() {
    let rows: [(&[u8], &str); 10] = [
        (b"2024-02-01 00:05:00,abc", "a number, found `abc`"),
        (b"2024-02-01 00:05:00,NaN", "a number, found `NaN`"),
        (b"2024-02-01 00:05:00,1e999", "a number, found `1e999`"),
        (b"2024-02-01 00:05:00,", "a number, found ``"),
        (
            b"2024-02-01 00:05:00,\xff\x1b[31m",
            "a number, found `\u{fffd}\\u{1b}[31m`",
        ),
        (
            b"2024-02-30 00:05:00,1",
            "a timestamp such as `2014-02-14 14:30:00`, found `2024-02-30 00:05:00`",
        ),
        (
            b"\"2024-02-01,1",
            "a timestamp such as `2014-02-14 14:30:00`, found `\\\"2024-02-01`",
        ),
        (
            b"0001-02-01 00:05:00,1",
            "a year from 1900 to 2199, found `0001-02-01 00:05:00`",
        ),
        (b"2024-02-01 00:05:00", "2 fields, found 1"),
        (b"2024-02-01 00:05:00,1,2", "2 fields, found 3"),
    ];
    for (n, (row, why)) in rows.into_iter().enumerate() {
        // Behind blank lines, and behind more rows than are read at once.
        let before = readings(300) + "\r\n\n";
        let csv = [before.as_bytes(), row, b"\r\n2024-02-09 00:10:00,1\n"].concat();
        let folder = Folder::of(&format!("row-{n}")).with("x.csv", csv);
        watch(&[folder.path("x.csv")])
            .tells(&format!("x.csv:304: expected {why}; row skipped\n"))
            .reports("readings            301\n")
            .reports("bad rows, skipped   1\n");
    }
}

#[test]
fn of_many_bad_rows_in_a_file_the_first_ten_are_told() {
    let csv = readings(10) + &"x,1\n".repeat(1_000);
    let said = watch(&[Folder::of("many-bad").with("x.csv", csv).path("x.csv")]);
    said.reports("bad rows, skipped   1000\n")
        .tells("x.csv:21: ");
    assert_eq!(said.err.lines().count(), 10);
}

#[test]
fn values_too_large_to_be_squared_are_no_trouble() {
    let mut csv = readings(100);
    for minute in 0..60 {
        writeln!(
            csv,
            "2024-02-02 00:{minute:02}:00,{}1.7e308",
            ["", "-"][minute % 2]
        )
        .unwrap();
    }
    watch(&[Folder::of("large").with("x.csv", csv).path("x.csv")])
        .reports("readings            160");
}

#[test]
fn a_file_that_cannot_be_used_stops_the_program() {
    let folder = Folder::of("unusable")
        .with("empty.csv", "")
        .with("blank.csv", "\n\r\n\n")
        .with("mark.csv", "\u{feff}")
        .with("header.csv", HEADER)
        .with("bad.csv", HEADER.to_owned() + "x,y\n")
        .with("wrong.csv", "\n\ndate,temperature\n2024-02-01 00:00:00,1\n")
        .with("noise.csv", [0, 255, 10, 13, 34, 200, 44].repeat(1_000))
        .with("none/notes.txt", "");
    let fails = |name: &str, why: &str| watch(&[folder.path(name)]).fails(why);
    fails("empty.csv", "empty.csv: the file is empty");
    fails("blank.csv", "blank.csv: the file is empty");
    fails("mark.csv", "mark.csv: the file is empty");
    fails("header.csv", "no readings in 1 file");
    fails("bad.csv", "no readings in 1 file");
    fails(
        "wrong.csv",
        "wrong.csv:3: expected the header `timestamp,value`, found `date,temperature`",
    );
    fails("noise.csv", "found `\\0\u{fffd}`");
    fails("none", "none: no .csv file in this folder");
    watch(&[folder.path("missing.csv")])
        .tells("missing.csv: ")
        .fails("(os error 2)");
}

#[test]
fn all_files_that_cannot_be_used_are_told_at_once() {
    let folder = Folder::of("at-once")
        .with("good.csv", readings(10))
        .with("empty.csv", "")
        .with("wrong.csv", "a,b\n");
    let said = watch(&[folder.path("")]);
    said.tells("error: ")
        .tells("empty.csv: the file is empty\n")
        .fails("found `a,b`");
    watch(&[folder.path("one"), folder.path("two")])
        .tells("one: ")
        .tells("two: ");
}

#[test]
fn help_is_printed_and_an_unknown_option_is_an_error() {
    watch(&["--help".into()]).reports("usage: sensor_pipeline");
    watch(&["--fast".into()])
        .tells("error: there is no option `--fast`")
        .tells("usage: ");
}

/// Enough readings for all bounded structures to be full before there is a quarter of them.
const MANY: [&str; 2] = ["--readings", "400000"];

#[test]
fn a_bounded_history_does_not_grow() {
    let said = watch(&MANY.map(PathBuf::from));
    said.reports("readings            400000\n")
        .lists(
            "alerts",
            ["recent", "100", "100", "619", "519", "the oldest goes"],
        )
        .reports("  after       100000 readings  ")
        .reports("  after       400000 readings  ")
        .reports("\nlines that have grown since 100000 readings\n");
    let grown = said.out.split("have grown since").nth(1).unwrap();
    let grown = grown.lines().filter_map(|line| line.split_once("  +"));
    let bytes = grown.map(|(_, bytes)| bytes.split(' ').next().unwrap().parse::<u64>().unwrap());
    // Who waits for the first time takes a little, once.
    assert!(bytes.sum::<u64>() < 1_000, "{}", said.out);
}

#[test]
fn a_leaky_history_is_found_by_file_and_line() {
    let source = include_str!("../../sensor_pipeline/pipeline.rs");
    let leak = source
        .lines()
        .position(|line| line.contains("all.push(alert)"));
    let line = leak.expect("it is where alerts are pushed") + 1;
    let said = watch(&["--leaky", MANY[0], MANY[1]].map(PathBuf::from));
    said.reports("\nlines that have grown since 100000 readings\n");
    let grown = said.out.split("have grown since").nth(1).unwrap();
    let worst = grown.lines().nth(1).unwrap().trim();
    let place = format!("examples/sensor_pipeline/pipeline.rs:{line}  +");
    assert!(
        worst.contains(&place.replace('/', std::path::MAIN_SEPARATOR_STR)),
        "{worst}"
    );
    assert!(!said.out.contains("  alerts "), "a vector is on no list");
}

#[test]
fn files_are_read_again_until_there_are_as_many_readings_as_asked_for() {
    let folder = Folder::of("again")
        .with("x.csv", readings(288))
        .with("y.csv", readings(100) + "x,1\n");
    watch(&["--readings".into(), "1000".into(), folder.path("")])
        .tells("y.csv:102: ")
        .reports("readings            1000\n  sensors           2\n")
        // Two and a half days: the files have one.
        .reports("from, to          2024-02-01 00:00:00, 2024-02-03 ")
        .reports("out of order      0")
        .reports("bad rows, skipped   3\n")
        .reports(": as expected");
}

#[test]
fn readings_may_come_at_a_rate() {
    watch(&["--readings", "3999", "--hz", "1000"].map(PathBuf::from))
        .reports("from, to          2024-01-01 00:00:00, 2024-01-01 00:00:03")
        .reports("too few readings to say what grows")
        .reports("calls 3999, computations 10, scheduled changes 10: as expected");
}

#[test]
fn memory_over_readings_can_be_drawn() {
    let folder = Folder::of("plot").with("x.csv", readings(2_000));
    let picture = folder.path("memory.svg");
    let said = watch(&["--plot".into(), picture.clone(), folder.path("x.csv")]);
    said.reports("live bytes");
    assert_eq!(said.out.matches("\nlive bytes\n").count(), 2); // bounded, and leaky
    let svg = fs::read_to_string(&picture).unwrap();
    for part in [
        "<svg",
        "Live bytes over readings",
        "Recent: bounded",
        "Vec: leaky",
        "</svg>",
    ] {
        assert!(svg.contains(part), "no `{part}`");
    }
    assert_eq!(
        svg.matches("stroke=\"#0000FF\"").count(),
        2,
        "a line and its legend"
    );

    let nowhere = folder.path("no/such/folder.svg");
    watch(&["--plot".into(), nowhere, folder.path("x.csv")])
        .tells("no/such/folder.svg: ")
        .fails("(os error 2)");
}

#[test]
fn an_option_without_its_value_is_an_error() {
    let tells = |arguments: &[&str], why: &str| {
        let arguments: Vec<_> = arguments.iter().map(PathBuf::from).collect();
        let said = watch(&arguments);
        assert_eq!(said.code, Some(1));
        said.tells(&format!("error: {why}\n")).tells("usage: ");
    };
    tells(
        &["--readings"],
        "`--readings` needs a number from 1 on, found ``",
    );
    tells(
        &["--readings", "many"],
        "`--readings` needs a number from 1 on, found `many`",
    );
    tells(&["--hz", "0"], "`--hz` needs a number from 1 on, found `0`");
    tells(&["--plot"], "`--plot` needs a file to write");
    tells(&["--plot", "--leaky"], "`--plot` needs a file to write");
    tells(
        &["--leaky", "--plot", "x.svg"],
        "`--plot` draws both histories; `--leaky` is for one without it",
    );
    tells(&["--hz", "1000000001"], "`--hz` goes up to 1000000000");
    tells(
        &["--hz", "1", "folder"],
        "`--hz` is for readings that are made up; those of files have timestamps",
    );
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = Folder::of("pipe").with("x.csv", readings(2_000));
    let mut child = command("sensor_pipeline")
        .arg(folder.path("x.csv"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take()); // long before the report
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), text(&output.stderr).as_str()),
        (Some(0), "")
    );
}
