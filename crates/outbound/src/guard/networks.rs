//! The networks that nothing is sent to unless whoever runs the server has allowed it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Private, shared, local, reserved and multicast networks. The list is our own: what libraries call
/// global has `::127.0.0.1`, `2002:7f00:1::`, `fec0::1` and more that lead inside.
const FORBIDDEN_V4: &[Ipv4Net] = &[
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([224, 0, 0, 0], 4),
    v4([240, 0, 0, 0], 4), // with 255.255.255.255
];

/// The same of IPv6, and networks in which an IPv4 address is hidden.
const FORBIDDEN_V6: &[Ipv6Net] = &[
    v6([0, 0, 0, 0], 96), // `::`, `::1`, and addresses "compatible" with IPv4
    v6([0x64, 0xff9b, 0, 0], 96),
    v6([0x64, 0xff9b, 1, 0], 48),
    v6([0x100, 0, 0, 0], 64),
    v6([0x2001, 0, 0, 0], 23), // Teredo, ORCHID and others
    v6([0x2001, 0xdb8, 0, 0], 32),
    v6([0x2002, 0, 0, 0], 16),
    v6([0x3fff, 0, 0, 0], 20),
    v6([0x5f00, 0, 0, 0], 16),
    v6([0xfc00, 0, 0, 0], 7),
    v6([0xfe80, 0, 0, 0], 10),
    v6([0xfec0, 0, 0, 0], 10),
    v6([0xff00, 0, 0, 0], 8),
];

const fn v4([a, b, c, d]: [u8; 4], prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6([a, b, c, d]: [u16; 4], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0), prefix)
}

/// What an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// In a network that whoever runs the server has allowed.
    Allowed,
    /// In none that is forbidden.
    Public,
    /// In this network, which is forbidden.
    Forbidden(IpNet),
}

/// Where an address stands. An IPv4 address that is written as an IPv6 one is judged as what it is.
pub(super) fn standing(address: IpAddr, allowed: &[IpNet]) -> Standing {
    let address = address.to_canonical();
    if allowed.iter().any(|network| network.contains(&address)) {
        return Standing::Allowed;
    }
    let network = match address {
        IpAddr::V4(address) => {
            let mut networks = FORBIDDEN_V4.iter();
            let network = networks.find(|network| network.contains(&address));
            network.copied().map(IpNet::V4)
        }
        IpAddr::V6(address) => {
            let mut networks = FORBIDDEN_V6.iter();
            let network = networks.find(|network| network.contains(&address));
            network.copied().map(IpNet::V6)
        }
    };
    network.map_or(Standing::Public, Standing::Forbidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stands(address: &str) -> Standing {
        standing(address.parse().expect("an address"), &[])
    }

    /// The first and the last address of each network, and the neighbours of some.
    #[test]
    fn every_network_of_the_list_is_forbidden_from_end_to_end() {
        let v4 = FORBIDDEN_V4.iter().copied().map(IpNet::V4);
        let v6 = FORBIDDEN_V6.iter().copied().map(IpNet::V6);
        for network in v4.chain(v6) {
            assert_eq!(network, network.trunc(), "no bits beyond the prefix");
            for address in [network.network(), network.broadcast()] {
                let found = standing(address, &[]);
                assert!(matches!(found, Standing::Forbidden(_)), "{address}");
            }
        }
        for neighbour in [
            "1.0.0.0",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.0.0.1",
            "128.0.0.1",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.0.3.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:200::1",
            "2001:db7::1",
            "2003::1",
            "3ffe::1",
            "4000::1",
            "fbff::1",
        ] {
            assert_eq!(stands(neighbour), Standing::Public, "{neighbour}");
        }
    }

    #[test]
    fn an_address_in_another_dress_is_judged_as_what_it_is() {
        for address in [
            "::ffff:127.0.0.1",
            "::ffff:a9fe:a9fe",
            "::127.0.0.1",
            "::1",
            "::",
            "64:ff9b::7f00:1",
            "64:ff9b:1::a00:1",
            "2002:7f00:1::",
            "2001:0:1::",
            "fec0::1",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "255.255.255.255",
            "192.88.99.1",
            "239.1.1.1",
        ] {
            let found = stands(address);
            assert!(matches!(found, Standing::Forbidden(_)), "{address}");
        }
        assert_eq!(stands("::ffff:8.8.8.8"), Standing::Public);
    }

    #[test]
    fn the_allow_list_opens_exactly_its_networks() {
        let allowed = ["10.1.0.0/16", "fd00:1::/32"].map(|text| text.parse().expect("a network"));
        let stands = |address: &str| standing(address.parse().expect("an address"), &allowed);
        for address in ["10.1.0.0", "10.1.255.255", "::ffff:10.1.2.3", "fd00:1::5"] {
            assert_eq!(stands(address), Standing::Allowed, "{address}");
        }
        for address in [
            "10.0.255.255",
            "10.2.0.0",
            "127.0.0.1",
            "::ffff:10.2.0.1",
            "fd00:2::5",
        ] {
            let found = stands(address);
            assert!(matches!(found, Standing::Forbidden(_)), "{address}");
        }
        assert_eq!(stands("8.8.8.8"), Standing::Public);
    }
}
