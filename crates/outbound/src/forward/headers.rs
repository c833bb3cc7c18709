//! Which headers pass. All do but those that are between two of the three parties alone.

use hyper::HeaderMap;
use hyper::header::{self, HeaderName};

/// What is about one connection (RFC 9110 §7.6.1), beside what `Connection` names.
const OF_A_CONNECTION: [HeaderName; 7] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// What is between a caller and us: whose key it is, which host was called, how long the body is on
/// this way (ours is framed anew), and who stands behind the caller.
const OF_THE_CALLER: [HeaderName; 16] = [
    header::AUTHORIZATION,
    header::CONTENT_LENGTH,
    header::COOKIE,
    HeaderName::from_static("cookie2"),
    header::EXPECT,
    header::FORWARDED,
    header::HOST,
    header::VIA,
    HeaderName::from_static("cf-connecting-ip"),
    HeaderName::from_static("fastly-client-ip"),
    HeaderName::from_static("http2-settings"),
    HeaderName::from_static("true-client-ip"),
    HeaderName::from_static("x-client-ip"),
    HeaderName::from_static("x-cluster-client-ip"),
    HeaderName::from_static("x-original-forwarded-for"),
    HeaderName::from_static("x-real-ip"),
];

/// What a host says of itself and of its own cookies, to browsers: it would hold for our host.
const OF_A_HOST: [HeaderName; 9] = [
    header::ALT_SVC,
    header::SET_COOKIE,
    header::STRICT_TRANSPORT_SECURITY,
    HeaderName::from_static("clear-site-data"),
    HeaderName::from_static("expect-ct"),
    HeaderName::from_static("nel"),
    HeaderName::from_static("report-to"),
    HeaderName::from_static("reporting-endpoints"),
    HeaderName::from_static("set-cookie2"),
];

/// What is said from one proxy to the next, and what is ours.
const OF_PROXIES: [&str; 2] = ["proxy-", "x-juncture-"];

/// The headers of a request that pass.
pub(super) fn of_request(headers: &HeaderMap) -> HeaderMap {
    let named = named_by_connection(headers);
    keep(headers, |name| {
        !(OF_THE_CALLER.contains(name)
            || begins(name, &["x-forwarded-"])
            || is_between_two(name, &named))
    })
}

/// The headers of an answer that pass.
pub(super) fn of_answer(headers: &HeaderMap) -> HeaderMap {
    let named = named_by_connection(headers);
    // RFC 9112 §6.3: beside a transfer encoding a length says nothing.
    let is_encoded = headers.contains_key(header::TRANSFER_ENCODING);
    keep(headers, |name| {
        !(OF_A_HOST.contains(name)
            || begins(name, &["access-control-"])
            || (is_encoded && *name == header::CONTENT_LENGTH)
            || is_between_two(name, &named))
    })
}

fn keep(headers: &HeaderMap, passes: impl Fn(&HeaderName) -> bool) -> HeaderMap {
    let mut kept = HeaderMap::with_capacity(headers.len() + 2);
    for (name, value) in headers {
        if passes(name) {
            kept.append(name.clone(), value.clone());
        }
    }
    kept
}

fn is_between_two(name: &HeaderName, named: &[HeaderName]) -> bool {
    OF_A_CONNECTION.contains(name) || named.contains(name) || begins(name, &OF_PROXIES)
}

fn begins(name: &HeaderName, beginnings: &[&str]) -> bool {
    beginnings
        .iter()
        .any(|beginning| name.as_str().starts_with(beginning))
}

fn named_by_connection(headers: &HeaderMap) -> Vec<HeaderName> {
    let values = headers.get_all(header::CONNECTION).into_iter();
    let lists = values.filter_map(|value| value.to_str().ok());
    let names = lists.flat_map(|list| list.split(','));
    names.filter_map(|name| name.trim().parse().ok()).collect()
}
