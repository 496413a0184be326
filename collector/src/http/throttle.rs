//! Too many requests: counted for each API key, each address, each personal link and each account, and refused with 429 and the time to come
//! back.
//!
//! A rate lets so many requests through at once as come in [`BURST`] at that rate: an office behind one address opens its
//! links after a meeting, and a program sends what it has gathered. Then it is the rate alone (GCRA, the leaky bucket as a
//! meter: ITU-T I.371). Nothing is written down: who came is known in memory, for as long as it matters.
//!
//! It fails closed. Where there are more callers than can be told apart (`limits.callers`), nobody gets through until there
//! are fewer; a widget keeps the answers and sends them again.

use std::convert::Infallible;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::{Extensions, HeaderMap, HeaderName, request::Parts};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use ipnet::IpNet;

use super::caller::Local;
use super::error::Error;
use super::forms::Languages;
use super::{Shared, plain};
use crate::domain::limits::Limits;
use crate::domain::secrets::{KeyHash, TokenHash};

/// As much as comes in this time at a rate may come at once.
const BURST: Duration = Duration::from_secs(10);

/// As much of one link as may come in a minute may come at once.
const BURST_OF_LINK: Duration = Duration::from_secs(60);

/// As many try to sign in at once as may in this time.
const BURST_OF_SIGN_INS: Duration = Duration::from_secs(30 * 60);

/// After so many requests those who came long ago are forgotten.
const TIDY: usize = 1024;

/// The same while there are too many callers.
const TIDY_WHEN_FULL: usize = 64;

/// When to come back while there are too many callers.
const WHEN_FULL: Duration = Duration::from_secs(1);

/// Who asked for a page before the proxy that asks for it.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address at the other end of a connection.
#[derive(Clone, Copy)]
pub(super) struct Peer(pub(super) IpAddr);

/// How often everybody has come.
pub struct Throttles {
    keys: Rate<KeyHash>,
    addresses: Rate<IpAddr>,
    links: Rate<TokenHash>,
    /// By address and account; by address; by account.
    sign_ins: (Rate<TokenHash>, Rate<IpAddr>, Rate<TokenHash>),
    /// Those whose word is taken for whom they ask.
    proxies: Vec<IpNet>,
}

impl Throttles {
    /// With these limits. `proxies` are those whose header `X-Forwarded-For` is believed.
    pub fn new(limits: &Limits, proxies: Vec<IpNet>) -> Self {
        let seconds = Duration::from_secs(1);
        let callers = limits.callers;
        Self {
            keys: Rate::new("limits.key_per_second", limits.key_per_second, seconds, BURST, callers),
            addresses: Rate::new(
                "limits.address_per_second",
                limits.address_per_second,
                seconds,
                BURST,
                callers,
            ),
            links: Rate::new(
                "limits.link_per_minute",
                limits.link_per_minute,
                Duration::from_secs(60),
                BURST_OF_LINK,
                callers,
            ),
            sign_ins: (
                hourly("limits.sign_in_per_hour", limits.sign_in_per_hour, callers),
                hourly("limits.sign_in_address_per_hour", limits.sign_in_address_per_hour, callers),
                hourly("limits.sign_in_account_per_hour", limits.sign_in_account_per_hour, callers),
            ),
            proxies,
        }
    }

    /// Somebody tries to sign in with this e-mail address, whether there is such a person or not. Who is far away and guesses
    /// does not keep the person out: what is refused first is that address with this account.
    pub(super) fn sign_in(&self, Whence(from): &Whence, email: &str) -> Result<(), Error> {
        let Some(from) = from else { return Ok(()) };
        let (both, addresses, accounts) = &self.sign_ins;
        addresses.take(from)?;
        both.take(&TokenHash::derived(&["sign-in", &from.to_string(), email]))?;
        accounts.take(&TokenHash::derived(&["sign-in", email]))
    }

    /// Somebody comes with a link to set a password.
    pub(super) fn welcome(&self, Whence(from): &Whence) -> Result<(), Error> {
        from.as_ref().map_or(Ok(()), |from| self.sign_ins.1.take(from))
    }

    /// A request with this API key.
    pub(super) fn key(&self, key: &KeyHash) -> Result<(), Error> {
        self.keys.take(key)
    }

    /// A request in this session: it may come as often as one with a key.
    pub(super) fn session(&self, token: &TokenHash) -> Result<(), Error> {
        let mut key = KeyHash::default();
        key[..16].copy_from_slice(&token.0);
        self.keys.take(&key)
    }

    /// A request with this personal link.
    pub(super) fn link(&self, token: &TokenHash) -> Result<(), Error> {
        self.links.take(token)
    }

    fn address(&self, request: &Request) -> Result<(), Error> {
        match self.whence(request.extensions(), request.headers()) {
            Whence(None) => Ok(()),
            Whence(Some(network)) => self.addresses.take(&network),
        }
    }

    fn whence(&self, extensions: &Extensions, headers: &HeaderMap) -> Whence {
        if extensions.get::<Local>().is_some() {
            return Whence(None);
        }
        // Nobody comes without an address; if somebody did, they would be all one.
        let peer = extensions.get::<Peer>().map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.0);
        Whence(Some(network(caller(peer, headers, &self.proxies))))
    }
}

/// The network that a request comes from; none, if it comes through the socket in the data directory.
pub(super) struct Whence(Option<IpAddr>);

impl FromRequestParts<Shared> for Whence {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, Shared(app): &Shared) -> Result<Self, Infallible> {
        Ok(app.throttles.whence(&parts.extensions, &parts.headers))
    }
}

fn hourly<K: Hash + Eq + Clone>(name: &'static str, many: u32, callers: usize) -> Rate<K> {
    Rate::new(name, many, Duration::from_secs(60 * 60), BURST_OF_SIGN_INS, callers)
}

/// Counts requests by the address they come from, for what widgets ask for.
pub(super) async fn by_address(
    State(throttles): State<Arc<Throttles>>,
    request: Request,
    next: Next,
) -> Response {
    match throttles.address(&request) {
        Ok(()) => next.run(request).await,
        Err(error) => error.for_customer(Languages::read(None, request.headers()).first()).into_response(),
    }
}

/// The same for pages.
pub(super) async fn by_address_of_page(
    State(throttles): State<Arc<Throttles>>,
    request: Request,
    next: Next,
) -> Response {
    match throttles.address(&request) {
        Ok(()) => next.run(request).await,
        Err(error) => plain::refuse(error, Languages::read(None, request.headers()).first()),
    }
}

/// For whom a request is made: the last in the chain of those whom our own proxies name, whom a stranger could not have made up.
fn caller(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let is_ours = |address: &IpAddr| proxies.iter().any(|proxies| proxies.contains(address));
    let mut caller = peer.to_canonical();
    let lines = headers.get_all(FORWARDED_FOR).iter().rev();
    let named = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.rsplit(','));
    for name in named {
        if !is_ours(&caller) {
            break;
        }
        let Ok(address) = name.trim().parse::<IpAddr>() else { break };
        caller = address.to_canonical();
    }
    caller
}

/// One customer of a network provider has this much of IPv6 for itself.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

/// How often each of many may come.
struct Rate<K: Hash + Eq + Clone> {
    name: &'static str,
    /// None where there is no limit.
    limiter: Option<DefaultKeyedRateLimiter<K>>,
    clock: DefaultClock,
    most: usize,
    taken: AtomicUsize,
    full: AtomicBool,
}

impl<K: Hash + Eq + Clone> Rate<K> {
    /// `many` in `time`, and `burst` of it at once; without end, if it is 0. At most `most` callers are told apart.
    fn new(name: &'static str, many: u32, time: Duration, burst: Duration, most: usize) -> Self {
        let at_once = f64::from(many) * burst.as_secs_f64() / time.as_secs_f64();
        let quota = NonZeroU32::new(many).and_then(|many| {
            let at_once = NonZeroU32::new(at_once.min(f64::from(u32::MAX)) as u32)?;
            Some(Quota::with_period(time / many.get())?.allow_burst(at_once))
        });
        Self {
            name,
            limiter: quota.map(RateLimiter::keyed),
            clock: DefaultClock::default(),
            most,
            taken: AtomicUsize::new(0),
            full: AtomicBool::new(false),
        }
    }

    fn take(&self, caller: &K) -> Result<(), Error> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        let every = if self.full.load(Ordering::Relaxed) { TIDY_WHEN_FULL } else { TIDY.min(self.most) };
        if self.taken.fetch_add(1, Ordering::Relaxed).is_multiple_of(every) {
            limiter.retain_recent();
            self.full.store(limiter.len() >= self.most, Ordering::Relaxed);
        }
        let too_many = |wait: Duration| {
            metrics::counter!("hearback_throttled_total", "limit" => self.name).increment(1);
            Error::TooManyRequests { limit: self.name, seconds: wait.as_secs() + 1 }
        };
        if self.full.load(Ordering::Relaxed) {
            return Err(too_many(WHEN_FULL));
        }
        limiter.check_key(caller).map_err(|not_until| too_many(not_until.wait_time_from(self.clock.now())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(many: u32, most: usize) -> Rate<u32> {
        Rate::new("limits.test", many, Duration::from_secs(3600), Duration::from_secs(3600), most)
    }

    fn seconds(refused: Result<(), Error>) -> u64 {
        match refused {
            Err(Error::TooManyRequests { seconds, .. }) => seconds,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_caller_has_a_rate_of_its_own_and_hears_when_to_come_back() {
        let rate = rate(3, 100);
        for _ in 0..3 {
            rate.take(&1).unwrap();
        }
        let wait = seconds(rate.take(&1));
        assert!((1190..=1201).contains(&wait), "a third of an hour, not {wait} s");
        rate.take(&2).unwrap();
    }

    #[test]
    fn without_a_limit_nobody_is_refused() {
        let rate = rate(0, 1);
        (0..10_000).for_each(|caller| rate.take(&(caller % 7)).unwrap());
    }

    #[test]
    fn where_callers_cannot_be_told_apart_any_more_nobody_gets_through() {
        let rate = rate(3, 8);
        let through = (0..100).filter(|caller| rate.take(caller).is_ok()).count();
        assert_eq!(through, 8);
        assert_eq!(seconds(rate.take(&0)), 2);
    }

    fn from(peer: &str, forwarded: &[&str]) -> String {
        let proxies = ["127.0.0.0/8".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        caller(peer.parse().unwrap(), &headers, &proxies).to_string()
    }

    #[test]
    fn only_our_own_proxies_are_believed() {
        assert_eq!(from("203.0.113.9", &["198.51.100.1"]), "203.0.113.9", "anybody can write a header");
        assert_eq!(from("127.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(
            from("127.0.0.1", &["1.2.3.4, 198.51.100.1, 10.0.0.7"]),
            "198.51.100.1",
            "what a stranger wrote"
        );
        assert_eq!(from("127.0.0.1", &["1.2.3.4", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(from("::ffff:127.0.0.1", &["2001:db8::1"]), "2001:db8::1");
        assert_eq!(from("127.0.0.1", &["unknown"]), "127.0.0.1");
        assert_eq!(from("127.0.0.1", &[]), "127.0.0.1");
    }

    #[test]
    fn whoever_has_many_addresses_of_one_network_is_one_caller() {
        let network = |address: &str| super::network(address.parse().unwrap()).to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("203.0.113.9"), "203.0.113.9");
    }
}
