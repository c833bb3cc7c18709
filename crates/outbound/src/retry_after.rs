//! How long an answer asks to be left alone.

use std::time::Duration;

use jiff::Timestamp;
use juncture_clock as clock;
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// How long the answer asks the caller to stay away: `Retry-After` in seconds or as an HTTP date
/// (RFC 9110 §10.2.3), else `X-RateLimit-Reset`, which is seen with and without seconds.
#[must_use]
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let asked = text(headers, RETRY_AFTER.as_str()).and_then(|value| {
        let seconds = value.parse().ok().map(Duration::from_secs);
        seconds.or_else(|| Some(clock::until(http_date(value)?, now)))
    });
    asked.or_else(|| {
        let reset: Timestamp = text(headers, "x-ratelimit-reset")?.parse().ok()?;
        Some(clock::until(reset, now))
    })
}

fn http_date(value: &str) -> Option<Timestamp> {
    Timestamp::try_from(httpdate::parse_http_date(value).ok()?).ok()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    Some(headers.get(name)?.to_str().ok()?.trim())
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn asked(name: &'static str, value: &'static str) -> Option<u64> {
        let headers = HeaderMap::from_iter([(
            name.parse().expect("a header name"),
            HeaderValue::from_static(value),
        )]);
        let now = "2026-03-26T15:59:30Z".parse().expect("an instant");
        retry_after(&headers, now).map(|wait| wait.as_secs())
    }

    #[test]
    fn every_form_of_a_wait_is_read() {
        assert_eq!(asked("retry-after", "1847"), Some(1847));
        assert_eq!(asked("retry-after", " 2 "), Some(2));
        assert_eq!(
            asked("retry-after", "Thu, 26 Mar 2026 16:00:00 GMT"),
            Some(30)
        );
        assert_eq!(
            asked("retry-after", "Thu, 26 Mar 2020 16:00:00 GMT"),
            Some(0)
        );
        assert_eq!(asked("retry-after", "soon"), None);
        assert_eq!(asked("retry-after", "-1"), None);
        assert_eq!(asked("x-ratelimit-reset", "2026-03-26T16:00:05Z"), Some(35));
        assert_eq!(asked("x-ratelimit-reset", "2026-03-26T16:00Z"), Some(30));
        assert_eq!(
            asked("x-ratelimit-reset", "2026-03-26T17:00+01:00"),
            Some(30)
        );
    }
}
