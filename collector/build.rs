//! Puts the built widget into the binary: every file of `widget/dist`, compressed once, here, as well as it goes.
//!
//! Without a built widget the table is empty, and the collector says so.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../widget/dist");
    // The parent too: a directory that does not exist yet cannot be watched.
    println!("cargo::rerun-if-changed={}", dist.display());
    println!(
        "cargo::rerun-if-changed={}",
        dist.with_file_name("Cargo.toml").display()
    );
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());

    let files = read(&dist)?;
    let mut table = String::from("&[\n");
    for (name, bytes) in &files {
        let Some(mime) = mime(name) else { continue };
        let bytes = if name == "hearback.js" {
            fill_in(bytes, &files)
        } else {
            bytes.clone()
        };
        fs::write(out.join(name), &bytes)?;
        fs::write(out.join(format!("{name}.br")), brotli(&bytes)?)?;
        fs::write(out.join(format!("{name}.gz")), gzip(&bytes)?)?;
        let include =
            |ending: &str| format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}{ending}\"))");
        table += &format!(
            "Asset {{ name: {name:?}, mime: {mime:?}, tag: \"{:x}\", plain: {}, brotli: {}, gzip: {} }},\n",
            checksum(&bytes),
            include(""),
            include(".br"),
            include(".gz"),
        );
    }
    fs::write(out.join("assets.rs"), table + "]")
}

/// The files of a directory by name, in order; none if there is no such directory.
fn read(directory: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    let Ok(entries) = fs::read_dir(directory) else {
        return Ok(Vec::new());
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            println!("cargo::rerun-if-changed={}", entry.path().display());
            files.push((
                entry.file_name().to_string_lossy().into_owned(),
                fs::read(entry.path())?,
            ));
        }
    }
    files.sort();
    Ok(files)
}

/// The files the tag needs; the page that the builder makes beside them is not for use.
fn mime(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "js" => Some("text/javascript; charset=utf-8"),
        "wasm" => Some("application/wasm"),
        "css" => Some("text/css; charset=utf-8"),
        _ => None,
    }
}

/// The loader names the two files it loads, whose names change with their content.
fn fill_in(loader: &[u8], files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let named = |fits: &dyn Fn(&str) -> bool| {
        files
            .iter()
            .map(|(name, _)| name.as_str())
            .find(|name| fits(name))
            .unwrap_or_default()
            .to_owned()
    };
    let glue = named(&|name| name.ends_with(".js") && name != "hearback.js");
    let wasm = named(&|name| name.ends_with(".wasm"));
    String::from_utf8_lossy(loader)
        .replace("__GLUE__", &glue)
        .replace("__WASM__", &wasm)
        .into_bytes()
}

fn brotli(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let best = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &best)?;
    Ok(compressed)
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// FNV-1a: tells versions of one file apart, nothing more.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
