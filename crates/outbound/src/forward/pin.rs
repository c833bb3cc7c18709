//! Where calls are passed on to.

use std::fmt;

use hyper::Uri;
use hyper::http::uri::{Authority, InvalidUri, PathAndQuery, Scheme};

use super::path::Path;

/// A place below which every call stays: a scheme, a host, and a path that ends in a slash.
#[derive(Clone, Debug)]
pub struct Pin {
    scheme: Scheme,
    authority: Authority,
    path: String,
}

impl Pin {
    /// The place at this address, which has a host and no query. None if it is none.
    #[must_use]
    pub fn new(address: &str) -> Option<Self> {
        let parts = address.parse::<Uri>().ok()?.into_parts();
        let path = parts.path_and_query?;
        if path.query().is_some() {
            return None;
        }
        Some(Self {
            scheme: parts.scheme?,
            authority: parts.authority?,
            path: format!("{}/", path.path().trim_end_matches('/')),
        })
    }

    /// The address of `path` below this place, with a query as it was given.
    pub(super) fn address(&self, path: &Path, query: Option<&str>) -> Result<Uri, InvalidUri> {
        let target = fmt::from_fn(|f| {
            write!(f, "{}{}", self.path, path.as_str())?;
            query.map_or(Ok(()), |query| write!(f, "?{query}"))
        });
        let target = PathAndQuery::from_maybe_shared(target.to_string())?;
        let uri = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(target);
        Ok(uri.build().expect("all three parts are there"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_place_and_what_was_given() {
        let address = |place: &str, query| {
            let path = Path::parse("rest/a%20b/").expect("a path");
            let pin = Pin::new(place).expect("a place");
            let address = pin.address(&path, query).expect("a short one");
            address.to_string()
        };
        assert_eq!(
            address("https://api.example/ex/1", Some("a='b'&c=%2e+d")),
            "https://api.example/ex/1/rest/a%20b/?a='b'&c=%2e+d"
        );
        assert_eq!(
            address("http://127.0.0.1:1", Some("")),
            "http://127.0.0.1:1/rest/a%20b/?"
        );
        assert_eq!(
            address("http://127.0.0.1:1/", None),
            "http://127.0.0.1:1/rest/a%20b/"
        );
        assert!(Pin::new("/ex/1").is_none());
        assert!(Pin::new("https://api.example/ex?a").is_none());
    }
}
