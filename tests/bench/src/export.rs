//! All responses as one file: how fast it comes, and that its memory does not grow with its rows.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use crate::Places;
use crate::fill::{self, Filling};
use crate::process::Server;
use crate::report::{Budget, figure, note, title};
use crate::rows::ATTRIBUTES;

/// What a file of any length may take besides what is in use already: two chunks, a row group, and what the allocator keeps.
const MOST_MEGABYTES: f64 = 64.0;

/// Prints how fast files come, and what a tenth and all of the rows take in memory.
pub(crate) fn measure(places: &Places) -> anyhow::Result<()> {
    title("Responses as a file");
    let directory = fill::customers(places)?;
    let filling = Filling::open(places, &directory)?;
    let key = filling.key()?;
    filling.close();
    let server = Server::collector(places, &directory)?;
    // The database's cache fills to its limit while everything is read for the first time; that is not the file's.
    download(&server, &key, "ndjson", places.customers)?;
    note(&format!(
        "{} responses, each with {} attributes and a comment:",
        places.customers,
        ATTRIBUTES.len()
    ));
    for format in ["csv", "ndjson", "parquet"] {
        let (tenth, _) = peak(&server, &key, format, places.customers / 10)?;
        let (all, file) = peak(&server, &key, format, places.customers)?;
        let rate = places.customers as f64 / file.seconds;
        figure(&format!("  {format}: rows a second"), rate, "", Budget::None);
        figure(&format!("  {format}: size"), file.bytes as f64 / 1e6, "MB", Budget::None);
        figure(&format!("  {format}: memory for a tenth of the rows, at most"), tenth, "MB", Budget::None);
        figure(
            &format!("  {format}: memory for all rows, at most"),
            all,
            "MB",
            Budget::AtMost(MOST_MEGABYTES),
        );
    }
    server.stop()
}

/// What came.
struct File {
    bytes: usize,
    seconds: f64,
}

/// Downloads a file; also says by how many megabytes the server's memory grew at most meanwhile.
fn peak(server: &Server, key: &str, format: &str, rows: usize) -> anyhow::Result<(f64, File)> {
    server.forget_peak()?;
    let before = server.resident_bytes()?;
    let file = download(server, key, format, rows)?;
    Ok((server.peak_bytes()?.saturating_sub(before) as f64 / 1e6, file))
}

fn download(server: &Server, key: &str, format: &str, rows: usize) -> anyhow::Result<File> {
    let started = Instant::now();
    // 1.0 knows no chunks: the body comes as it is.
    let mut stream = TcpStream::connect(server.address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    write!(
        stream,
        "GET /v1/responses?format={format}&limit={rows} HTTP/1.0\r\nhost: x\r\nauthorization: Bearer {key}\r\n\r\n"
    )?;
    let mut part = vec![0; 1 << 20];
    let (mut head, mut bytes, mut lines) = (Vec::new(), 0, 0);
    loop {
        let read = stream.read(&mut part).context("the file broke off")?;
        if read == 0 {
            break;
        }
        if head.is_empty() {
            head.extend_from_slice(&part[..read.min(64)]);
        }
        bytes += read;
        lines += part[..read].iter().filter(|byte| **byte == b'\n').count();
    }
    ensure!(head.starts_with(b"HTTP/1.0 200 "), "{format}: {}", String::from_utf8_lossy(&head));
    ensure!(format == "parquet" || lines > rows, "{format}: {lines} lines of {rows}");
    Ok(File { bytes, seconds: started.elapsed().as_secs_f64() })
}
