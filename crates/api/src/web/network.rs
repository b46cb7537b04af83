//! The network address of a caller: that of the connection, or the one given by a trusted proxy.

use std::net::{IpAddr, Ipv6Addr};

use actix_web::HttpRequest;
use actix_web::http::header::HeaderMap;
use ipnet::IpNet;

use crate::web::extract::state;

/// Parses a network of the settings: `10.0.0.0/8`, or a single address.
///
/// # Errors
/// The text is not valid.
pub fn parse_network(text: &str) -> Result<IpNet, String> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    address.or_else(|_| text.parse()).map_err(|_| format!("`{text}` is neither an address nor a network such as 10.0.0.0/8"))
}

/// The network address by which the rate limits count a caller. An IPv6 user has a whole network of addresses, so only the first
/// 64 bits count.
pub fn caller_address(request: &HttpRequest) -> String {
    let Some(peer) = request.peer_addr() else {
        return String::new();
    };
    match from(peer.ip(), request.headers(), &state(request).trusted_proxies) {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{}/64", Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

/// The address behind the trusted proxies: the last address in `X-Forwarded-For` that is not a proxy. Earlier entries come from
/// untrusted senders.
fn from(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut nearest = peer.to_canonical();
    let lines: Vec<&str> = headers.get_all("x-forwarded-for").filter_map(|line| line.to_str().ok()).collect();
    for hop in lines.join(",").rsplit(',') {
        if !is_trusted(&nearest) {
            return nearest;
        }
        let Some(address) = parse_hop(hop.trim()) else {
            return nearest;
        };
        nearest = address.to_canonical();
    }
    nearest
}

/// Parses an address, which some proxies write with its port.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let address = hop.parse::<IpAddr>().or_else(|_| hop.parse::<std::net::SocketAddr>().map(|socket| socket.ip()));
    address.ok()
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let trusted = ["10.0.0.0/8", "127.0.0.1", "fd00::/8"].map(|network| parse_network(network).unwrap_or_default());
        let mut headers = HeaderMap::new();
        for line in forwarded {
            let value = HeaderValue::from_str(line).unwrap_or(HeaderValue::from_static(""));
            headers.append(HeaderName::from_static("x-forwarded-for"), value);
        }
        from(peer.parse().unwrap_or(IpAddr::V4([0, 0, 0, 0].into())), &headers, &trusted).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_says_who_is_behind_it() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.7"]), "203.0.113.9");
        assert_eq!(seen("10.1.2.3", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(seen("::ffff:10.1.2.3", &["198.51.100.7:4711"]), "198.51.100.7");
        assert_eq!(seen("fd00::1", &["[2001:db8::1]:4711"]), "2001:db8::1");
    }

    #[test]
    fn the_last_address_that_is_not_of_a_trusted_proxy_counts() {
        assert_eq!(seen("10.1.2.3", &["192.0.2.1, 198.51.100.7"]), "198.51.100.7");
        assert_eq!(seen("10.1.2.3", &["192.0.2.1, 198.51.100.7, 10.9.9.9"]), "198.51.100.7");
        assert_eq!(seen("10.1.2.3", &["192.0.2.1", "198.51.100.7, 10.9.9.9"]), "198.51.100.7");
    }

    #[test]
    fn what_cannot_be_read_is_not_believed() {
        assert_eq!(seen("10.1.2.3", &[]), "10.1.2.3");
        assert_eq!(seen("10.1.2.3", &["unknown"]), "10.1.2.3");
        assert_eq!(seen("10.1.2.3", &["192.0.2.1, x, 10.9.9.9"]), "10.9.9.9");
        assert_eq!(seen("10.1.2.3", &["10.4.4.4, 10.5.5.5"]), "10.4.4.4");
    }

    #[test]
    fn a_network_or_one_address_is_named() {
        assert!(parse_network("10.0.0.0/8").is_ok());
        assert_eq!(parse_network("10.0.0.1").map(|network| network.prefix_len()), Ok(32));
        assert!(parse_network("10.0.0.0/33").is_err());
        assert!(parse_network("proxy").is_err());
    }
}
