//! Requests over connections that are kept, each sent as soon as the one before was answered (or at a set pace).
//!
//! Everything runs on one thread, with bytes made beforehand and an answer read no further than needed: on a machine with
//! two processors the generator must leave as much as it can to the server.

use std::cell::RefCell;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use tokio::net::TcpStream;
use tokio::task::LocalSet;
use tokio::time::{MissedTickBehavior, interval_at, timeout_at};

/// What is not counted, so that connections and caches are warm.
const WARM_UP: Duration = Duration::from_millis(500);

/// How long the last answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// One kind of request.
pub(crate) struct Load {
    /// To whom.
    pub(crate) address: SocketAddr,
    /// How many at a time.
    pub(crate) connections: usize,
    /// The status that every answer must have.
    pub(crate) status: &'static str,
    /// Requests a second, all connections together; as many as are answered when absent.
    pub(crate) pace: Option<f64>,
    /// Puts the next request's bytes in place of what is there.
    pub(crate) next: Next,
}

/// Makes requests.
pub(crate) type Next = Box<dyn FnMut(&mut Vec<u8>) -> anyhow::Result<()>>;

/// What came of it.
pub(crate) struct Outcome {
    /// Answers a second.
    pub(crate) rate: f64,
    /// How many answers, those that were not timed too.
    pub(crate) answers: usize,
    /// The time that half of the answers took at most, milliseconds.
    pub(crate) p50: f64,
    /// The time that 99 of 100 answers took at most, milliseconds.
    pub(crate) p99: f64,
}

/// Runs the loads side by side for this long; one outcome for each.
pub(crate) fn run(loads: Vec<Load>, time: Duration) -> anyhow::Result<Vec<Outcome>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let from = Instant::now() + WARM_UP;
        let period = (from, from + time);
        let running: Vec<_> =
            loads.into_iter().map(|load| tokio::task::spawn_local(drive(load, period))).collect();
        let mut outcomes = Vec::new();
        for load in running {
            outcomes.push(load.await??);
        }
        Ok(outcomes)
    })
}

async fn drive(load: Load, period: (Instant, Instant)) -> anyhow::Result<Outcome> {
    let next = Rc::new(RefCell::new(load.next));
    let every = load.pace.map(|pace| Duration::from_secs_f64(load.connections as f64 / pace));
    let mut connections = Vec::new();
    for place in 0..load.connections {
        let stream = TcpStream::connect(load.address).await?;
        stream.set_nodelay(true)?;
        let connection = Connection { stream, buffer: vec![0; 16 * 1024], status: load.status };
        // Not all at once, but one after the other.
        let pace =
            every.map(|every| (Instant::now() + every * place as u32 / load.connections as u32, every));
        connections.push(tokio::task::spawn_local(connection.drive(Rc::clone(&next), pace, period)));
    }
    let mut micros: Vec<u32> = Vec::new();
    let mut answers = 0;
    for connection in connections {
        // A server that hangs is a failure, not a slow answer.
        let done = timeout_at((period.1 + PATIENCE).into(), connection).await;
        let (more, taken) = done.context("no answer for 10 seconds")???;
        answers += more;
        micros.extend(taken);
    }
    micros.sort_unstable();
    let at = |share: f64| {
        let place = (micros.len().saturating_sub(1) as f64 * share).round() as usize;
        micros.get(place).map_or(0.0, |micros| f64::from(*micros) / 1000.0)
    };
    Ok(Outcome {
        rate: micros.len() as f64 / (period.1 - period.0).as_secs_f64(),
        answers,
        p50: at(0.5),
        p99: at(0.99),
    })
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    status: &'static str,
}

impl Connection {
    /// How many answers there were, and the times that those within the period took, microseconds.
    async fn drive(
        mut self,
        next: Rc<RefCell<Next>>,
        pace: Option<(Instant, Duration)>,
        (from, to): (Instant, Instant),
    ) -> anyhow::Result<(usize, Vec<u32>)> {
        let mut ticks = pace.map(|(first, every)| interval_at(first.into(), every));
        if let Some(ticks) = &mut ticks {
            ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        }
        let mut answers = 0;
        let mut taken = Vec::new();
        let mut request = Vec::with_capacity(1024);
        loop {
            if let Some(ticks) = &mut ticks {
                ticks.tick().await;
            }
            next.borrow_mut()(&mut request)?;
            let sent = Instant::now();
            self.send(&request).await?;
            self.read_answer().await?;
            let now = Instant::now();
            answers += 1;
            if now >= to {
                return Ok((answers, taken));
            }
            if sent >= from {
                taken.push((now - sent).as_micros() as u32);
            }
        }
    }

    async fn send(&self, mut request: &[u8]) -> anyhow::Result<()> {
        while !request.is_empty() {
            // Tried first: there is always room for a request whose predecessor was answered.
            match ready(self.stream.try_write(request))? {
                Some(sent) => request = &request[sent..],
                None => self.stream.writable().await?,
            }
        }
        Ok(())
    }

    async fn read_answer(&mut self) -> anyhow::Result<()> {
        let mut filled = 0;
        let mut whole = None;
        while whole.is_none_or(|whole| filled < whole) {
            if filled == self.buffer.len() {
                self.buffer.resize(2 * filled, 0);
            }
            self.stream.readable().await?;
            match ready(self.stream.try_read(&mut self.buffer[filled..]))? {
                Some(0) => bail!("the server closed a connection"),
                Some(read) => filled += read,
                None => continue,
            }
            whole = whole.map_or_else(|| length(&self.buffer[..filled]), |whole| Ok(Some(whole)))?;
        }
        ensure!(
            self.buffer.get(9..12) == Some(self.status.as_bytes()),
            "instead of {} the answer was:\n{}",
            self.status,
            String::from_utf8_lossy(&self.buffer[..filled])
        );
        Ok(())
    }
}

fn ready(done: io::Result<usize>) -> io::Result<Option<usize>> {
    match done {
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
        other => other.map(Some),
    }
}

/// The length of the whole answer, once its head is there.
fn length(answer: &[u8]) -> anyhow::Result<Option<usize>> {
    const NAME: &[u8] = b"content-length: ";
    let Some(head) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
        return Ok(None);
    };
    let name = answer[..head].windows(NAME.len()).position(|bytes| bytes == NAME);
    let digits = &answer[name.context("an answer without content-length")? + NAME.len()..head];
    let body = digits
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
    Ok(Some(head + 4 + body))
}
