//! The inks, by what they are for, on white and on dark.
//!
//! Text has a contrast of at least 4.5 to its ground, and lines and marks of 3 (WCAG 2.2, 1.4.3 and 1.4.11). The inks of series,
//! and those of promoters and detractors, differ for people who tell red from green badly or not at all: they are blue, orange,
//! green and purple of different lightness.

use std::fmt::Write;

/// Light, dark, or as the reader's device is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device is set; printed, and in programs that know no style sheets, it is light.
    #[default]
    Auto,
    /// On white.
    Light,
    /// On dark.
    Dark,
}

impl Theme {
    /// The theme of this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "auto" => Some(Self::Auto),
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }
}

/// What something is drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// The ground.
    Ground,
    /// What is read first.
    Text,
    /// What is read if need be.
    Quiet,
    /// The lines of the grid, and what is only there to compare with.
    Grid,
    /// The zero line and the ends of scales.
    Axis,
    /// The bands behind rows.
    Band,
    Promoter,
    Passive,
    Detractor,
    /// One of four series.
    Series(usize),
}

/// How many series have inks of their own.
pub(super) const SERIES: usize = 4;

/// Each ink: its class, on white, on dark.
const INKS: [(Ink, &str, &str, &str); 13] = [
    (Ink::Ground, "ground", "#ffffff", "#16191d"),
    (Ink::Text, "text", "#1c2024", "#eceff3"),
    (Ink::Quiet, "quiet", "#59626d", "#a9b2bd"),
    (Ink::Grid, "grid", "#dfe3e8", "#31373f"),
    (Ink::Axis, "axis", "#7c8691", "#7d8793"),
    (Ink::Band, "band", "#f3f5f7", "#1e2329"),
    (Ink::Promoter, "promoter", "#1f62b0", "#6ba9ee"),
    (Ink::Passive, "passive", "#7f8994", "#828c98"),
    (Ink::Detractor, "detractor", "#c25a0a", "#f0964a"),
    (Ink::Series(0), "one", "#1f62b0", "#6ba9ee"),
    (Ink::Series(1), "two", "#c25a0a", "#f0964a"),
    (Ink::Series(2), "three", "#0c8268", "#46c9a4"),
    (Ink::Series(3), "four", "#8e3a91", "#d99be0"),
];

impl Ink {
    fn known(self) -> (&'static str, &'static str, &'static str) {
        let same = |ink: &Ink| match (ink, self) {
            (Self::Series(one), Self::Series(other)) => *one == other % SERIES,
            (one, other) => *one == other,
        };
        let found = INKS.iter().find(|(ink, ..)| same(ink));
        found.map_or(("text", "#1c2024", "#eceff3"), |(_, name, light, dark)| (name, light, dark))
    }

    /// The class of what is filled with it.
    pub(super) fn fill(self) -> String {
        format!("hb-{}", self.known().0)
    }

    /// The class of what is drawn along with it.
    pub(super) fn stroke(self) -> String {
        format!("hb-{}-line", self.known().0)
    }

    /// Its colour, where nothing turns it into another.
    pub(super) fn colour(self, theme: Theme) -> &'static str {
        let (_, light, dark) = self.known();
        if theme == Theme::Dark { dark } else { light }
    }
}

/// The style sheet of a picture. Its names are no others', in case it is put right into a page.
pub(super) fn style(theme: Theme) -> String {
    let mut style = String::from(".hb text{font-variant-numeric:tabular-nums}");
    if theme == Theme::Auto {
        style += ".hb{color-scheme:light dark}@media screen and (prefers-color-scheme:dark){";
        for (ink, _, _, dark) in INKS {
            // Writing to a string cannot fail.
            let _ = write!(style, ".{}{{fill:{dark}}}.{}{{stroke:{dark}}}", ink.fill(), ink.stroke());
        }
        style.push('}');
    }
    style
}

#[cfg(test)]
mod tests {
    use wire::colour::{Colour, contrast};

    use super::*;

    #[test]
    fn every_ink_can_be_seen_on_its_ground() {
        let colour = |hex: &str| Colour::parse(hex).unwrap();
        for theme in [Theme::Light, Theme::Dark] {
            for ground in [Ink::Ground, Ink::Band] {
                let ground = colour(ground.colour(theme));
                for (ink, name, ..) in INKS {
                    let least = match ink {
                        Ink::Ground | Ink::Band | Ink::Grid => continue,
                        Ink::Text | Ink::Quiet => 4.5,
                        _ => 3.0,
                    };
                    let seen = contrast(colour(ink.colour(theme)), ground);
                    assert!(seen >= least, "{name} on {theme:?}: {seen:.2}");
                }
            }
        }
    }
}
