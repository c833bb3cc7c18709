//! A browser without a screen: opens pages, presses buttons, and follows redirects step by step,
//! so that each address is looked at before it is called.

use reqwest::{Client, Method, Response, StatusCode, header};
use url::Url;

use super::super::addresses::Addresses;
use super::html::{Page, Sent};

/// How many redirects may follow one another; the longest way, from the choice of a site to the
/// list of projects, has three.
const MOST_REDIRECTS: usize = 8;

/// Fetches pages of the demo, and of nobody else.
pub(super) struct Browser {
    http: Client,
    addresses: Addresses,
}

impl Browser {
    /// A browser that has not been anywhere.
    pub(super) fn new(addresses: &Addresses) -> Self {
        Self {
            http: super::super::backend::http_client(),
            addresses: addresses.clone(),
        }
    }

    /// The text at `url`.
    pub(super) async fn fetch(&self, url: &Url) -> Result<String, String> {
        let response = self.send(Method::GET, url, None).await?;
        let (status, page) = self.read(url, response).await?;
        Ok(accepted(status, page)?.text)
    }

    /// The page at `url`.
    pub(super) async fn open(&self, url: &Url) -> Result<Page, String> {
        let (status, page) = self.follow(Method::GET, url.clone(), None).await?;
        accepted(status, page)
    }

    /// Presses the button that says `button`, after ticking the choice that says `choice`, and
    /// returns the page it leads to.
    pub(super) async fn press(
        &self,
        page: &Page,
        choice: Option<&str>,
        button: &str,
    ) -> Result<Page, String> {
        let (status, page) = self.go(page.press(choice, button)?).await?;
        accepted(status, page)
    }

    /// Presses the button that says `button`, after filling in its form by the labels, and returns the
    /// page it leads to.
    pub(super) async fn fill(
        &self,
        page: &Page,
        filled: &[(&str, &str)],
        button: &str,
    ) -> Result<Page, String> {
        let (status, page) = self.go(page.fill(filled, button)?).await?;
        accepted(status, page)
    }

    /// As [`fill`](Self::fill), where the answer should be that this cannot be.
    pub(super) async fn fill_wrong(
        &self,
        page: &Page,
        filled: &[(&str, &str)],
        button: &str,
    ) -> Result<Page, String> {
        let (status, page) = self.go(page.fill(filled, button)?).await?;
        if status == StatusCode::BAD_REQUEST {
            return Ok(page);
        }
        Err(format!(
            "“{button}” should be refused, but {} answers {status}",
            page.place()
        ))
    }

    async fn go(&self, sent: Sent) -> Result<(StatusCode, Page), String> {
        if sent.method == Method::GET {
            let mut url = sent.action;
            url.query_pairs_mut().clear().extend_pairs(sent.fields);
            return self.follow(Method::GET, url, None).await;
        }
        self.follow(Method::POST, sent.action, Some(sent.fields))
            .await
    }

    async fn follow(
        &self,
        mut method: Method,
        mut url: Url,
        mut fields: Option<Vec<(String, String)>>,
    ) -> Result<(StatusCode, Page), String> {
        for _ in 0..=MOST_REDIRECTS {
            let response = self.send(method, &url, fields.take()).await?;
            if !response.status().is_redirection() {
                return self.read(&url, response).await;
            }
            url = target(&url, &response)?;
            // Browsers follow 302 and 303 by GET (Fetch standard §4.4).
            method = Method::GET;
        }
        Err(format!(
            "more than {MOST_REDIRECTS} redirects led to {}",
            url.path()
        ))
    }

    async fn send(
        &self,
        method: Method,
        url: &Url,
        fields: Option<Vec<(String, String)>>,
    ) -> Result<Response, String> {
        let Addresses {
            app,
            juncture,
            sandbox,
        } = &self.addresses;
        let is_ours = [app, juncture, sandbox]
            .iter()
            .any(|ours| ours.origin() == url.origin());
        if !is_ours {
            let origin = url.origin().ascii_serialization();
            return Err(format!("the way leads out of the demo, to {origin}"));
        }
        let mut sending = self
            .http
            .request(method, url.clone())
            .header(header::ACCEPT, "text/html");
        if let Some(fields) = fields {
            sending = sending.form(&fields);
        }
        // The error itself would show the URL, in which a code may stand.
        let failed = |error: reqwest::Error| {
            format!("{} does not answer: {}", url.path(), error.without_url())
        };
        sending.send().await.map_err(failed)
    }

    async fn read(&self, url: &Url, response: Response) -> Result<(StatusCode, Page), String> {
        let status = response.status();
        let text = response
            .text()
            .await
            .map_err(|error| error.without_url().to_string())?;
        Ok((status, Page::read(url.clone(), text)))
    }
}

fn accepted(status: StatusCode, page: Page) -> Result<Page, String> {
    if status.is_success() {
        return Ok(page);
    }
    Err(format!(
        "{} answers {status}: {}",
        page.place(),
        page.heading()
    ))
}

fn target(from: &Url, response: &Response) -> Result<Url, String> {
    let location = response.headers().get(header::LOCATION);
    let location = location.and_then(|location| location.to_str().ok());
    location
        .and_then(|location| from.join(location).ok())
        .ok_or_else(|| format!("{} redirects to nowhere", from.path()))
}
