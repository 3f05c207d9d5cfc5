//! A picture of memory over readings.

use crate::memory::Memory;
use plotters::prelude::*;
use std::error::Error;
use std::path::Path;

const SIZE: (u32, u32) = (960, 480);

/// Draws live bytes over readings, a line for each.
pub(crate) fn draw(file: &Path, lines: &[(&str, &Memory)]) -> Result<(), Box<dyn Error>> {
    let readings = lines.iter().map(|(_, it)| it.readings()).max().unwrap_or(1);
    let most = lines.iter().map(|(_, it)| it.most()).max().unwrap_or(1);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&area)
            .caption("Live bytes over readings", ("sans-serif", 22))
            .margin(16)
            .margin_right(48)
            .x_label_area_size(44)
            .y_label_area_size(96)
            .build_cartesian_2d(0..readings, 0..most + most / 10)?;
        chart
            .configure_mesh()
            .x_desc("readings")
            .y_desc("live bytes")
            .light_line_style(TRANSPARENT)
            .draw()?;
        for ((name, memory), color) in lines.iter().zip([BLUE, RED]) {
            chart
                .draw_series(LineSeries::new(memory.points(), color.stroke_width(2)))?
                .label(*name)
                .legend(move |(x, y)| {
                    PathElement::new([(x, y), (x + 16, y)], color.stroke_width(2))
                });
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .background_style(WHITE.mix(0.8))
            .draw()?;
        area.present()?;
    }
    Ok(std::fs::write(file, svg)?)
}
