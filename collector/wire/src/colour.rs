//! Colours that can be read whatever colour the brand has: the contrast of WCAG 2.2. The widget and the collector's own
//! page draw with them.

/// A colour of sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// White.
pub const WHITE: Colour = Colour([255; 3]);
/// Black.
pub const BLACK: Colour = Colour([0; 3]);
/// The card where the customer prefers dark; `--card` in style.css.
pub const DARK_CARD: Colour = Colour([0x1c, 0x1e, 0x24]);

impl Colour {
    /// Reads `#rrggbb` or `#rgb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().strip_prefix('#')?.as_bytes();
        let digit = |index: usize| (digits[index] as char).to_digit(16).map(|digit| digit as u8);
        let mut channels = [0; 3];
        for (index, channel) in channels.iter_mut().enumerate() {
            *channel = match digits.len() {
                3 => digit(index)? * 17,
                6 => digit(2 * index)? * 16 + digit(2 * index + 1)?,
                _ => return None,
            };
        }
        Some(Self(channels))
    }

    /// `#rrggbb`.
    pub fn hex(self) -> String {
        let digits = self.0.iter().flat_map(|channel| [channel >> 4, channel & 15]);
        std::iter::once('#')
            .chain(digits.map(|digit| b"0123456789abcdef"[usize::from(digit)] as char))
            .collect()
    }

    /// White or black, whichever is easier to read on this colour.
    ///
    /// One of them always has a contrast of 4.5 or more: both have √21 = 4.58 on the colour where they are equal.
    pub fn text(self) -> Self {
        if contrast(self, WHITE) >= contrast(self, BLACK) { WHITE } else { BLACK }
    }

    /// This colour, or the nearest lighter or darker one whose outline can be seen on a card of that colour.
    pub fn outline(self, card: Self) -> Self {
        let far = card.text();
        let mut outline = self;
        // Eight steps of an eighth, the last of which is white or black.
        for part in 1..=8 {
            if contrast(outline, card) >= 3.0 {
                break;
            }
            let mix =
                |index: usize| (u16::from(self.0[index]) * (8 - part) + u16::from(far.0[index]) * part) / 8;
            outline = Self([0, 1, 2].map(|index| mix(index) as u8));
        }
        outline
    }

    /// Relative luminance, 0 (black) to 1 (white).
    fn luminance(self) -> f32 {
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

/// How well two colours can be told apart: 1 (not at all) to 21 (black and white). AA asks for 4.5 for text, 3 for the
/// outlines of controls.
pub fn contrast(one: Colour, other: Colour) -> f32 {
    let (one, other) = (one.luminance() + 0.05, other.luminance() + 0.05);
    if one > other { one / other } else { other / one }
}

fn linear(channel: u8) -> f32 {
    let value = f32::from(channel) / 255.0;
    if value <= 0.04045 { value / 12.92 } else { power_2_4((value + 0.055) / 1.055) }
}

/// x^2.4 for 0 to 1. `powf` would bring the whole of libm's `pow` along; here 0.4 is written in binary,
/// 0.0110 0110 0110…, and each digit is one more square root, which WebAssembly has as an instruction.
fn power_2_4(x: f32) -> f32 {
    let mut root = x;
    let mut result = x * x;
    for digit in 0..12 {
        root = root.sqrt();
        if matches!(digit % 4, 1 | 2) {
            result *= root;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        // Cheap, and the colours that nearly fail lie close together.
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn text_on_any_brand_colour_is_aa(channels: [u8; 3]) {
            let colour = Colour(channels);
            prop_assert!(contrast(colour, colour.text()) >= 4.5, "{}", colour.hex());
        }

        #[test]
        fn outlines_of_any_brand_colour_are_seen_on_light_and_dark_cards(channels: [u8; 3]) {
            let colour = Colour(channels);
            for card in [WHITE, DARK_CARD] {
                prop_assert!(contrast(colour.outline(card), card) >= 3.0, "{}", colour.hex());
            }
        }

        #[test]
        fn a_colour_that_is_seen_is_left_as_it_is(channels: [u8; 3]) {
            let colour = Colour(channels);
            for card in [WHITE, DARK_CARD] {
                prop_assert_eq!(colour.outline(card) == colour, contrast(colour, card) >= 3.0);
            }
        }

        #[test]
        fn every_colour_is_read_as_it_is_written(channels: [u8; 3]) {
            prop_assert_eq!(Colour::parse(&Colour(channels).hex()), Some(Colour(channels)));
        }
    }

    #[test]
    fn the_contrast_is_that_of_wcag() {
        assert!((contrast(BLACK, WHITE) - 21.0).abs() < 0.001);
        // #767676 is known as the lightest grey that is AA on white, 4.54.
        let grey = Colour::parse("#767676").unwrap();
        assert!((contrast(grey, WHITE) - 4.54).abs() < 0.005);
    }

    #[test]
    fn square_roots_make_the_power() {
        for channel in 11..=255u8 {
            let x = (f32::from(channel) / 255.0 + 0.055) / 1.055;
            assert!((power_2_4(x) - x.powf(2.4)).abs() < 0.0002, "{channel}");
        }
    }

    #[test]
    fn hex_colours_are_read_and_nothing_else() {
        assert_eq!(Colour::parse("#0aF").map(Colour::hex), Some("#00aaff".into()));
        assert_eq!(Colour::parse(" #12ab9F ").map(Colour::hex), Some("#12ab9f".into()));
        for wrong in ["", "#", "red", "#12", "#12345", "#1234567", "#ggg", "12ab9f", "#é1"] {
            assert_eq!(Colour::parse(wrong), None, "{wrong}");
        }
    }
}
