//! Times as people say them: the browser knows how, in every language.

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

use super::{SPOKEN, say};

const MINUTE: f64 = 60.0;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;

/// How many of which unit that is, roughly.
fn span(seconds: f64) -> (f64, &'static str) {
    match seconds {
        s if s < 90.0 * MINUTE => ((s / MINUTE).ceil(), "minute"),
        s if s < 36.0 * HOUR => ((s / HOUR).round(), "hour"),
        s => ((s / DAY).round(), "day"),
    }
}

/// From now until then, in words.
pub(crate) fn until(time: &str) -> String {
    let seconds = (date(time).get_time() - Date::now()) / 1000.0;
    if seconds >= 0.0 { relative(span(seconds)) } else { (say().late)(&length(span(-seconds))) }
}

/// How long ago, in words.
pub(crate) fn ago(time: &str) -> String {
    let seconds = (Date::now() - date(time).get_time()) / 1000.0;
    let (number, unit) = span(seconds);
    if seconds < MINUTE { say().just_now.to_owned() } else { relative((-number, unit)) }
}

/// Day and time where the reader is.
pub(crate) fn moment(time: &str) -> String {
    let options = options(&[("dateStyle", "medium"), ("timeStyle", "short")]);
    date(time).to_locale_string(&locale(), &options).into()
}

/// A month that the collector calls `2026-11`.
pub(crate) fn month(label: &str, how: &str) -> String {
    let options = options(&[("month", how), ("year", "numeric")]);
    // Its middle: in that month wherever the reader is.
    date(&format!("{label}-15T12:00:00Z")).to_locale_date_string(&locale(), &options).into()
}

/// "In 3 hours", "3 hours ago".
fn relative((number, unit): (f64, &str)) -> String {
    Intl::RelativeTimeFormat::new(&locales(), &Object::new()).format(number, unit).into()
}

/// "3 hours".
fn length((number, unit): (f64, &str)) -> String {
    let options = options(&[("style", "unit"), ("unit", unit), ("unitDisplay", "long")]);
    let format: Function = Intl::NumberFormat::new(&locales(), &options).format();
    let said = format.call1(&JsValue::UNDEFINED, &JsValue::from_f64(number));
    said.ok().and_then(|said| said.as_string()).unwrap_or_default()
}

fn date(time: &str) -> Date {
    Date::new(&JsValue::from_str(time))
}

fn options(given: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (name, value) in given {
        let _ = Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    options
}

fn locale() -> String {
    SPOKEN.get().locale()
}

fn locales() -> Array {
    Array::of1(&JsValue::from_str(&locale()))
}
