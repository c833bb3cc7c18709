//! An OAuth app: what a provider knows a product by.

use secrecy::SecretString;
use url::Url;

use super::pkce::Verifier;
use super::profile::Profile;

/// An app as its owner has registered it with a provider.
#[derive(Debug, Clone)]
pub struct OAuthApp {
    /// Its id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
    /// The scopes to ask for; none where the provider has them at the app.
    pub scopes: Vec<String>,
    /// Where the provider sends the customer back to.
    pub redirect_uri: Url,
}

impl OAuthApp {
    /// The URL at which the customer consents (RFC 6749 §4.1.1); `verifier` is that of the flow, where
    /// the dialect has PKCE (RFC 7636 §4.3).
    #[must_use]
    pub fn authorization_uri(
        &self,
        profile: &Profile,
        state: &str,
        verifier: Option<&Verifier>,
    ) -> Url {
        let mut uri = profile.authorize_url.clone();
        let mut query = uri.query_pairs_mut();
        query
            .extend_pairs(&profile.parameters.authorize)
            .append_pair("client_id", &self.client_id);
        if !self.scopes.is_empty() {
            let separator = profile.scope_separator.to_string();
            query.append_pair("scope", &self.scopes.join(&separator));
        }
        query
            .append_pair("redirect_uri", self.redirect_uri.as_str())
            .append_pair("state", state)
            .append_pair("response_type", "code");
        if let Some(verifier) = verifier {
            query
                .append_pair("code_challenge", &verifier.challenge())
                .append_pair("code_challenge_method", "S256");
        }
        drop(query);
        // Spaces as `%20`, which everybody reads; a `+` of a value stands as `%2B` here.
        let query = uri.query().unwrap_or_default().replace('+', "%20");
        uri.set_query(Some(&query));
        uri
    }
}
