//! What the headers of an answer say about limits.
//!
//! Source: <https://developer.atlassian.com/cloud/jira/platform/rate-limiting/>. Not the memory
//! of it: that is [`juncture_outbound::pace`].

use std::time::Duration;

use jiff::Timestamp;
use juncture_outbound::pace::{Limit, LowQuota};
use reqwest::header::HeaderMap;

/// The limit that a 429 says is reached; one that does not say so is taken for a burst.
pub(crate) fn reached(headers: &HeaderMap) -> Limit {
    match text(headers, "ratelimit-reason").unwrap_or_default() {
        "jira-per-issue-on-write" => Limit::Object,
        "jira-quota-global-based" => Limit::AppQuota,
        reason if reason.starts_with("jira-quota") => Limit::SiteQuota,
        _ => Limit::Burst,
    }
}

/// The quotas that a success says are near their end: less than a fifth is left.
///
/// Jira names a quota in `RateLimit` once four fifths are used, and says `X-RateLimit-NearLimit`
/// as well; the burst limits stand there always and are no matter here. The `Beta-` twins of
/// these headers tell of limits that are not in force.
pub(crate) fn low_quotas(headers: &HeaderMap, now: Timestamp) -> Vec<LowQuota> {
    let sizes: Vec<_> = (policies(headers, "ratelimit-policy"))
        .filter_map(|policy| Some((policy.name, policy.number("q")?)))
        .collect();
    let size = |name| (sizes.iter()).find_map(|(known, size)| (*known == name).then_some(*size));
    let mut low = Vec::new();
    let mut latest = None;
    for policy in policies(headers, "ratelimit") {
        let refills_in = policy.number("t").map(Duration::from_secs);
        latest = latest.max(refills_in);
        let Some(left) = policy.number("r").filter(|_| policy.name.contains("quota")) else {
            continue;
        };
        if size(policy.name).is_none_or(|size| left < size / 5) {
            low.push(LowQuota {
                limit: if policy.name.contains("global") {
                    Limit::AppQuota
                } else {
                    Limit::SiteQuota
                },
                is_spent: left == 0,
                refills_in: refills_in.unwrap_or_else(|| until_quota_refills(now)),
            });
        }
    }
    // A warning that names nothing else is about what refills last of all that is named.
    if low.is_empty() && text(headers, "x-ratelimit-nearlimit") == Some("true") {
        low.push(LowQuota {
            limit: Limit::SiteQuota,
            is_spent: false,
            refills_in: latest.unwrap_or_else(|| until_quota_refills(now)),
        });
    }
    low
}

/// One item of `RateLimit` or `RateLimit-Policy`, such as `"global-app-quota";r=11000;t=600`: a
/// structured field (RFC 9651) of which Jira uses names without commas and whole numbers.
struct NamedLimit<'a> {
    name: &'a str,
    parameters: &'a str,
}

impl NamedLimit<'_> {
    fn number(&self, wanted: &str) -> Option<u64> {
        self.parameters.split(';').find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            (name.trim() == wanted).then(|| value.trim().parse().ok())?
        })
    }
}

fn policies<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = NamedLimit<'a>> {
    let lines = headers.get_all(name).into_iter();
    let items = lines.filter_map(|line| line.to_str().ok());
    items.flat_map(|line| line.split(',')).map(|item| {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        let name = name.trim().trim_matches('"');
        NamedLimit { name, parameters }
    })
}

/// How long it is until the next full hour (UTC), when quotas refill.
pub(crate) fn until_quota_refills(now: Timestamp) -> Duration {
    let into_the_hour = now.as_second().rem_euclid(3600).unsigned_abs();
    Duration::from_secs(3600 - into_the_hour)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    Some(headers.get(name)?.to_str().ok()?.trim())
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn quotas_near_their_end_are_read_from_every_form_of_the_warning() {
        let low = |lines: &[(&'static str, &'static str)]| {
            let headers = lines.iter().map(|(name, value)| {
                let name = reqwest::header::HeaderName::from_static(name);
                (name, HeaderValue::from_static(value))
            });
            let now = "2026-03-26T15:59:30Z".parse().expect("an instant");
            let low = low_quotas(&headers.collect(), now);
            (low.iter())
                .map(|low| (low.limit, low.is_spent, low.refills_in.as_secs()))
                .collect::<Vec<_>>()
        };
        let burst = r#""jira-burst-based";r=1;t=1"#;
        let near = ("x-ratelimit-nearlimit", "true");
        assert_eq!(low(&[]), []);
        assert_eq!(low(&[("ratelimit", burst)]), []);
        assert_eq!(
            low(&[("beta-ratelimit", r#""global-app-quota";r=0;t=9"#)]),
            []
        );
        assert_eq!(
            low(&[(
                "ratelimit",
                r#""jira-burst-based";r=349;t=1, "global-app-quota";r=11000;t=600"#
            )]),
            [(Limit::AppQuota, false, 600)]
        );
        assert_eq!(
            low(&[("ratelimit", r#""tenant-app-quota"; t=7; r=0"#), near]),
            [(Limit::SiteQuota, true, 7)]
        );
        // Whose size is known is near its end below a fifth.
        for (left, count) in [
            (r#""global-app-quota";r=13000;t=9"#, 0),
            (r#""global-app-quota";r=12999;t=9"#, 1),
        ] {
            let policy = (
                "ratelimit-policy",
                r#""jira-burst-based";q=100;w=1,"global-app-quota";q=65000;w=3600"#,
            );
            assert_eq!(low(&[policy, ("ratelimit", left)]).len(), count, "{left}");
        }
        // A warning alone lasts until the quotas refill, or as long as the burst it is about.
        assert_eq!(low(&[near]), [(Limit::SiteQuota, false, 30)]);
        assert_eq!(
            low(&[near, ("ratelimit", burst)]),
            [(Limit::SiteQuota, false, 1)]
        );
        assert_eq!(
            low(&[("ratelimit", r#""global-app-quota";r=5"#)]),
            [(Limit::AppQuota, false, 30)]
        );
        assert_eq!(
            low(&[("ratelimit", r#""global-app-quota";r=many;t=5"#)]),
            []
        );
    }

    #[test]
    fn quotas_refill_on_the_hour() {
        let refill = |now: &str| until_quota_refills(now.parse().expect("an instant")).as_secs();
        assert_eq!(refill("2026-03-26T15:59:30Z"), 30);
        assert_eq!(refill("2026-03-26T16:00:00Z"), 3600);
    }
}
