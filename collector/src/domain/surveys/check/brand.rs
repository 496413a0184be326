//! The company's looks: nothing in them can break out of the survey's own style sheet.

use std::iter::Peekable;
use std::str::Chars;

use super::{Findings, is_web_address};

/// The longest style sheet, bytes: it travels with every form.
const MAX_CSS_BYTES: usize = 8 * 1024;

/// The roundest corners, CSS pixels.
const MAX_RADIUS: u32 = 40;

impl Findings<'_> {
    pub(super) fn brand(&mut self) {
        let brand = &self.survey.brand;
        if let Some(logo) = &brand.logo
            && !is_web_address(logo)
        {
            self.add("brand.logo", "a full address, such as https://www.example.com/logo.svg");
        }
        if let Some(color) = &brand.color
            && !is_color(color)
        {
            self.add("brand.color", format!("{color:?} is not a colour such as #0b6e4f"));
        }
        if let Some(font) = &brand.font
            && (font.len() > 200 || font.contains([';', '{', '}', '<', '\\']))
        {
            self.add("brand.font", "a CSS font family, such as \"Inter, sans-serif\"");
        }
        if let Some(radius) = brand.radius
            && radius > MAX_RADIUS
        {
            self.add("brand.radius", format!("{radius}: 0 to {MAX_RADIUS} pixels"));
        }
        if let Some(css) = &brand.css {
            css_faults(css).into_iter().for_each(|detail| self.add("brand.css", detail));
        }
    }
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn css_faults(css: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if css.len() > MAX_CSS_BYTES {
        faults.push(format!("{} bytes: {MAX_CSS_BYTES} at most", css.len()));
    }
    let plain = without_escapes(css).to_ascii_lowercase();
    if plain.contains("@import") {
        faults.push("it must not @import another style sheet: put the rules here".to_owned());
    }
    if plain.contains("</") {
        faults.push("\"</\" has no place in a style sheet".to_owned());
    }
    let addresses = plain.split("url(").skip(1).map(|rest| rest.trim_start().trim_start_matches(['"', '\'']));
    for address in addresses.filter(|rest| !rest.starts_with("https:") && !rest.starts_with("data:")) {
        let shown: String = address.chars().take_while(|c| !matches!(c, ')' | '"' | '\'')).take(60).collect();
        faults.push(format!("url({shown}): an address begins with https: or data:"));
    }
    faults
}

/// The style sheet as a browser reads it: `\75rl(` is `url(` (CSS Syntax, 4.3.7).
fn without_escapes(css: &str) -> String {
    let mut plain = String::with_capacity(css.len());
    let mut rest = css.chars().peekable();
    while let Some(c) = rest.next() {
        plain.extend(if c == '\\' { escaped(&mut rest) } else { Some(c) });
    }
    plain
}

fn escaped(rest: &mut Peekable<Chars<'_>>) -> Option<char> {
    let mut code = 0;
    let mut digits = 0;
    while digits < 6
        && let Some(digit) = rest.peek().and_then(|c| c.to_digit(16))
    {
        code = code * 16 + digit;
        digits += 1;
        rest.next();
    }
    if digits == 0 {
        return rest.next();
    }
    // One space ends the digits, and is no part of the text.
    rest.next_if(|c| c.is_ascii_whitespace());
    Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
}

#[cfg(test)]
mod tests {
    use super::super::tests::found;

    #[test]
    fn looks_that_could_break_out_of_the_style_sheet_are_refused() {
        assert_eq!(found(|s| s.brand.color = Some("red; }".into())).len(), 1);
        assert_eq!(found(|s| s.brand.font = Some("x; } * { display: none".into())).len(), 1);
        assert_eq!(found(|s| s.brand.radius = Some(40)), [""; 0]);
        assert_eq!(found(|s| s.brand.radius = Some(41)), ["brand.radius: 41: 0 to 40 pixels"]);
    }

    #[test]
    fn a_style_sheet_calls_nobody() {
        let css = |css: &str| found(|s| s.brand.css = Some(css.to_owned()));
        for sound in [
            "",
            "h2 { letter-spacing: 0 } .score::before { content: \"\\201C\" }",
            "form { background: url( 'https://example.com/x.png') } i { background: URL(data:image/png;base64,AA) }",
        ] {
            assert_eq!(css(sound), [""; 0], "{sound}");
        }
        for (broken, said) in [
            ("@IMPORT 'x.css';", "it must not @import another style sheet: put the rules here"),
            ("@\\69mport 'x.css';", "it must not @import another style sheet: put the rules here"),
            ("</style><script>", "\"</\" has no place in a style sheet"),
            ("a { background: url(x.png) }", "url(x.png): an address begins with https: or data:"),
            (
                "a { background: url(\"//x.example/p\") }",
                "url(//x.example/p): an address begins with https: or data:",
            ),
            (
                "a { background: u\\72 l( http://x.example) }",
                "url(http://x.example): an address begins with https: or data:",
            ),
        ] {
            assert_eq!(css(broken), [format!("brand.css: {said}")], "{broken}");
        }
        assert_eq!(css(&"a".repeat(8 * 1024)), [""; 0]);
        assert_eq!(css(&"a".repeat(8 * 1024 + 1)), ["brand.css: 8193 bytes: 8192 at most"]);
    }
}
