//! What an icon says, it says in black and white too.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use proptest::prelude::*;
use tiny_skia::Pixmap;

use super::*;

fn scored(score: u8) -> Shown {
    Shown::Score { score: Score::try_from(score).unwrap(), age: 0, trend: None }
}

fn all() -> Vec<Shown> {
    (0..=10).map(scored).chain([Shown::Never, Shown::Unknown]).collect()
}

fn painted(shown: Shown, size: u32) -> Pixmap {
    png::paint(&draw(shown, size), size).unwrap()
}

/// The points that are dark on white paper, printed without grey.
fn ink(shown: Shown, size: u32) -> Vec<bool> {
    let dark = |point: &tiny_skia::PremultipliedColorU8| {
        // Premultiplied: what is missing to white is let through from the paper.
        let through = 255 - u32::from(point.alpha());
        let sum = u32::from(point.red()) + u32::from(point.green()) + u32::from(point.blue());
        sum / 3 + through < 160
    };
    painted(shown, size).pixels().iter().map(dark).collect()
}

/// The points that are covered at all: the shape without what stands in it.
fn silhouette(shown: Shown, size: u32) -> Vec<bool> {
    painted(shown, size).pixels().iter().map(|point| point.alpha() > 127).collect()
}

fn differing(one: &[bool], other: &[bool]) -> usize {
    one.iter().zip(other).filter(|(one, other)| one != other).count()
}

#[test]
fn shapes_tell_the_category_without_any_colour() {
    let kinds = [scored(9), scored(7), scored(0), Shown::Never, Shown::Unknown];
    for size in [16, 24, 32, 64, 256] {
        for (place, one) in kinds.iter().enumerate() {
            for other in &kinds[..place] {
                let different = differing(&silhouette(*one, size), &silhouette(*other, size));
                let least = (size * size / 20) as usize;
                assert!(different >= least, "{one:?} and {other:?} at {size}: {different} of {least} points");
            }
        }
    }
    for (low, high) in [(0, 6), (7, 8), (9, 10)] {
        assert_eq!(silhouette(scored(low), 64), silhouette(scored(high), 64), "one category, one shape");
    }
}

#[test]
fn sixteen_points_are_enough_to_tell_every_score_from_every_other() {
    let all = all();
    for (place, one) in all.iter().enumerate() {
        for other in &all[..place] {
            let different = differing(&ink(*one, 16), &ink(*other, 16));
            assert!(different >= 4, "{one:?} and {other:?} differ in {different} points");
        }
    }
}

#[test]
fn a_trend_is_an_arrow_up_or_down_or_two_lines() {
    let with = |trend| Shown::Score { score: Score::try_from(8u8).unwrap(), age: 0, trend };
    let trends = [None, Some(Ordering::Less), Some(Ordering::Equal), Some(Ordering::Greater)];
    let pictures: BTreeSet<Vec<bool>> = trends.iter().map(|trend| silhouette(with(*trend), 32)).collect();
    assert_eq!(pictures.len(), 4);
    let small: BTreeSet<Vec<bool>> = trends.iter().map(|trend| silhouette(with(*trend), 16)).collect();
    assert_eq!(small.len(), 1, "at 16 points there is no room for it");
}

/// WCAG 2.2, relative luminance.
fn luminance(colour: u32) -> f64 {
    let linear = |byte: u8| {
        let part = f64::from(byte) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let [_, red, green, blue] = colour.to_be_bytes();
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

fn contrast(one: u32, other: u32) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn colours_stand_out_on_light_and_on_dark() {
    for colour in [PROMOTER, PASSIVE, DETRACTOR, BESIDE] {
        for behind in [WHITE, 0x00_0000, 0x12_1212] {
            assert!(contrast(colour, behind) >= 3.0, "{colour:06x} on {behind:06x}");
        }
    }
    for colour in [PROMOTER, PASSIVE, DETRACTOR] {
        assert!(contrast(WHITE, colour) >= 4.5, "the score in {colour:06x}");
    }
}

#[test]
fn an_icon_says_in_words_what_it_shows() {
    let icon = svg(scored(9), 32, "Last score: 9 & <more>", "en");
    assert!(icon.starts_with(r#"<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32""#), "{icon}");
    assert!(icon.contains(r#"role="img" aria-label="Last score: 9 &amp; &lt;more&gt;""#), "{icon}");
    assert!(icon.contains("<title>Last score: 9 &amp; &lt;more&gt;</title>"), "{icon}");
    assert!(!icon.contains("style") && !icon.contains("script"), "{icon}");
}

proptest! {
    #[test]
    fn any_age_is_told_in_three_signs_that_can_be_drawn(seconds in 0i64..20_000_000_000) {
        let text = age_as_text(seconds);
        prop_assert!(text.chars().count() <= 3, "{}", text);
        prop_assert!(text.chars().all(|sign| glyphs::glyph(sign).is_some()), "{}", text);
    }

    #[test]
    fn nothing_is_drawn_outside(score in 0u8..11, age in 0i64..2_000_000_000, trend in -1i32..2, size in SIZES) {
        let trend = Some(trend.cmp(&0));
        let shown = Shown::Score { score: Score::try_from(score).unwrap(), age, trend };
        let drawing = draw(shown, size);
        for stroke in &drawing.strokes {
            let half = if let Paint::Line(_, width) = stroke.paint { width / 2.0 } else { 0.0 };
            let mut points = Vec::new();
            for step in &stroke.steps {
                match step {
                    Step::Move(to) | Step::Line(to) => points.push(*to),
                    Step::Curve([_, _, to]) => points.push(*to),
                    Step::Close => {}
                }
            }
            for number in points.iter().flatten() {
                prop_assert!(*number - half >= -0.01 && *number + half <= drawing.side + 0.01, "{:?}", stroke);
            }
        }
        prop_assert!(png(shown, size).is_some());
    }
}
