//! Tables of results, as Markdown.

use crate::contestant::Role;
use std::fmt;

pub struct Table {
    pub title: &'static str,
    pub who: Vec<(&'static str, Role)>,
    pub columns: Vec<Column>,
}

pub struct Column {
    pub head: String,
    pub best: Best,
    /// One for each of those who take part.
    pub cells: Vec<Cell>,
    /// To be said below the table.
    pub note: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Best {
    Least,
    Most,
    /// It is there to be known; nobody is compared.
    Nobody,
}

#[derive(Clone, PartialEq)]
pub enum Cell {
    Figure(f64),
    /// Why there is no figure.
    Word(&'static str),
}

impl Column {
    /// The figure that ours is compared with: the best of the peers that have one cache for all threads.
    fn yardstick(&self, who: &[(&'static str, Role)]) -> Option<f64> {
        let shared = self.figures(who, Role::Shared);
        match self.best {
            Best::Least => shared.min_by(f64::total_cmp),
            Best::Most => shared.max_by(f64::total_cmp),
            Best::Nobody => None,
        }
    }

    fn figures<'a>(
        &'a self,
        who: &'a [(&'static str, Role)],
        role: Role,
    ) -> impl Iterator<Item = f64> + 'a {
        let of_role = move |((_, is), cell): (&(_, Role), &Cell)| match cell {
            Cell::Figure(figure) if *is == role => Some(*figure),
            _ => None,
        };
        who.iter().zip(&self.cells).filter_map(of_role)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "### {}\n\n|  |", self.title)?;
        for column in &self.columns {
            write!(f, " {} |", column.head)?;
        }
        write!(f, "\n|---|{}\n", "---:|".repeat(self.columns.len()))?;
        for (at, (name, role)) in self.who.iter().enumerate() {
            if self.columns.iter().all(|it| it.cells[at] == Cell::Word("")) {
                continue;
            }
            match role {
                Role::Ours => write!(f, "| **{name}** |")?,
                _ => write!(f, "| {name} |")?,
            }
            for column in &self.columns {
                match column.cells[at] {
                    Cell::Word(word) => write!(f, " {word} |")?,
                    Cell::Figure(figure) => match column.yardstick(&self.who) {
                        Some(best) => write!(f, " {} ({}) |", short(figure), ratio(figure / best))?,
                        None => write!(f, " {} |", short(figure))?,
                    },
                }
            }
            writeln!(f)?;
        }
        for note in self
            .columns
            .iter()
            .filter_map(|column| column.note.as_ref())
        {
            write!(f, "\n{note}\n")?;
        }
        Ok(())
    }
}

fn ratio(ratio: f64) -> String {
    match format!("{ratio:.2}") {
        nothing if nothing == "0.00" => "< 0.01".to_owned(),
        _ if ratio >= 10.0 => short(ratio),
        ratio => ratio,
    }
}

/// With three digits, or all before the point.
pub fn short(figure: f64) -> String {
    let whole = format!("{figure:.0}");
    match whole.len() {
        _ if figure.fract() == 0.0 && figure < 1_000.0 => whole,
        1 => format!("{figure:.2}"),
        2 => format!("{figure:.1}"),
        3 => whole,
        digits => {
            let (thousands, rest) = whole.split_at(digits - 3);
            format!("{thousands},{rest}")
        }
    }
}
