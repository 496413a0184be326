//! Lines and areas: what an icon is drawn of, whether as SVG or as points of a picture.

/// A step of the pen; `x` to the right, `y` down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    Move([f32; 2]),
    Line([f32; 2]),
    /// A cubic Bézier curve: two control points and its end.
    Curve([[f32; 2]; 3]),
    Close,
}

/// How a path is painted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Paint {
    /// All of it, in this colour (red, green, blue).
    Fill(u32),
    /// Its line alone, in this colour and width, with round ends and corners.
    Line(u32, f32),
}

/// A path and its paint.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stroke {
    pub(super) steps: Vec<Step>,
    pub(super) paint: Paint,
}

/// A drawing in a square with sides of this length.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Drawing {
    pub(super) side: f32,
    pub(super) strokes: Vec<Stroke>,
}

impl Step {
    /// The same step elsewhere and larger.
    pub(super) fn placed(self, [x, y]: [f32; 2], scale: f32) -> Self {
        let place = |[px, py]: [f32; 2]| [x + px * scale, y + py * scale];
        match self {
            Self::Move(to) => Self::Move(place(to)),
            Self::Line(to) => Self::Line(place(to)),
            Self::Curve(points) => Self::Curve(points.map(place)),
            Self::Close => Self::Close,
        }
    }
}

/// A closed line through these points.
pub(super) fn polygon(points: &[[f32; 2]]) -> Vec<Step> {
    let mut steps: Vec<Step> = points.iter().map(|point| Step::Line(*point)).collect();
    if let Some(first) = points.first() {
        steps[0] = Step::Move(*first);
    }
    steps.push(Step::Close);
    steps
}

/// How far the control points of a quarter of a circle lie along its tangents: with 4/3·(√2 − 1) it differs from the
/// circle by 0.03 %.
const QUARTER: f32 = 0.552_284_8;

/// An ellipse, from its top clockwise.
pub(super) fn ellipse([x, y]: [f32; 2], [rx, ry]: [f32; 2]) -> Vec<Step> {
    let (cx, cy) = (rx * QUARTER, ry * QUARTER);
    vec![
        Step::Move([x, y - ry]),
        Step::Curve([[x + cx, y - ry], [x + rx, y - cy], [x + rx, y]]),
        Step::Curve([[x + rx, y + cy], [x + cx, y + ry], [x, y + ry]]),
        Step::Curve([[x - cx, y + ry], [x - rx, y + cy], [x - rx, y]]),
        Step::Curve([[x - rx, y - cy], [x - cx, y - ry], [x, y - ry]]),
        Step::Close,
    ]
}
