//! What the caller takes: RFC 9110, section 12.5.1.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::{header, request::Parts};

use super::Format;
use crate::http::error::Error;

/// The ranges of media types that `Accept` names; anything, where it names none.
pub(in crate::http) struct Accept(Vec<Range>);

/// `text/csv`, `image/*` or `*/*`, and how much it is wanted.
#[derive(Clone, Debug, PartialEq)]
struct Range {
    kind: String,
    quality: f32,
}

impl<S: Sync> FromRequestParts<S> for Accept {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let headers = parts.headers.get_all(header::ACCEPT).into_iter();
        Ok(Self(headers.filter_map(|value| value.to_str().ok()).flat_map(ranges).collect()))
    }
}

/// What cannot be read is passed over: Java's own client says `*; q=.2`, and a comma in a quoted parameter is nobody's.
fn ranges(text: &str) -> impl Iterator<Item = Range> {
    text.split(',').filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let kind = parts.next()?.to_ascii_lowercase();
        let mut parameters = parts.filter_map(|parameter| parameter.split_once('='));
        let quality = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
        let quality = quality.map_or(Some(1.0), |(_, quality)| quality.trim().parse().ok())?;
        (kind.contains('/') && (0.0..=1.0).contains(&quality)).then_some(Range { kind, quality })
    })
}

impl Accept {
    /// The format that is asked for: by its name, or else the most wanted of those `offered`.
    ///
    /// # Errors
    /// When it is not among those offered; the error lists them.
    pub(in crate::http) fn choose(&self, name: Option<&str>, offered: &[Format]) -> Result<Format, Error> {
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            let found = offered.iter().find(|format| format.name() == name);
            return found.copied().ok_or_else(|| {
                Error::parameter("format", format!("{name:?} is none of {}", names(offered)))
            });
        }
        let mut best: Option<(Wanted, Format)> = None;
        for &format in offered {
            let wanted = self.wants(format);
            // Of two that are wanted alike, the one offered first.
            if let Some(wanted) = wanted.filter(|wanted| best.is_none_or(|(known, _)| *wanted > known)) {
                best = Some((wanted, format));
            }
        }
        best.map(|(_, format)| format).ok_or_else(|| {
            let types = offered.iter().filter_map(|format| format.media_types().first().copied());
            let types: Vec<&str> = types.collect();
            Error::NotAcceptable { types: types.join(", "), names: names(offered) }
        })
    }

    /// How much a format is wanted, if it is: by the range that describes it best.
    fn wants(&self, format: Format) -> Option<Wanted> {
        if self.0.is_empty() {
            return Some(Wanted { quality: 1.0, exactness: 0, earlier: 0 });
        }
        let wants = |media_type: &&str| {
            let fits = |(place, range): (usize, &Range)| {
                let exactness = range.exactness(media_type)?;
                // The place counts backwards: what stands first is meant first.
                Some(Wanted { quality: range.quality, exactness, earlier: usize::MAX - place })
            };
            self.0.iter().enumerate().filter_map(fits).max_by_key(|wanted| (wanted.exactness, wanted.earlier))
        };
        let wanted = format
            .media_types()
            .iter()
            .filter_map(wants)
            .max_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
        wanted.filter(|wanted| wanted.quality > 0.0)
    }
}

/// How much a format is wanted. Of two of one quality, the one that is named itself, then the one that is named first.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
struct Wanted {
    quality: f32,
    exactness: u8,
    earlier: usize,
}

impl Range {
    /// 2 if it is this type, 1 if it is one of its kind, 0 if it is anything; none if it is something else.
    fn exactness(&self, media_type: &str) -> Option<u8> {
        match self.kind.split_once('/')? {
            ("*", "*") => Some(0),
            (kind, "*") => media_type.strip_prefix(kind)?.starts_with('/').then_some(1),
            _ => (self.kind == media_type).then_some(2),
        }
    }
}

fn names(offered: &[Format]) -> String {
    let names: Vec<&str> = offered.iter().map(|format| format.name()).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::Format::{Csv, Excel, Json, Ndjson, Parquet, Svg};
    use super::*;

    const ALL: [Format; 6] = [Json, Csv, Excel, Ndjson, Parquet, Svg];

    fn choose(accept: &str) -> Option<Format> {
        Accept(ranges(accept).collect()).choose(None, &ALL).ok()
    }

    #[test]
    fn the_most_wanted_format_is_chosen() {
        for (accept, format) in [
            ("", Json),
            ("*/*", Json),
            ("text/csv", Csv),
            ("Text/CSV; charset=utf-8", Csv),
            ("application/json;q=0.5, text/csv", Csv),
            ("text/csv, application/json", Csv),
            ("application/json, text/csv", Json),
            ("*/*, text/csv", Csv),
            ("application/x-ndjson", Ndjson),
            ("application/jsonl, */*;q=0.1", Ndjson),
            ("application/vnd.apache.parquet", Parquet),
            ("image/*", Svg),
            ("application/*;q=0.8, application/json;q=0", Ndjson),
            ("*/*;q=0.1, application/json;q=0.05", Csv),
            // A browser's window, its <img>, and Java.
            ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", Json),
            ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", Svg),
            ("image/webp,image/avif,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", Svg),
            ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", Json),
        ] {
            assert_eq!(choose(accept), Some(format), "{accept}");
        }
        for accept in ["text/html", "text/csv;q=0", "application/json;q=0, text/html", "*/*;q=0"] {
            assert_eq!(choose(accept), None, "{accept}");
        }
    }

    #[test]
    fn a_name_counts_more_than_the_header() {
        let accept = Accept(ranges("text/csv").collect());
        assert!(matches!(accept.choose(Some("excel"), &ALL), Ok(Excel)));
        assert!(matches!(accept.choose(Some(""), &ALL), Ok(Csv)));
        let error = accept.choose(Some("svg"), &[Json, Csv]).unwrap_err();
        assert_eq!(error.to_string(), "the query cannot be read: format: \"svg\" is none of json, csv");
    }

    #[test]
    fn what_cannot_be_had_is_told_with_what_can() {
        let error = Accept(ranges("text/html").collect()).choose(None, &[Json, Csv, Excel]).unwrap_err();
        let told = "this cannot be had as what the request accepts, but as application/json, text/csv (Accept), or by ?format=json, csv, excel";
        assert_eq!(error.to_string(), told);
    }
}
