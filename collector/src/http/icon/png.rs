//! A drawing as PNG, on nothing: what is behind it shows through.

use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint as Ink, PathBuilder, Pixmap, Stroke as Pen, Transform,
};

use super::path::{Drawing, Paint, Step, Stroke};

pub(super) fn write(drawing: &Drawing, size: u32) -> Option<Vec<u8>> {
    paint(drawing, size)?.encode_png().ok()
}

/// The drawing as points.
pub(super) fn paint(drawing: &Drawing, size: u32) -> Option<Pixmap> {
    let mut picture = Pixmap::new(size, size)?;
    let scale = size as f32 / drawing.side;
    let whole = Transform::from_scale(scale, scale);
    for Stroke { steps, paint } in &drawing.strokes {
        let mut path = PathBuilder::new();
        for step in steps {
            match step {
                Step::Move([x, y]) => path.move_to(*x, *y),
                Step::Line([x, y]) => path.line_to(*x, *y),
                Step::Curve([[ax, ay], [bx, by], [x, y]]) => path.cubic_to(*ax, *ay, *bx, *by, *x, *y),
                Step::Close => path.close(),
            }
        }
        let path = path.finish()?;
        let (Paint::Fill(colour) | Paint::Line(colour, _)) = paint;
        let [_, red, green, blue] = colour.to_be_bytes();
        let mut ink = Ink { anti_alias: true, ..Ink::default() };
        ink.set_color(Color::from_rgba8(red, green, blue, u8::MAX));
        match paint {
            Paint::Fill(_) => picture.fill_path(&path, &ink, FillRule::Winding, whole, None),
            Paint::Line(_, width) => {
                let pen = Pen {
                    width: *width,
                    line_cap: LineCap::Round,
                    line_join: LineJoin::Round,
                    ..Pen::default()
                };
                picture.stroke_path(&path, &ink, &pen, whole, None);
            }
        }
    }
    Some(picture)
}
