//! Connections: how many, for how long, and how they end.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use reqwest::Method;

use crate::world::{PATIENCE, World, send, until};

/// A whole request.
const WHOLE: &str = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

fn connect(address: SocketAddr, said: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(said.as_bytes()).unwrap();
    stream
}

/// What comes until the other side ends the connection. Ending it while something is unread resets it.
fn rest(stream: &mut impl Read) -> String {
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    loop {
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(read) => answer.extend_from_slice(&part[..read]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            Err(error) => panic!("{error}"),
        }
    }
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_connection_on_which_nothing_comes_is_ended() {
    let world = World::new().await;
    let begun = ["", "GET /healthz HTTP/1.1\r\nHost:", WHOLE];
    let streams = begun.map(|said| connect(world.address(), said));
    let waiting = streams.map(|mut stream| tokio::task::spawn_blocking(move || rest(&mut stream)));
    for (said, answer) in begun.iter().zip(waiting) {
        assert_eq!(answer.await.unwrap().contains("200 OK"), *said == WHOLE, "{said}");
    }
}

#[tokio::test]
async fn a_connection_too_many_waits_for_its_turn() {
    let world = World::with(|settings| settings.limits.connections = 2).await;
    // The pool of the test's client holds one.
    let first = connect(world.address(), WHOLE);
    let mut second = connect(world.address(), WHOLE);
    second.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let error = second.read(&mut [0; 16]).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{error}");
    drop(first);
    second.set_read_timeout(Some(PATIENCE)).unwrap();
    let answer = tokio::task::spawn_blocking(move || rest(&mut second)).await.unwrap();
    assert!(answer.contains("200 OK"), "{answer}");
    assert_eq!(send(world.request(Method::GET, "/healthz")).await.status, 200);
}

#[tokio::test]
async fn half_a_request_does_not_hold_up_a_stop() {
    let mut world = World::new().await;
    let _begun = ["", "GET /healthz HTTP/1.1\r\nHost:", WHOLE].map(|said| connect(world.address(), said));
    world.get("/healthz").await;
    let started = Instant::now();
    world.stop().await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_stop_waits_for_what_was_accepted_by_either_server() {
    let mut world = World::new().await;
    let body = r#"{"name": "late", "scopes": ["read"]}"#;
    let (first, last) = body.split_at(10);
    let head = format!(
        "POST /v1/keys HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{first}",
        world.key,
        body.len()
    );
    let mut remote = connect(world.address(), &head);
    let mut local = UnixStream::connect(hearback::socket_path(&world.settings.directory)).unwrap();
    local.set_read_timeout(Some(PATIENCE)).unwrap();
    local.write_all(head.as_bytes()).unwrap();
    world.get("/healthz").await;
    let address = world.address();
    let finish = async {
        until("the stop has begun", async || TcpStream::connect(address).err()).await;
        remote.write_all(last.as_bytes()).unwrap();
        local.write_all(last.as_bytes()).unwrap();
        tokio::task::spawn_blocking(move || [rest(&mut remote), rest(&mut local)]).await.unwrap()
    };
    let (stopped, answers) = tokio::join!(world.stop(), finish);
    stopped.unwrap();
    for answer in answers {
        assert!(answer.contains("201 Created"), "{answer}");
    }
}
