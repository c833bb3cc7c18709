//! Where a browser may be sent back to: addresses that a project lists, or web origins that it is known by.
//!
//! What is compared are URLs as browsers read them (WHATWG URL), so that no way of writing one passes for
//! another. A text that browsers would read leniently is none.

use url::{Origin, Url};

use super::settings::Settings;

/// The longest address, in bytes.
const LONGEST: usize = 2_048;

/// What is added to the query of an address, and may not be there before.
pub const ADDED: [&str; 4] = ["status", "provider", "external_id", "error"];

/// The address that a text is, if it is the plain and whole one of something on the web; else what is wrong.
pub fn parse(text: &str) -> Result<Url, &'static str> {
    const PLAIN: &str = "must be a whole URL that begins with https:// or http://, in visible ASCII characters, without a user and without `\\`";
    let rest = text.strip_prefix("https://");
    let rest = rest.or_else(|| text.strip_prefix("http://"));
    // Browsers pass over more slashes, spaces, tabs and line ends, and take `\` for `/`.
    let is_plain = rest.is_some_and(|rest| !rest.starts_with('/'))
        && text.len() <= LONGEST
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let url = Url::parse(text).ok().filter(|url| {
        let has_user = !url.username().is_empty() || url.password().is_some();
        // An empty user, too: `https://@host/`.
        is_plain && !has_user && url.has_host() && !authority(text).contains('@')
    });
    let url = url.ok_or(PLAIN)?;
    if url.query_pairs().any(|(name, _)| ADDED.contains(&&*name)) {
        return Err(
            "must not have `status`, `provider`, `external_id` or `error` in its query, which are added",
        );
    }
    Ok(url)
}

/// What stands between the scheme and the path.
fn authority(text: &str) -> &str {
    let rest = text.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

impl Settings {
    /// Whether a browser may be sent back to an address: one that is listed, or is below one that is; where
    /// none is listed, any of an origin that the project's pages are of, or of `others`.
    #[must_use]
    pub fn allow_return(&self, url: &Url, others: &[Origin]) -> bool {
        if !self.allowed_return_urls.is_empty() {
            let mut listed = self.allowed_return_urls.iter();
            return listed
                .any(|listed| Url::parse(listed).is_ok_and(|listed| is_below(url, &listed)));
        }
        let origin = url.origin();
        let mut own = self.allowed_origins.iter();
        own.any(|own| *own == origin.ascii_serialization()) || others.contains(&origin)
    }
}

/// Whether an address is that one, or one below it, segment by segment.
fn is_below(url: &Url, listed: &Url) -> bool {
    if url.origin() != listed.origin()
        || listed
            .query()
            .is_some_and(|query| url.query() != Some(query))
    {
        return false;
    }
    let base = listed.path().trim_end_matches('/');
    if base.is_empty() {
        return true;
    }
    let path = url.path().to_ascii_lowercase();
    // What some servers take for a way up.
    let is_devious = path.contains("%2f")
        || path.contains("%5c")
        || path.split('/').any(|segment| segment.starts_with(".."));
    let rest = url.path().strip_prefix(base);
    !is_devious && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
