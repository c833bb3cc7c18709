//! The address to which Atlassian sends customers back: whether it leads to a server of ours.

use axum::http::{StatusCode, header};
use juncture_clock::Clock;
use juncture_outbound::Http;
use serde::Deserialize;
use url::Url;

use super::finding::{Finding, TOO_LATE, reason, within};
use crate::config::Config;

const WHAT: &str = "callback";

/// The most that is read of an answer, in bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

/// What our callback says to who comes without a code, as `api::connect` has it.
#[derive(Deserialize)]
struct Refusal {
    code: String,
}

/// Looks at it, if there is one.
pub(super) async fn look(config: &Config, http: &Http, clock: &dyn Clock) -> Option<Finding> {
    let app = config.jira.app.as_ref()?;
    Some(look_at(&app.redirect_uri, http, clock).await)
}

async fn look_at(url: &Url, http: &Http, clock: &dyn Clock) -> Finding {
    let asked = async {
        let request = http.get(url.clone());
        let response = request
            .header(header::ACCEPT, "application/json")
            .send()
            .await?;
        let status = response.status();
        let body = juncture_outbound::read_at_most(response, LONGEST_ANSWER).await?;
        Ok::<_, reqwest::Error>((status, body))
    };
    let (status, body) = match within(clock, asked).await {
        Some(Ok(answer)) => answer,
        Some(Err(error)) => return unreached(url, &reason(&error)),
        None => return unreached(url, TOO_LATE),
    };
    let refusal = juncture_json::decode::<Refusal>(&body).ok();
    let is_ours = status == StatusCode::BAD_REQUEST
        && refusal.is_some_and(|refusal| refusal.code == "missing_parameter");
    if is_ours {
        return Finding::good(WHAT, format!("{url} leads to a Juncture"));
    }
    let said = format!("{url} answers {status}, which no Juncture says there");
    let advice = "DEFAULT_JIRA_REDIRECT_URI must lead to this server, through whatever proxy stands \
        before it; the same address stands in Atlassian's developer console";
    Finding::bad(WHAT, said, advice)
}

fn unreached(url: &Url, reason: &str) -> Finding {
    let said = format!("{url} is not reached from here: {reason}");
    let advice = "start the server (`juncture serve`) and look again; customers' browsers must reach \
        that address, this machine need not";
    Finding::doubtful(WHAT, said, advice)
}
