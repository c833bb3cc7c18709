//! The requests to a token endpoint, in the dialect of its provider.

use std::sync::Arc;
use std::time::Duration;

use juncture_clock::Clock;
use juncture_outbound::Http;
use reqwest::{RequestBuilder, header};
use secrecy::{ExposeSecret as _, SecretString};
use url::{Url, form_urlencoded};

use super::answer::Answer;
use super::app::OAuthApp;
use super::error::TokenError;
use super::pkce::Verifier;
use super::profile::{Body, ClientAuth, Profile};
use super::token_pair::TokenPair;
use super::verdict::Grant;
use super::word::Word;

/// How long the token endpoint may take, all in all.
pub const TOKEN_DEADLINE: Duration = Duration::from_secs(10);

/// The most of an answer that is read. Tokens of some kilobytes are common.
pub(super) const LONGEST_ANSWER: usize = 256 * 1024;

/// Talks to token endpoints.
#[derive(Clone)]
pub struct TokenClient {
    pub(super) http: Http,
    pub(super) clock: Arc<dyn Clock>,
}

/// The parameters of a request, in the order in which they are sent.
pub(super) type Fields<'a> = Vec<(&'a str, &'a str)>;

impl TokenClient {
    /// One that goes out by `http`.
    #[must_use]
    pub fn new(http: Http, clock: Arc<dyn Clock>) -> Self {
        Self { http, clock }
    }

    /// Exchanges the code that the customer brought back (RFC 6749 §4.1.3); `verifier` is that of its
    /// flow (RFC 7636 §4.5).
    pub async fn exchange_code(
        &self,
        profile: &Profile,
        app: &OAuthApp,
        code: &str,
        verifier: Option<&Verifier>,
    ) -> Result<TokenPair, TokenError> {
        let mut fields = of_dialect(&profile.parameters.token);
        fields.extend([
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", app.redirect_uri.as_str()),
        ]);
        fields.extend(verifier.map(|verifier| ("code_verifier", verifier.expose())));
        let request = self.request(profile, app, &profile.token_url, fields);
        let grant = Grant::AuthorizationCode;
        self.ask(profile, grant, request, TOKEN_DEADLINE, None)
            .await
    }

    /// Exchanges a refresh token (RFC 6749 §6), within `deadline`.
    pub async fn refresh(
        &self,
        profile: &Profile,
        app: &OAuthApp,
        refresh_token: &SecretString,
        deadline: Duration,
    ) -> Result<TokenPair, TokenError> {
        let mut fields = of_dialect(&profile.parameters.refresh);
        fields.extend([
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose_secret()),
        ]);
        if profile.parameters.refresh_has_redirect_uri {
            fields.push(("redirect_uri", app.redirect_uri.as_str()));
        }
        let url = profile.refresh_url.as_ref().unwrap_or(&profile.token_url);
        let request = self.request(profile, app, url, fields);
        let grant = Grant::RefreshToken;
        self.ask(profile, grant, request, deadline, Some(refresh_token))
            .await
    }

    /// A POST of `fields`, by the client of `app`.
    pub(super) fn request<'a>(
        &self,
        profile: &Profile,
        app: &'a OAuthApp,
        url: &Url,
        mut fields: Fields<'a>,
    ) -> RequestBuilder {
        let request = self.http.post(url.clone());
        // Without it some answer with a form.
        let request = request.header(header::ACCEPT, "application/json");
        let request = match profile.client {
            ClientAuth::InBody => {
                fields.extend([
                    ("client_id", app.client_id.as_str()),
                    ("client_secret", app.client_secret.expose_secret()),
                ]);
                request
            }
            ClientAuth::Basic => with_basic(request, app),
        };
        match profile.body {
            Body::Form => request.form(&fields),
            Body::Json => {
                let object: serde_json::Map<_, _> = fields
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value.into()))
                    .collect();
                request.json(&object)
            }
        }
    }

    /// Sends a request, has its answer judged, and reads what it brings.
    async fn ask(
        &self,
        profile: &Profile,
        grant: Grant,
        request: RequestBuilder,
        deadline: Duration,
        old: Option<&SecretString>,
    ) -> Result<TokenPair, TokenError> {
        // Counted from before the call, so that a slow answer never makes a token look younger.
        let asked = self.clock.steady();
        let call = async {
            let response = request.send().await?;
            let status = response.status().as_u16();
            let retry_after = juncture_outbound::retry_after(response.headers(), self.clock.now());
            let body = juncture_outbound::read_at_most(response, LONGEST_ANSWER).await?;
            Ok((Answer::new(status, &body), retry_after))
        };
        let (answer, retry_after) = tokio::select! {
            answered = call => answered.map_err(|error: reqwest::Error| TokenError::Unreachable(error.without_url()))?,
            () = self.clock.deadline(deadline) => return Err(TokenError::Timeout),
        };
        match profile.judge.judge(grant, &answer) {
            Some(refusal) => Err(TokenError::Refused {
                refusal,
                status: answer.status(),
                retry_after,
            }),
            None => TokenPair::read(profile, &answer, asked, old),
        }
    }
}

fn of_dialect(parameters: &[(Word, Word)]) -> Fields<'_> {
    let parameters = parameters.iter();
    parameters
        .map(|(name, value)| (name.as_ref(), value.as_ref()))
        .collect()
}

/// HTTP Basic, with both parts encoded as a form has them (RFC 6749 §2.3.1).
pub(super) fn with_basic(request: RequestBuilder, app: &OAuthApp) -> RequestBuilder {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let secret = encoded(app.client_secret.expose_secret());
    request.basic_auth(encoded(&app.client_id), Some(secret))
}
