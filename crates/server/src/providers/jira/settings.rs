//! The settings of Jira: `DEFAULT_JIRA_…`, `ATLASSIAN_…`.

use url::Url;

use crate::environment::reader::Reader;
use crate::oauth::OAuthApp;

/// The callback path of Jira; the documentation fixes it.
const JIRA_CALLBACK: &str = "/api/frontend/oauth/authorization-callback/jira";

/// The variables of the OAuth app: all of them, or none.
const APP: [&str; 3] = [
    "DEFAULT_JIRA_CLIENT_ID",
    "DEFAULT_JIRA_CLIENT_SECRET",
    "DEFAULT_JIRA_REDIRECT_URI",
];

/// The settings of the Jira provider.
#[derive(Debug)]
pub struct JiraConfig {
    /// The OAuth app of Atlassian's developer console, to whose redirect URI Atlassian sends the browser
    /// after consent, with `offline_access` among its scopes; none where Jira is not configured.
    pub app: Option<OAuthApp>,
    /// The scopes that an app asks for which says none, `offline_access` among them.
    pub scopes: Vec<String>,
    /// Where the hosted page sends the browser when all is done.
    pub site_redirect_uri: Option<Url>,
    /// The host of `/authorize` and `/oauth/token`.
    pub auth_url: Url,
    /// The host of Atlassian's API gateway.
    pub api_url: Url,
}

impl JiraConfig {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        let scopes = read_scopes(reader);
        Self {
            app: read_app(reader, &scopes),
            scopes,
            site_redirect_uri: reader
                .url("DEFAULT_JIRA_SITE_REDIRECT_URI")
                .or_else(|| reader.url("NEXT_PUBLIC_DEFAULT_JIRA_SITE_REDIRECT_URI")),
            auth_url: reader
                .url("ATLASSIAN_AUTH_URL")
                .unwrap_or_else(|| fixed_url("https://auth.atlassian.com")),
            api_url: reader
                .url("ATLASSIAN_API_URL")
                .unwrap_or_else(|| fixed_url("https://api.atlassian.com")),
        }
    }

    /// The address before the callback path of `DEFAULT_JIRA_REDIRECT_URI`.
    pub(crate) fn public_address(&self) -> Option<Url> {
        let mut address = self.app.as_ref()?.redirect_uri.clone();
        let prefix = address
            .path()
            .strip_suffix(JIRA_CALLBACK)
            .unwrap_or_default()
            .to_owned();
        address.set_path(&prefix);
        address.set_query(None);
        address.set_fragment(None);
        Some(address)
    }
}

/// The OAuth app, if anything is set of it: half of one is a mistake.
fn read_app(reader: &mut Reader<'_>, scopes: &[String]) -> Option<OAuthApp> {
    let (given, missing): (Vec<_>, Vec<_>) = APP
        .into_iter()
        .partition(|name| reader.text(name).is_some());
    let given = given.first()?;
    for name in missing {
        reader.problem(name, format!("is not set, though {given} is"));
    }
    let redirect_uri = reader.required_url("DEFAULT_JIRA_REDIRECT_URI");
    if !redirect_uri.path().ends_with(JIRA_CALLBACK) {
        let reason =
            format!("must end in {JIRA_CALLBACK}, where this server waits for Atlassian's answer");
        reader.problem("DEFAULT_JIRA_REDIRECT_URI", reason);
    }
    Some(OAuthApp {
        client_id: reader.real("DEFAULT_JIRA_CLIENT_ID"),
        client_secret: reader.real("DEFAULT_JIRA_CLIENT_SECRET").into(),
        scopes: scopes.to_vec(),
        redirect_uri,
    })
}

fn fixed_url(url: &'static str) -> Url {
    Url::parse(url).expect("a URL written here is one")
}

/// Scopes by commas or spaces (RFC 6749 §3.3 has spaces; the original server had commas), plus
/// `offline_access`, without which Atlassian gives no refresh token.
fn read_scopes(reader: &mut Reader<'_>) -> Vec<String> {
    let given = reader.text("DEFAULT_JIRA_SCOPES");
    let given = given.unwrap_or_else(|| juncture_jira::oauth::DEFAULT_SCOPES.join(" "));
    let mut scopes: Vec<String> = Vec::new();
    for scope in given
        .split([',', ' ', '\n', '\t'])
        .chain(["offline_access"])
    {
        if !scope.is_empty() && !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.to_owned());
        }
    }
    scopes
}
