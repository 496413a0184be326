//! Puts the built widget into the binary: loader, glue and program from `widget/dist`, compressed once, here, as well as
//! it goes.
//!
//! Glue and program are cached for good, so their names must change with every byte of them; the builder names them
//! before its last step, so they are named again here. Without a built widget the table is empty, and the collector says
//! so.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    let widget = Path::new(env!("CARGO_MANIFEST_DIR")).join("../widget");
    let dist = widget.join("dist");
    // The parent too: a directory that does not exist yet cannot be watched.
    println!("cargo::rerun-if-changed={}", widget.join("Cargo.toml").display());
    println!("cargo::rerun-if-changed={}", dist.display());
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());

    let mut table = String::from("&[\n");
    for (name, mime, bytes) in files(&dist)? {
        fs::write(out.join(&name), &bytes)?;
        fs::write(out.join(format!("{name}.br")), brotli(&bytes)?)?;
        fs::write(out.join(format!("{name}.gz")), gzip(&bytes)?)?;
        let include =
            |ending: &str| format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}{ending}\"))");
        table += &format!(
            "Asset {{ name: {name:?}, mime: {mime:?}, tag: {:?}, plain: {}, brotli: {}, gzip: {} }},\n",
            checksum(&bytes),
            include(""),
            include(".br"),
            include(".gz"),
        );
    }
    fs::write(out.join("assets.rs"), table + "]")
}

type File = (String, &'static str, Vec<u8>);

/// What the collector serves; nothing if the widget was not built.
fn files(dist: &Path) -> io::Result<Vec<File>> {
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    let built = built(dist)?;
    let find = |fits: &dyn Fn(&str) -> bool| built.iter().find(|path| fits(&name(path)));
    let loader = find(&|name| name == "hearback.js");
    let glue = find(&|name| name.ends_with(".js") && name != "hearback.js");
    let wasm = find(&|name| name.ends_with(".wasm"));
    let (Some(loader), Some(glue), Some(wasm)) = (loader, glue, wasm) else {
        return Ok(Vec::new());
    };
    let (loader, glue, wasm) = (fs::read_to_string(loader)?, fs::read(glue)?, fs::read(wasm)?);
    let glue_name = format!("widget-{}.js", checksum(&glue));
    let wasm_name = format!("widget-{}.wasm", checksum(&wasm));
    let loader = loader.replace("__GLUE__", &glue_name).replace("__WASM__", &wasm_name);
    Ok(vec![
        ("hearback.js".into(), SCRIPT, loader.into_bytes()),
        (glue_name, SCRIPT, glue),
        (wasm_name, "application/wasm", wasm),
    ])
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

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
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

/// FNV-1a, as hexadecimal: tells versions of one file apart, nothing more.
fn checksum(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
