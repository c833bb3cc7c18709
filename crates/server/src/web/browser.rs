//! By what a browser is known again: a cookie for each flow that is bound to it.
//!
//! A cookie's name is made of the digest of its value, so that flows in two tabs do not overwrite each other's.
//! It lives for as long as a flow may take, and there are few of them at a time.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::auth::{self, Digest};
use crate::connections::session::Browser;
use crate::project::ProjectId;
use crate::random;
use crate::web::error::Error;

/// How the cookies are called, before what tells them apart. With the prefix `__Host-` a browser takes none that
/// another host of the same domain would set (RFC 6265bis §4.1.3.2); it wants HTTPS for it.
const NAME: &str = "jct_flow_";
const SECURE_NAME: &str = "__Host-jct_flow_";

/// How many there are in a browser at a time: those of flows that have begun before are taken away.
const MOST: usize = 8;

/// How long a flow may take: ten minutes to consent, fifteen to choose.
const LIFETIME: &str = "1500";

/// The project of a back end that has sent a request, which speaks for the customers of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BackEnd(pub(crate) ProjectId);

impl<S: Sync> FromRequestParts<S> for Browser {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let back_end = parts.extensions.get::<BackEnd>();
        let cookies = cookies(&parts.headers).map(|(_, value)| value);
        Ok(Self::of(cookies, back_end.map(|BackEnd(project)| *project)))
    }
}

/// The cookies of flows that a request shows, name and value, in its order.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).iter();
    let pairs = lines.filter_map(|line| line.to_str().ok());
    let pairs = pairs.flat_map(|line| line.split(';'));
    let pairs = pairs.filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(name, _)| name.starts_with(NAME) || name.starts_with(SECURE_NAME))
}

/// A cookie that a flow is bound by.
pub(crate) struct Bond {
    value: String,
    digest: Digest,
    is_secure: bool,
}

impl Bond {
    /// A new one; for a server that browsers reach by HTTPS, or by HTTP alone.
    pub(crate) fn new(is_secure: bool) -> Self {
        let value = random::url_safe_code();
        Self {
            digest: auth::digest(value.as_bytes()),
            value,
            is_secure,
        }
    }

    /// By what it is known.
    pub(crate) fn digest(&self) -> &Digest {
        &self.digest
    }

    /// Gives it to a browser, which has these headers, and takes those away that are too many.
    pub(crate) fn set(&self, shown: &HeaderMap, headers: &mut HeaderMap) {
        let id = URL_SAFE_NO_PAD.encode(&self.digest[..6]);
        let name = if self.is_secure { SECURE_NAME } else { NAME };
        let secure = if self.is_secure { "; Secure" } else { "" };
        let mut set = |name: &str, value: &str, age: &str| {
            let cookie =
                format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
            // A name that is shown is what a browser was given, or nothing that it can be given.
            if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                headers.append(header::SET_COOKIE, cookie);
            }
        };
        // Browsers show the older ones first (RFC 6265 §5.4).
        let names: Vec<_> = cookies(shown).map(|(name, _)| name).collect();
        for old in names.iter().take((names.len() + 1).saturating_sub(MOST)) {
            set(old, "", "0");
        }
        set(&format!("{name}{id}"), &self.value, LIFETIME);
    }
}
