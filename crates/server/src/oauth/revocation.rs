//! Giving a grant back, where a provider documents how.

use std::time::Duration;

use reqwest::{StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use url::Url;

use super::app::OAuthApp;
use super::error::TokenError;
use super::profile::{Profile, Revocation, Way};
use super::token_endpoint::{LONGEST_ANSWER, TokenClient, with_basic};

/// How long it may take.
const DEADLINE: Duration = Duration::from_secs(10);

/// Why it is not known to be given back.
#[derive(Debug, thiserror::Error)]
pub enum NotRevoked {
    /// The address makes no URL with this client id.
    #[error("the address of the revocation is none")]
    NoAddress,
    /// It was answered otherwise.
    #[error("the provider answers {0}")]
    Refused(StatusCode),
    /// It was not answered.
    #[error(transparent)]
    Failed(#[from] TokenError),
}

impl TokenClient {
    /// Gives a grant back, by its refresh token where the way takes one and there is one. What is no more
    /// is given back: a 4xx about a token is told, and nothing depends on it.
    pub async fn revoke(
        &self,
        profile: &Profile,
        app: &OAuthApp,
        revocation: &Revocation,
        access_token: &SecretString,
        refresh_token: Option<&SecretString>,
    ) -> Result<(), NotRevoked> {
        let url = revocation.url.replace("{client_id}", &app.client_id);
        let url = Url::parse(&url).map_err(|_| NotRevoked::NoAddress)?;
        let access_token = access_token.expose_secret();
        let request = match revocation.way {
            Way::Token => {
                let token = refresh_token.map_or(access_token, |token| token.expose_secret());
                self.request(profile, app, &url, vec![("token", token)])
            }
            Way::Bearer => self.http.post(url).bearer_auth(access_token),
            Way::Delete => {
                let request = self.http.delete(url);
                let request = request.json(&json!({"access_token": access_token}));
                with_basic(request, app).header(header::ACCEPT, "application/json")
            }
        };
        let call = async {
            let response = request.send().await?;
            let status = response.status();
            juncture_outbound::read_at_most(response, LONGEST_ANSWER).await?;
            Ok(status)
        };
        let status = tokio::select! {
            answered = call => answered.map_err(|error: reqwest::Error| TokenError::Unreachable(error.without_url()))?,
            () = self.clock.deadline(DEADLINE) => return Err(TokenError::Timeout.into()),
        };
        if status.is_success() {
            Ok(())
        } else {
            Err(NotRevoked::Refused(status))
        }
    }
}
