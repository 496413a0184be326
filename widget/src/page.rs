//! The page around the widget: the one file that names `document`, `window` and what hangs on them, except storage
//! (`storage.rs`) and the network (`network.rs`).
//!
//! Nothing here may harm the page: what fails is left out.

use js_sys::{Array, Date, Function, Math, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{CssStyleSheet, Document, Element, Event, HtmlElement, ShadowRoot, Url, Window};
use wire::colour::{Colour, DARK_CARD, WHITE};
use wire::{Brand, Category, Direction};

#[wasm_bindgen]
extern "C" {
    /// What the loader found on its tag and in the address.
    #[derive(Clone)]
    pub type Settings;

    /// Where the collector is, without a slash at the end.
    #[wasm_bindgen(method, getter)]
    pub fn collector(this: &Settings) -> String;

    /// The survey's id.
    #[wasm_bindgen(method, getter)]
    pub fn survey(this: &Settings) -> String;

    /// The token of the personal link; empty if there was none.
    #[wasm_bindgen(method, getter)]
    pub fn token(this: &Settings) -> String;

    /// Address of the thank-you page; empty if the thanks are to appear in place.
    #[wasm_bindgen(method, getter)]
    pub fn next(this: &Settings) -> String;

    /// Whether this page is the thank-you page.
    #[wasm_bindgen(method, getter)]
    pub fn thanks(this: &Settings) -> bool;

    /// Address of what is to be drawn: a form, or words of thanks.
    #[wasm_bindgen(method, getter)]
    pub fn address(this: &Settings) -> String;

    /// The first request to that address, which the loader has already sent: a promise of a `Response`.
    #[wasm_bindgen(method, getter)]
    pub fn first(this: &Settings) -> js_sys::Promise;
}

#[wasm_bindgen]
extern "C" {
    type Segmenter;

    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new() -> Result<Segmenter, JsValue>;

    #[wasm_bindgen(method)]
    fn segment(this: &Segmenter, text: &str) -> JsValue;

    #[wasm_bindgen(js_namespace = console, js_name = warn)]
    fn console_warn(message: &str);

    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn random_bytes(bytes: &Uint8Array);
}

fn window() -> Window {
    js_sys::global().unchecked_into()
}

fn document() -> Option<Document> {
    window().document()
}

/// Tells the web designer what is wrong, in the console.
pub fn warn(message: &str) {
    console_warn(&["Hearback: ", message].concat());
}

/// Gives the shadow root its styles and the element everything is drawn in.
pub fn furnish(root: &ShadowRoot) -> Option<HtmlElement> {
    if let Ok(sheet) = CssStyleSheet::new() {
        let _ = sheet.replace_sync(include_str!(concat!(env!("OUT_DIR"), "/style.css")));
        root.set_adopted_style_sheets(&Array::of1(&sheet));
    }
    let element = create("div");
    element.set_class_name("root");
    root.append_child(&element).ok()?;
    Some(element.unchecked_into())
}

/// Gives the element its language, direction, colours and font.
///
/// Through the object model: a `style` attribute in markup would break under the page's content security policy.
pub fn dress(element: &HtmlElement, language: &str, direction: Direction, brand: &Brand) {
    element.set_lang(language);
    element.set_dir(direction.as_str());
    let style = element.style();
    let set = |name: &str, value: &str| drop(style.set_property(name, value));
    if let Some(font) = &brand.font {
        set("--hb-font", font);
    }
    if let Some(colour) = brand.color.as_deref().and_then(Colour::parse) {
        set("--hb-brand", &colour.hex());
        set("--hb-on", &colour.text().hex());
        // The card's colours in style.css.
        set("--hb-edge-light", &colour.outline(WHITE).hex());
        set("--hb-edge-dark", &colour.outline(DARK_CARD).hex());
    }
}

/// A new element.
pub fn create(name: &str) -> Element {
    // There is a document wherever there is a shadow root to draw in, and names come from this program alone.
    let created = document().and_then(|document| document.create_element(name).ok());
    created.unwrap_or_else(|| JsValue::UNDEFINED.unchecked_into())
}

/// What the field reads that the event came from.
pub fn value(event: &Event) -> String {
    // A radio button and a text area both have it: no need to know which.
    let target = event.target().map(JsValue::from).unwrap_or_default();
    Reflect::get(&target, &"value".into()).ok().and_then(|value| value.as_string()).unwrap_or_default()
}

/// Moves the focus to the first element that the selector finds.
pub fn focus(element: &HtmlElement, selector: &str) {
    if let Ok(Some(found)) = element.query_selector(selector) {
        let _ = found.unchecked_into::<HtmlElement>().focus();
    }
}

/// Calls `f` in so many milliseconds; returns what [`cancel`] takes.
pub fn after(milliseconds: u32, f: impl FnOnce() + 'static) -> i32 {
    let f = Closure::once_into_js(f);
    window()
        .set_timeout_with_callback_and_timeout_and_arguments_0(f.unchecked_ref(), milliseconds as i32)
        .unwrap_or(0)
}

/// Stops what [`after`] was to do.
pub fn cancel(timer: i32) {
    window().clear_timeout_with_handle(timer);
}

/// Calls `f` whenever the network comes back.
pub fn when_online(f: impl Fn() + 'static) {
    listen(&window(), "online", &listener(f));
}

/// Calls `f` whenever this may be the last that the page hears: it is left, closed or put in the background.
pub fn when_leaving(f: impl Fn() + 'static) {
    let listener = listener(f);
    listen(&window(), "pagehide", &listener);
    if let Some(document) = document() {
        // Coming back, it does no harm either.
        listen(&document, "visibilitychange", &listener);
    }
}

/// Calls `f` whenever the page is shown: also when the customer comes back to it and the browser has kept it as it was.
pub fn when_shown(f: impl Fn() + 'static) {
    listen(&window(), "pageshow", &listener(f));
}

fn listener(f: impl Fn() + 'static) -> Function {
    Closure::<dyn Fn()>::new(f).into_js_value().unchecked_into()
}

fn listen(target: &web_sys::EventTarget, event: &str, listener: &Function) {
    let _ = target.add_event_listener_with_callback(event, listener);
}

/// A number by chance, 0 to 1.
pub fn random() -> f64 {
    Math::random()
}

/// Sixteen bytes by chance that nobody can guess. (`crypto.randomUUID` is missing on pages without TLS.)
pub fn random_16() -> [u8; 16] {
    let bytes = Uint8Array::new_with_length(16);
    random_bytes(&bytes);
    let mut array = [0; 16];
    bytes.copy_to(&mut array);
    array
}

/// Milliseconds since 1970.
pub fn now() -> f64 {
    Date::now()
}

/// Seconds since 1970.
pub fn now_in_seconds() -> u32 {
    (now() / 1000.0) as u32
}

/// Counts characters as people see them.
pub fn count_characters(text: &str) -> usize {
    match Segmenter::new() {
        Ok(segmenter) => Array::from(&segmenter.segment(text)).length() as usize,
        // Browsers before 2024: near enough, and the collector counts again.
        Err(_) => text.chars().count(),
    }
}

/// Goes to the thank-you page and hands the category and the language over, if that is another page.
pub fn go_to(next: &str, category: Category, language: &str) -> bool {
    let location = window().location();
    let (Ok(here), Some(base)) = (location.href(), document().and_then(|it| it.base_uri().ok().flatten()))
    else {
        return false;
    };
    let (Ok(next), Ok(here)) = (Url::new_with_base(next, &base), Url::new(&here)) else {
        warn("data-next is no address");
        return false;
    };
    // The page itself would only draw the survey again; a script's address has no business here.
    if !next.protocol().starts_with("http")
        || (next.origin(), next.pathname()) == (here.origin(), here.pathname())
    {
        return false;
    }
    next.set_hash(&["hearback=", category.as_str(), ".", language].concat());
    location.assign(&next.href()).is_ok()
}
