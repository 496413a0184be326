//! The address of a webhook.

use core::net::IpAddr;

use url::{Host, Url};

use super::allow::Allow;

/// The longest address, in bytes.
const MAX_BYTES: usize = 2048;

/// Where messages go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The host, as it is looked up.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Whether it is spoken to with TLS.
    pub is_secure: bool,
    /// Path and query.
    pub path: String,
    /// The header `Host`.
    pub authority: String,
}

impl Target {
    /// Reads an address, and says where messages to it go.
    ///
    /// # Errors
    /// Says what is wrong with it, as far as that can be told without looking up its name.
    pub fn read(text: &str, allow: &Allow) -> Result<Self, String> {
        if text.len() > MAX_BYTES {
            return Err(format!("longer than {MAX_BYTES} bytes"));
        }
        let url = Url::parse(text.trim())
            .map_err(|why| format!("no address such as https://example.com/hearback: {why}"))?;
        let is_secure = match url.scheme() {
            "https" => true,
            "http" => false,
            other => return Err(format!("begins with {other}: https:// is needed")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not hold a name or a password: messages are signed instead".into());
        }
        if url.fragment().is_some() {
            return Err("must not have a part behind #".into());
        }
        let (host, address) = match url.host() {
            Some(Host::Domain(name)) => (name.trim_end_matches('.').to_owned(), None),
            Some(Host::Ipv4(address)) => (address.to_string(), Some(IpAddr::from(address))),
            Some(Host::Ipv6(address)) => (address.to_string(), Some(IpAddr::from(address))),
            None => return Err("names no host".into()),
        };
        if let Some(address) = address.filter(|address| !allow.permits(&host, *address)) {
            return Err(format!("{address} is not an address of the public internet (webhooks.allow)"));
        }
        let may_be_plain =
            address.map_or(allow.has_host(&host), |address| allow.permits_plain(&host, address));
        if !is_secure && !may_be_plain {
            return Err("https:// is needed, but for hosts and addresses in webhooks.allow".into());
        }
        let port = url.port_or_known_default().ok_or("names no port")?;
        let path = url[url::Position::BeforePath..url::Position::AfterQuery].to_owned();
        let authority = url[url::Position::BeforeHost..url::Position::AfterPort].to_owned();
        Ok(Self { host, port, is_secure, path, authority })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Target, String> {
        let networks = vec!["10.0.0.0/8".parse().unwrap()];
        Target::read(text, &Allow { networks, hosts: vec!["crm.internal".into()] })
    }

    #[test]
    fn an_address_says_where_messages_go() {
        let target = read(" https://Example.com/a/b?c=d ").unwrap();
        assert_eq!((target.host.as_str(), target.port, target.is_secure), ("example.com", 443, true));
        assert_eq!((target.path.as_str(), target.authority.as_str()), ("/a/b?c=d", "example.com"));
        let target = read("https://bücher.example:8443").unwrap();
        assert_eq!((target.path.as_str(), target.authority.as_str()), ("/", "xn--bcher-kva.example:8443"));
        let target = read("https://[2606:4700::1111]/").unwrap();
        assert_eq!(
            (target.host.as_str(), target.authority.as_str()),
            ("2606:4700::1111", "[2606:4700::1111]")
        );
        assert!(!read("http://crm.internal/x").unwrap().is_secure);
        assert!(!read("http://10.1.1.1:9000").unwrap().is_secure);
    }

    #[test]
    fn what_can_be_no_webhook_is_told_why() {
        for (wrong, why) in [
            ("", "no address"),
            ("example.com", "no address"),
            ("ftp://example.com", "https:// is needed"),
            ("http://example.com", "webhooks.allow"),
            ("https://a:b@example.com", "password"),
            ("https://example.com/#x", "behind #"),
            ("https://127.0.0.1", "public internet"),
            ("https://2130706433", "127.0.0.1 is not"),
            ("https://0x7f.1/", "127.0.0.1 is not"),
            ("https://[::1]", "public internet"),
            ("https://[::ffff:169.254.169.254]/latest", "public internet"),
            ("http://1.1.1.1", "webhooks.allow"),
            (&format!("https://example.com/{}", "x".repeat(2048)), "longer"),
        ] {
            let said = read(wrong).unwrap_err();
            assert!(said.contains(why), "{wrong}: {said}");
        }
    }
}
