//! What a rating is drawn with, by the widget and on the plain pages: the lines of stars and faces, each in a square of 24.

/// A star, as the path of an SVG.
pub const STAR: &str = "M12 3l2.8 5.7 6.2.9-4.5 4.4 1.1 6.2-5.6-2.9-5.6 2.9 1.1-6.2L3 9.6l6.2-.9z";

/// A face, as the path of an SVG. Its mouth bends from sad, the first of so many, to happy, the last.
pub fn face(number: u32, count: u32) -> String {
    // In tenths: the corners go up by two while the middle goes down by eight.
    let bend = 20 * number.saturating_sub(1) / count.saturating_sub(1).max(1);
    let (corner, middle) = (tenths(165 - bend), tenths(115 + 4 * bend));
    ["M21 12a9 9 0 1 1-18 0a9 9 0 1 1 18 0zM9 9v1.2M15 9v1.2M8 ", &corner, "Q12 ", &middle, " 16 ", &corner]
        .concat()
}

/// A number of three digits, the last behind the point. By hand, because the widget brings no formatting along.
fn tenths(number: u32) -> String {
    let digit = |number: u32| char::from(b'0' + (number % 10) as u8);
    let mut text = String::new();
    for c in [digit(number / 100), digit(number / 10), '.', digit(number)] {
        text.push(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::face;

    #[test]
    fn the_mouth_bends_from_sad_to_happy() {
        let mouth = |number, count| {
            let face = face(number, count);
            face.split_once("M8 ").map(|(_, mouth)| mouth.to_owned()).unwrap_or_default()
        };
        assert_eq!(
            [1, 3, 5].map(|number| mouth(number, 5)),
            ["16.5Q12 11.5 16 16.5", "15.5Q12 15.5 16 15.5", "14.5Q12 19.5 16 14.5"]
        );
        assert_eq!(mouth(2, 7), "16.2Q12 12.7 16 16.2");
        assert_eq!(mouth(1, 1), mouth(1, 5), "one face alone is no division by nothing");
    }
}
