//! Whether a request is a person's visit. Browsers and mail scanners open addresses that nobody has
//! gone to, and what works once must not be used up by them.

use axum::http::{HeaderMap, HeaderName, Method, header};

/// Where browsers say that they open an address in advance: the Fetch standard's header
/// (<https://fetch.spec.whatwg.org/#sec-purpose-header>), and the older ones of Chromium, Safari and
/// Firefox.
const PURPOSES: [HeaderName; 4] = [
    HeaderName::from_static("sec-purpose"),
    HeaderName::from_static("purpose"),
    HeaderName::from_static("x-purpose"),
    HeaderName::from_static("x-moz"),
];

/// What an address is opened for in advance.
const IN_ADVANCE: [&str; 3] = ["prefetch", "prerender", "preview"];

/// Where browsers say what becomes of the answer: <https://www.w3.org/TR/fetch-metadata/#sec-fetch-dest-header>.
const DESTINATION: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// What shows an answer to a person, or hands it to a script.
const SHOWN: [&str; 5] = ["document", "iframe", "frame", "embed", "empty"];

/// What fetches an address that somebody has sent, to show a preview of it: by the names that these programs
/// give in `User-Agent`, each as it stands in their makers' documentation. No browser has them.
const PREVIEWERS: [&str; 10] = [
    "Slackbot",
    "Twitterbot",
    "facebookexternalhit",
    "Discordbot",
    "LinkedInBot",
    "TelegramBot",
    "WhatsApp/",
    "SkypeUriPreview",
    "Googlebot",
    "bingbot",
];

/// Whether a person has gone there, as far as the request tells. A `HEAD` asks what a visit would
/// give; a picture or a script of another page is no visit.
#[must_use]
pub fn is_a_persons(method: &Method, headers: &HeaderMap) -> bool {
    let values = |name| {
        let values = headers.get_all(name).iter();
        values.filter_map(|value| value.to_str().ok())
    };
    let is_in_advance = |purpose: &str| {
        let purpose = purpose.to_ascii_lowercase();
        IN_ADVANCE.iter().any(|word| purpose.contains(word))
    };
    let is_in_advance = PURPOSES
        .into_iter()
        .any(|name| values(name).any(is_in_advance));
    let is_shown = values(DESTINATION).all(|destination| SHOWN.contains(&destination));
    let is_previewer = |agent: &str| PREVIEWERS.iter().any(|name| agent.contains(name));
    let is_preview = values(header::USER_AGENT).any(is_previewer);
    method == Method::GET && !is_in_advance && is_shown && !is_preview
}
