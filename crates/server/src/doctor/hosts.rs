//! Atlassian's two hosts, as this machine reaches them: whether they answer as Atlassian does, whether
//! the token host knows our client id and secret, and what time they say it is.

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use juncture_clock::Clock;
use juncture_outbound::Http;
use secrecy::SecretString;
use url::Url;

use super::finding::{Finding, PATIENCE, TOO_LATE, reason, within};
use crate::oauth::{OAuthApp, Profile, Refusal, TokenClient, TokenError};
use crate::provider::Provider as _;
use crate::providers::jira::JiraProvider;
use crate::providers::jira::settings::JiraConfig;

const TOKEN_HOST: &str = "token host";
const API_HOST: &str = "API host";
const CLOCK: &str = "clock";

/// What to do about a host that is not reached.
const UNREACHED: &str = "look at DNS, firewall and proxy (HTTPS_PROXY, NO_PROXY) of this machine";

/// What to do about an answer that is not Atlassian's.
const SOMEBODY_ELSE: &str = "a proxy or firewall seems to answer in its place";

/// A clock that is further off than this is told of.
const APART: SignedDuration = SignedDuration::from_secs(30);

/// Looks at both; none where Jira is not configured.
pub(super) async fn look(config: &JiraConfig, http: &Http, clock: &Arc<dyn Clock>) -> Vec<Finding> {
    let to_jira = juncture_jira::Client::new(http.clone(), config.api_url.clone(), clock.clone());
    let provider = JiraProvider::new(config, to_jira);
    let Some(app) = provider.app() else {
        return Vec::new();
    };
    let (token_host, (api_host, skew)) = tokio::join!(
        token_host(provider.profile(), app, http, clock),
        api_host(config, http, &**clock)
    );
    let clock = skew.map(told_clock);
    [token_host, api_host].into_iter().chain(clock).collect()
}

/// Sends a refresh token that nobody has ever had: how it is refused tells whether the client id and
/// its secret are known.
async fn token_host(
    profile: &Profile,
    app: &OAuthApp,
    http: &Http,
    clock: &Arc<dyn Clock>,
) -> Finding {
    let host = &profile.token_url;
    let client = TokenClient::new(http.clone(), clock.clone());
    let never_issued = SecretString::from("juncture-doctor-asks");
    let good = || {
        let said = format!("{host} answers and takes the client id and secret");
        Finding::good(TOKEN_HOST, said)
    };
    match client.refresh(profile, app, &never_issued, PATIENCE).await {
        Ok(_) => Finding::bad(
            TOKEN_HOST,
            format!("{host} gives tokens for a refresh token that never was"),
            "that is not Atlassian: look at ATLASSIAN_AUTH_URL",
        ),
        Err(TokenError::Refused {
            refusal, status, ..
        }) => match refusal {
            Refusal::GrantDead | Refusal::CodeRefused => good(),
            Refusal::Misconfigured => Finding::bad(
                TOKEN_HOST,
                format!("{host} refuses the client id or its secret (status {status})"),
                "copy DEFAULT_JIRA_CLIENT_ID and DEFAULT_JIRA_CLIENT_SECRET once more from \
                 Atlassian's developer console, Settings of the app",
            ),
            Refusal::Wordless => Finding::bad(
                TOKEN_HOST,
                format!("{host} answers {status} without an OAuth error"),
                SOMEBODY_ELSE,
            ),
            Refusal::Temporary => Finding::doubtful(
                TOKEN_HOST,
                format!("{host} answers {status}"),
                "try again; https://status.atlassian.com tells of outages",
            ),
        },
        Err(TokenError::Unreachable(error)) => {
            let said = format!("{host} is not reached: {}", reason(&error));
            Finding::bad(TOKEN_HOST, said, UNREACHED)
        }
        Err(TokenError::Timeout) => {
            Finding::bad(TOKEN_HOST, format!("{host}: {TOO_LATE}"), UNREACHED)
        }
        Err(TokenError::BadResponse(what)) => {
            let said = format!("{host} answers what is no token response: {what}");
            Finding::bad(TOKEN_HOST, said, SOMEBODY_ELSE)
        }
    }
}

/// Asks for the sites of nobody, which Atlassian refuses with 401; and how far off our clock is by the
/// `Date` of the answer (RFC 9110 §6.6.1).
async fn api_host(
    config: &JiraConfig,
    http: &Http,
    clock: &dyn Clock,
) -> (Finding, Option<SignedDuration>) {
    let url = sites_of(&config.api_url);
    let asked = within(clock, http.get(url.clone()).send()).await;
    let response = match asked {
        Some(Ok(response)) => response,
        Some(Err(error)) => {
            let said = format!("{url} is not reached: {}", reason(&error));
            return (Finding::bad(API_HOST, said, UNREACHED), None);
        }
        None => {
            let said = format!("{url}: {TOO_LATE}");
            return (Finding::bad(API_HOST, said, UNREACHED), None);
        }
    };
    let status = response.status();
    let skew = skew(response.headers(), clock.now());
    let finding = if status == StatusCode::UNAUTHORIZED {
        let said = format!("{url} answers as Atlassian does to who has no token");
        Finding::good(API_HOST, said)
    } else {
        let said = format!("{url} answers {status} to who has no token, where Atlassian says 401");
        Finding::bad(API_HOST, said, SOMEBODY_ELSE)
    };
    (finding, skew)
}

fn sites_of(api_url: &Url) -> Url {
    let path = "/oauth/token/accessible-resources";
    api_url.join(path).expect("a fixed path joins any http URL")
}

/// How far our clock is ahead of the answer's `Date`, which has whole seconds.
fn skew(headers: &HeaderMap, now: Timestamp) -> Option<SignedDuration> {
    let date = headers.get(header::DATE)?.to_str().ok()?;
    let date = httpdate::parse_http_date(date).ok()?;
    let date = Timestamp::try_from(date).ok()?;
    Some(now.duration_since(date))
}

fn told_clock(skew: SignedDuration) -> Finding {
    let seconds = skew.as_secs().unsigned_abs();
    if skew.abs() <= APART {
        return Finding::good(CLOCK, "agrees with Atlassian's");
    }
    let side = if skew.is_positive() {
        "ahead of"
    } else {
        "behind"
    };
    let said = format!("is {seconds} s {side} Atlassian's");
    let advice = "let the machine follow a time server (NTP); tokens and states end by this clock";
    Finding::doubtful(CLOCK, said, advice)
}
