//! Where messages may go: to addresses of the public internet, over https; and to whatever else the settings name.
//!
//! Whoever may register a webhook could otherwise make the collector talk to whatever it can reach: databases of its network, the
//! metadata of its cloud (server-side request forgery). An address is looked at when it is connected to, not when its name is
//! registered: a name may lead elsewhere by then.

// A value, and nothing that reaches out.
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// What the settings allow besides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allow {
    /// Networks that may be reached.
    pub networks: Vec<IpNet>,
    /// Hosts that may be reached wherever they are, in lower case.
    pub hosts: Vec<String>,
}

impl Allow {
    /// Whether a host may be anywhere, and be spoken to without TLS.
    pub fn has_host(&self, host: &str) -> bool {
        self.hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(host))
    }

    /// Whether the settings name this address.
    pub fn has_address(&self, address: IpAddr) -> bool {
        self.networks
            .iter()
            .any(|network| network.contains(&address.to_canonical()) || network.contains(&address))
    }

    /// Whether a message to this host may go to this address.
    pub fn permits(&self, host: &str, address: IpAddr) -> bool {
        self.has_host(host) || self.has_address(address) || is_public(address)
    }

    /// Whether a message may go to this host, at this address, without TLS.
    pub fn permits_plain(&self, host: &str, address: IpAddr) -> bool {
        self.has_host(host) || self.has_address(address)
    }
}

/// Whether an address is of the public internet: none of those that the IANA has set aside as not globally reachable (RFC 6890
/// and its registries).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        // For carriers' own networks (RFC 6598), where the metadata of one cloud is; protocols' own (RFC 6890), the old relays from
        // IPv6 (RFC 7526), and measuring (RFC 2544).
        || (a == 100 && (64..128).contains(&b))
        || (a, b, c) == (192, 0, 0)
        || (a, b, c) == (192, 88, 99)
        || (a == 198 && (b == 18 || b == 19))
        // Reserved, and to everybody.
        || a >= 240)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Addresses that hold one of IPv4: mapped, and by two ways of translation (RFC 6052, RFC 3056).
    if let Some(inner) = inner(address) {
        return is_public_v4(inner);
    }
    // All that is given out so far is in 2000::/3; the rest is loopback, link-local, unique local, multicast and the like.
    (a & 0xe000) == 0x2000
        // Protocols' own with Teredo and benchmarks (RFC 2928), documentation (RFC 3849, RFC 9637).
        && !(a == 0x2001 && b < 0x200)
        && !(a == 0x2001 && b == 0xdb8)
        && !(a == 0x3fff && b < 0x1000)
}

fn inner(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let of = |high: u16, low: u16| Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)));
    match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0xffff) | (0x64, 0xff9b, 0, 0, 0, 0) => of(g, h),
        (0x2002, ..) => of(b, c),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn addresses_of_the_public_internet_are_told_from_all_others() {
        for public in [
            "1.1.1.1",
            "9.9.9.9",
            "172.32.0.1",
            "100.128.0.1",
            "192.0.1.1",
            "2606:4700::1111",
            "2a00:1450::1",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
            "2002:101:101::1",
        ] {
            assert!(is_public(address(public)), "{public}");
        }
        for other in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "100.100.100.200",
            "100.127.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "3fff::1",
            "100::1",
            "5f00::1",
            "64:ff9b:1::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "2002:7f00:1::1",
            "2002:a9fe:a9fe::1",
        ] {
            assert!(!is_public(address(other)), "{other}");
        }
    }

    #[test]
    fn what_the_settings_name_may_be_reached_and_nothing_besides() {
        let allow =
            Allow { networks: vec!["10.1.0.0/16".parse().unwrap()], hosts: vec!["crm.internal".into()] };
        assert!(allow.permits("any.example", address("10.1.2.3")));
        assert!(allow.permits("any.example", address("::ffff:10.1.2.3")));
        assert!(allow.permits("CRM.internal", address("10.2.0.1")));
        assert!(!allow.permits("any.example", address("10.2.0.1")));
        assert!(!allow.permits("crm.internal.example", address("127.0.0.1")));
        assert!(allow.permits("any.example", address("1.1.1.1")));
        assert!(!allow.permits_plain("any.example", address("1.1.1.1")), "not without TLS");
    }
}
