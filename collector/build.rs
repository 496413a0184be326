//! Puts the built widget into the binary: loader, program and card from `widget/dist`, compressed once, here, as well as it
//! goes; and the desk, from `desk/dist`.
//!
//! All can be cached for good, so their names change with every byte of them. The loader names the others, and knows the
//! program's hash: whoever pins the loader has pinned all of a survey. Of the card, which browsers import and cannot check,
//! it knows the name. Without a built widget the table is empty, and the collector says so.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256, Sha384};

fn main() -> io::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    put("assets.rs", files(&dist_of(&here.join("../widget")))?, true)?;
    // What browsers run that take no compressed files is no desk.
    put("desk.rs", desk(&dist_of(&here.join("desk")))?, false)
}

/// Where trunk left what it built.
fn dist_of(program: &Path) -> PathBuf {
    let dist = program.join("dist");
    // The parent too: a directory that does not exist yet cannot be watched.
    println!("cargo::rerun-if-changed={}", program.join("Cargo.toml").display());
    println!("cargo::rerun-if-changed={}", dist.display());
    dist
}

/// Writes a table of these files, and what they are compressed.
fn put(table_name: &str, files: Vec<(String, Vec<u8>)>, plain: bool) -> io::Result<()> {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    let mut table = String::from("&[\n");
    for (name, bytes) in files {
        fs::write(out.join(&name), if plain { &bytes[..] } else { &[] })?;
        fs::write(out.join(format!("{name}.br")), brotli(&bytes)?)?;
        fs::write(out.join(format!("{name}.gz")), gzip(&bytes)?)?;
        let include =
            |ending: &str| format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}{ending}\"))");
        table += &format!(
            "Embedded {{ name: {name:?}, integrity: {:?}, plain: {}, brotli: {}, gzip: {} }},\n",
            integrity(&bytes),
            include(""),
            include(".br"),
            include(".gz"),
        );
    }
    fs::write(out.join(table_name), table + "]")
}

/// What the desk consists of: script, program, style sheet; nothing if it was not built.
fn desk(dist: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    let built = built(dist)?;
    let find = |name: &str| built.iter().find(|path| path.ends_with(name)).map(fs::read).transpose();
    let (Some(script), Some(program), Some(style)) =
        (find("desk.js")?, find("desk.wasm")?, find("desk.css")?)
    else {
        return Ok(Vec::new());
    };
    let program_name = format!("desk-{}.wasm", version(&program));
    let script =
        String::from_utf8_lossy(&script).replace("__WASM__", &format!("/desk/{program_name}")).into_bytes();
    let (script_name, style_name) =
        (format!("desk-{}.js", version(&script)), format!("desk-{}.css", version(&style)));
    Ok(vec![(script_name, script), (program_name, program), (style_name, style)])
}

/// What the collector serves, the loader first; nothing if the widget was not built.
fn files(dist: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    let built = built(dist)?;
    let find = |ending: &str| built.iter().find(|path| path.to_string_lossy().ends_with(ending));
    let (Some(loader), Some(program), Some(card)) = (find("hearback.js"), find(".wasm"), find("card.js"))
    else {
        return Ok(Vec::new());
    };
    let (loader, program, card) = (fs::read_to_string(loader)?, fs::read(program)?, fs::read(card)?);
    let program_name = format!("widget-{}.wasm", version(&program));
    let card_name = format!("card-{}.js", version(&card));
    let loader = loader
        .replace("__WASM__", &program_name)
        .replace("__INTEGRITY__", &integrity(&program))
        .replace("__CARD__", &card_name)
        .into_bytes();
    let loader_name = format!("hearback-{}.js", version(&loader));
    Ok(vec![(loader_name, loader), (program_name, program), (card_name, card)])
}

fn built(dist: &Path) -> io::Result<Vec<PathBuf>> {
    let Ok(entries) = fs::read_dir(dist) else {
        return Ok(Vec::new());
    };
    let mut paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    paths.iter().for_each(|path| println!("cargo::rerun-if-changed={}", path.display()));
    Ok(paths)
}

fn brotli(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let best = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &best)?;
    Ok(compressed)
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// What tells one version of a file from every other: the first 64 bits of its SHA-256.
fn version(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// What a browser checks the file by (Subresource Integrity).
fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(bytes)))
}
