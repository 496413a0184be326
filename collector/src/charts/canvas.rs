//! What everything is drawn on: a few shapes and texts, escaped, as SVG that is also sound XML.

use maud::{PreEscaped, html};

use super::palette::{Ink, style};
use super::{MARGIN, Theme, WIDTH, text};

/// A picture that is being drawn.
pub(super) struct Canvas {
    theme: Theme,
    drawn: String,
}

/// The shape of a mark: series differ by it as well as by colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Circle,
    Square,
    Diamond,
    Triangle,
}

impl Shape {
    /// The shape of a series.
    pub(super) fn of(series: usize) -> Self {
        [Self::Circle, Self::Square, Self::Diamond, Self::Triangle][series % 4]
    }
}

/// Where a text stands, seen from its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text is set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Type {
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) ink: Ink,
    pub(super) anchor: Anchor,
}

/// The usual text of a picture.
pub(super) const PLAIN: Type = Type { size: 13.0, bold: false, ink: Ink::Text, anchor: Anchor::Start };
/// What is read if need be.
pub(super) const SMALL: Type = Type { size: 12.0, bold: false, ink: Ink::Quiet, anchor: Anchor::Start };

impl Type {
    pub(super) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) fn middle(self) -> Self {
        Self { anchor: Anchor::Middle, ..self }
    }

    pub(super) fn end(self) -> Self {
        Self { anchor: Anchor::End, ..self }
    }

    pub(super) fn sized(self, size: f64) -> Self {
        Self { size, ..self }
    }

    pub(super) fn inked(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }
}

impl Canvas {
    pub(super) fn new(theme: Theme) -> Self {
        Self { theme, drawn: String::new() }
    }

    /// Draws the title, and below it what it is about; returns where there is room again.
    pub(super) fn head(&mut self, title: &str, subtitle: &str) -> f64 {
        let room = WIDTH - 2.0 * MARGIN;
        let mut y = 18.0;
        for line in text::wrap(title, 18.0, true, room, 2) {
            y += 22.0;
            self.text(MARGIN, y, &line, PLAIN.sized(18.0).bold());
        }
        for line in text::wrap(subtitle, 13.0, false, room, 2) {
            y += 19.0;
            self.text(MARGIN, y, &line, PLAIN.inked(Ink::Quiet));
        }
        y + 14.0
    }

    /// A sentence in lines; returns where there is room again.
    pub(super) fn note(&mut self, y: f64, sentence: &str) -> f64 {
        let lines = text::wrap(sentence, SMALL.size, false, WIDTH - 2.0 * MARGIN, 3);
        lines.iter().fold(y, |y, line| {
            self.text(MARGIN, y, line, SMALL);
            y + 17.0
        })
    }

    /// What marks mean, side by side; returns where there is room again.
    pub(super) fn legend(&mut self, y: f64, marks: &[(Shape, Ink, bool, &str)]) -> f64 {
        let mut x = MARGIN + 5.0;
        for (shape, ink, hollow, words) in marks {
            self.mark((x, y - 4.0), *shape, 4.6, *ink, *hollow, words);
            self.text(x + 10.0, y, words, SMALL);
            x += 30.0 + text::width(words, SMALL.size, false);
        }
        y + 20.0
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), ink: Ink, width: f64) {
        self.dashed(from, to, ink, width, None);
    }

    /// A line of dashes; `dash` is how long they and the gaps are.
    pub(super) fn dashed(
        &mut self,
        from: (f64, f64),
        to: (f64, f64),
        ink: Ink,
        width: f64,
        dash: Option<&str>,
    ) {
        self.push(html! {
            line class=(ink.stroke()) x1=(px(from.0)) y1=(px(from.1)) x2=(px(to.0)) y2=(px(to.1))
                stroke=(ink.colour(self.theme)) stroke-width=(px(width)) stroke-dasharray=[dash] {}
        });
    }

    pub(super) fn rect(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), ink: Ink, radius: f64) {
        self.push(html! {
            rect class=(ink.fill()) x=(px(x)) y=(px(y)) width=(px(width.max(0.0))) height=(px(height.max(0.0)))
                rx=(px(radius)) fill=(ink.colour(self.theme)) {}
        });
    }

    /// A line through these points.
    pub(super) fn path(&mut self, points: &[(f64, f64)], ink: Ink, width: f64) {
        self.push(html! {
            path class=(ink.stroke()) d=(path(points)) fill="none" stroke=(ink.colour(self.theme))
                stroke-width=(px(width)) stroke-linejoin="round" stroke-linecap="round" {}
        });
    }

    /// The area within these points, through which one can see.
    pub(super) fn area(&mut self, points: &[(f64, f64)], ink: Ink) {
        self.push(html! {
            path class=(ink.fill()) d=(path(points) + "Z") fill=(ink.colour(self.theme)) fill-opacity="0.16" {}
        });
    }

    /// A mark; `hollow` shows the ground within it. `tip` is told to who points at it.
    pub(super) fn mark(
        &mut self,
        (x, y): (f64, f64),
        shape: Shape,
        size: f64,
        ink: Ink,
        hollow: bool,
        tip: &str,
    ) {
        let corners: &[(f64, f64)] = match shape {
            Shape::Circle => &[],
            Shape::Square => &[(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)],
            Shape::Diamond => &[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)],
            Shape::Triangle => &[(0.0, -1.25), (1.15, 0.85), (-1.15, 0.85)],
        };
        let corners: Vec<(f64, f64)> = corners.iter().map(|(a, b)| (x + a * size, y + b * size)).collect();
        let (fill, line) = if hollow { (Ink::Ground, ink) } else { (ink, Ink::Ground) };
        let class = format!("{} {}", fill.fill(), line.stroke());
        let (fill, line) = (fill.colour(self.theme), line.colour(self.theme));
        let width = if hollow { "2" } else { "1.2" };
        self.push(html! {
            @if corners.is_empty() {
                circle class=(class) cx=(px(x)) cy=(px(y)) r=(px(size)) fill=(fill) stroke=(line) stroke-width=(width) {
                    title { (text::clean(tip)) }
                }
            } @else {
                path class=(class) d=(path(&corners) + "Z") fill=(fill) stroke=(line) stroke-width=(width) {
                    title { (text::clean(tip)) }
                }
            }
        });
    }

    /// A text. What people named must have been through [`text::fit`].
    pub(super) fn text(&mut self, x: f64, y: f64, text: &str, set: Type) {
        self.letters(x, y, text, set, None);
    }

    /// The same over what is drawn already, with the ground around it.
    pub(super) fn text_over(&mut self, x: f64, y: f64, text: &str, set: Type) {
        self.letters(x, y, text, set, Some(Ink::Ground));
    }

    fn letters(&mut self, x: f64, y: f64, text: &str, set: Type, around: Option<Ink>) {
        let anchor = match set.anchor {
            Anchor::Start => None,
            Anchor::Middle => Some("middle"),
            Anchor::End => Some("end"),
        };
        let class = around.map_or(String::new(), |around| format!(" {}", around.stroke()));
        self.push(html! {
            text class=(set.ink.fill() + &class) x=(px(x)) y=(px(y)) font-size=(px(set.size)) text-anchor=[anchor]
                font-weight=[set.bold.then_some("600")] fill=(set.ink.colour(self.theme))
                stroke=[around.map(|ink| ink.colour(self.theme))] stroke-width=[around.map(|_| "3")]
                stroke-linejoin=[around.map(|_| "round")] paint-order=[around.map(|_| "stroke")] { (text) }
        });
    }

    fn push(&mut self, markup: PreEscaped<String>) {
        self.drawn += &markup.0;
    }

    /// The picture, this high, with its name and what it shows in words.
    pub(super) fn finish(self, height: f64, title: &str, told: &str) -> String {
        let (width, height) = (px(WIDTH), px(height.ceil()));
        let title = text::clean(title);
        let picture = html! {
            svg class="hb" xmlns="http://www.w3.org/2000/svg" width=(width) height=(height)
                viewBox={ "0 0 " (width) " " (height) } role="img" xml:lang="en" direction="ltr"
                font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
            {
                title { (title) }
                desc { (text::clean(told)) }
                style { (PreEscaped(style(self.theme))) }
                rect class=(Ink::Ground.fill()) width=(width) height=(height) fill=(Ink::Ground.colour(self.theme)) {}
                (PreEscaped(self.drawn))
            }
        };
        picture.into_string()
    }
}

/// A length, exact to a tenth.
pub(super) fn px(length: f64) -> String {
    let text = format!("{length:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

fn path(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (place, (x, y)) in points.iter().enumerate() {
        path.push(if place == 0 { 'M' } else { 'L' });
        path += &px(*x);
        path.push(' ');
        path += &px(*y);
    }
    path
}
