//! A picture of hits: a bar for each contestant, on a logarithmic scale, in colours for light and dark pages.

use crate::contestant::Role;
use crate::table::{Cell, Column, Table, short};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::error::Error;
use std::fs;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/hits.svg");
const SIZE: (u32, u32) = (1000, 660);
const FONT: &str = "sans-serif";

// Of middling lightness, so that they stand out from white and from black.
const INK: RGBColor = RGBColor(0x76, 0x83, 0x90);
const OURS: RGBColor = RGBColor(0x2F, 0x81, 0xF7);
const PEERS: RGBColor = RGBColor(0x9A, 0xA4, 0xAF);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws the four columns that differ most.
pub fn draw(hits: &Table) -> Result<(), Box<dyn Error>> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        let title = (FONT, 22).into_font().color(&INK);
        let area = area
            .margin(12, 0, 0, 0)
            .titled("A hit, in nanoseconds (logarithmic)", title)?;
        let columns = [0, 1, 2, 4].map(|at| &hits.columns[at]);
        for (panel, column) in area.split_evenly((2, 2)).iter().zip(columns) {
            draw_panel(panel, hits, column)?;
        }
        area.present()?;
    }
    Ok(fs::write(FILE, svg)?)
}

fn draw_panel(area: &Area<'_>, hits: &Table, column: &Column) -> Result<(), Box<dyn Error>> {
    let mut bars: Vec<(&str, Role, f64)> = hits
        .who
        .iter()
        .zip(&column.cells)
        .filter_map(|((name, role), cell)| match cell {
            Cell::Figure(nanos) => Some((*name, *role, *nanos)),
            Cell::Word(_) => None,
        })
        .collect();
    bars.sort_by(|one, other| other.2.total_cmp(&one.2));

    let mut chart = ChartBuilder::on(area)
        .caption(
            column.head.replace('`', ""),
            (FONT, 17).into_font().color(&INK),
        )
        .margin(12)
        .margin_right(60)
        .x_label_area_size(24)
        .y_label_area_size(175)
        .build_cartesian_2d((1.0..100_000.0).log_scale(), 0.0..bars.len() as f64)?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .disable_y_axis()
        .axis_style(TRANSPARENT)
        .bold_line_style(INK.mix(0.25))
        .light_line_style(TRANSPARENT)
        .x_labels(6)
        .x_label_formatter(&|nanos| short(*nanos))
        .x_label_style((FONT, 12).into_font().color(&INK))
        .draw()?;
    for (at, &(name, role, nanos)) in bars.iter().enumerate() {
        let low = at as f64;
        let style = match role {
            Role::Ours => OURS.filled(),
            Role::Floor => PEERS.mix(0.4).filled(),
            _ => PEERS.filled(),
        };
        chart.draw_series([Rectangle::new(
            [(1.0, low + 0.15), (nanos, low + 0.85)],
            style,
        )])?;
        let color = if role == Role::Ours { OURS } else { INK };
        let label = |text: String, end, towards| {
            let style = (FONT, 14).into_font().color(&color);
            let style = style.pos(Pos::new(towards, VPos::Center));
            move |x| EmptyElement::at((x, low + 0.5)) + Text::new(text, (end, 0), style)
        };
        let plot = chart.plotting_area();
        plot.draw(&label(name.replace('`', ""), -8, HPos::Right)(1.0))?;
        plot.draw(&label(short(nanos), 6, HPos::Left)(nanos))?;
    }
    Ok(())
}
