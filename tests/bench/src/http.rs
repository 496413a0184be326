//! One request at a time, for what is not measured.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, ensure};

/// What came back, as it was sent: not decompressed.
pub(crate) struct Answer {
    /// The header lines, in lower case.
    pub(crate) head: String,
    /// The body.
    pub(crate) body: Vec<u8>,
}

/// Asks for `path` and expects status 200. `headers` are whole lines.
pub(crate) fn get(address: SocketAddr, path: &str, headers: &[&str]) -> anyhow::Result<Answer> {
    // 1.0 knows no chunks: the body comes as it is.
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    write!(stream, "GET {path} HTTP/1.0\r\nhost: {address}\r\nconnection: close\r\n{lines}\r\n")?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
    let body = bytes.split_off(end.context("an answer without an end of its head")? + 4);
    let head = String::from_utf8_lossy(&bytes).to_lowercase();
    ensure!(head.starts_with("http/1.0 200 "), "GET {path}: {}", head.lines().next().unwrap_or_default());
    ensure!(!head.contains("transfer-encoding"), "GET {path}: an answer in chunks, which is not counted");
    Ok(Answer { head, body })
}

/// Posts JSON and expects status 201.
pub(crate) fn post(address: SocketAddr, path: &str, key: &str, body: &str) -> anyhow::Result<()> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let length = body.len();
    write!(
        stream,
        "POST {path} HTTP/1.0\r\nhost: {address}\r\nconnection: close\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    ensure!(
        answer.starts_with("HTTP/1.0 201 "),
        "POST {path}: {}",
        answer.lines().next().unwrap_or_default()
    );
    Ok(())
}
