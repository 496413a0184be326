//! What a customer's browser loads until the first question is there, as the collector sends it, and the program's size.

use std::fs;

use anyhow::Context;

use crate::Places;
use crate::fill;
use crate::http::{self, Answer};
use crate::process::Server;
use crate::report::{Budget, figure, title};

/// Prints the bytes of each file, raw and as sent.
pub(crate) fn measure(places: &Places) -> anyhow::Result<()> {
    title("Bytes to the first question, bodies only, as sent to a browser that takes brotli (and raw)");
    let (directory, filling) = fill::fresh(places, "sizes")?;
    let tokens = filling.invite(0, 1)?;
    filling.close();
    let server = Server::collector(places, &directory)?;
    let mut sent = 0;
    let mut raw = 0;
    for (name, path) in paths(&server, &tokens[0].reveal())? {
        let plain = http::get(server.address, &path, &[])?.body.len();
        let Answer { head, body } = http::get(server.address, &path, &["accept-encoding: br"])?;
        let encoding = head.lines().find_map(|line| line.strip_prefix("content-encoding: "));
        let name = format!("{name}, {} (raw {plain})", encoding.unwrap_or("not compressed"));
        figure(&name, body.len() as f64, "B", Budget::None);
        sent += body.len();
        raw += plain;
    }
    figure(&format!("all (raw {raw})"), sent as f64 / 1000.0, "kB", Budget::AtMost(60.0));
    server.stop()?;
    fs::remove_dir_all(directory)?;
    title("The program");
    let bytes = fs::metadata(&places.hearback)?.len();
    figure("target/release/hearback", bytes as f64 / 1e6, "MB", Budget::AtMost(25.0));
    Ok(())
}

/// What is loaded, in this order: the loader names the program.
pub(crate) fn paths(server: &Server, token: &str) -> anyhow::Result<Vec<(&'static str, String)>> {
    let loader = http::get(server.address, "/hearback.js", &[])?.body;
    let loader = String::from_utf8(loader)?;
    let version = loader.split("widget-").nth(1).and_then(|rest| rest.split(".wasm").next());
    let program = format!("/widget/widget-{}.wasm", version.context("the loader names no program")?);
    Ok(vec![
        ("loader and glue", "/hearback.js".to_owned()),
        ("program (WebAssembly)", program),
        ("survey", format!("/v1/surveys/support/form?token={token}&language=en")),
    ])
}
