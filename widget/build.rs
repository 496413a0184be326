//! Takes out of the style sheet what only people read.

use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=style.css");
    let style = fs::read_to_string("style.css").expect("widget/style.css can be read");
    let lines = style.lines().map(str::trim).filter(|line| !line.starts_with("/*"));
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let mut style = lines.collect::<String>();
    for (long, short) in
        [(" { ", "{"), (" {", "{"), ("; }", "}"), (" }", "}"), (";}", "}"), ("; ", ";"), (", ", ",")]
    {
        style = style.replace(long, short);
    }
    fs::write(Path::new(&out).join("style.css"), style).expect("OUT_DIR can be written to");
}
