//! The hosted page of the second step: pick a site, confirm, done.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use url::Url;

use super::error::Ways;
use super::face::Face;
use super::{away, choices};
use crate::app::App;
use crate::connections::finalize::{self, ChoiceError, Entered, Picked};
use crate::connections::session::{Browser, Ending, Session};
use crate::provider::{Choice, Part, Provider};
use crate::web::error::Error;
use crate::web::extract::{Form, Path};

#[derive(Template)]
#[template(path = "finalize.html")]
struct ChoicePage<'a> {
    face: &'a Face<'a>,
    product: &'static str,
    noun: &'static str,
    choices: Vec<Choice>,
    is_reminded: bool,
    /// What alone may be chosen, as far as people know it, where the connect session says so.
    allowed: Option<Vec<&'a str>>,
    back: Option<Url>,
}

#[derive(Template)]
#[template(path = "part.html")]
struct PartPage<'a> {
    face: &'a Face<'a>,
    product: &'static str,
    noun: &'static str,
    choice: Choice,
    parts: Vec<Part>,
    is_reminded: bool,
    back: Option<Url>,
}

#[derive(Template)]
#[template(path = "connected.html")]
struct ConnectedPage<'a> {
    face: &'a Face<'a>,
    product: &'static str,
    noun: &'static str,
    choice: String,
}

#[derive(Template)]
#[template(path = "waiting.html")]
struct WaitingPage<'a> {
    face: &'a Face<'a>,
    product: &'static str,
    sentence: String,
    /// Whether the customer has consented already.
    has_consented: bool,
    /// Where it is looked for again; none if the flow is over.
    again: Option<String>,
}

/// `GET /finalize-connection/:provider/:connection_code`
pub async fn page(
    State(app): State<App>,
    Path((provider, code)): Path<(String, String)>,
    browser: Browser,
    headers: HeaderMap,
) -> Response {
    let asked = Asked {
        chosen: Chosen::default(),
        is_sent: false,
    };
    answer(&app, (&provider, &code), &browser, &headers, Ok(asked)).await
}

/// What the page's forms send.
#[derive(Default, Deserialize)]
pub struct Chosen {
    choice: Option<String>,
    part: Option<String>,
}

/// `POST /finalize-connection/:provider/:connection_code`
pub async fn submit(
    State(app): State<App>,
    Path((provider, code)): Path<(String, String)>,
    browser: Browser,
    headers: HeaderMap,
    form: Result<Form<Chosen>, Error>,
) -> Response {
    let asked = form.map(|Form(chosen)| Asked {
        chosen,
        is_sent: true,
    });
    answer(&app, (&provider, &code), &browser, &headers, asked).await
}

/// What a browser asks the page for.
struct Asked {
    chosen: Chosen,
    /// Whether it has sent a form.
    is_sent: bool,
}

async fn answer(
    app: &App,
    (provider, code): (&str, &str),
    browser: &Browser,
    headers: &HeaderMap,
    asked: Result<Asked, Error>,
) -> Response {
    let plain = Face::plain(super::prefix(app));
    let fail = |error| super::error::respond(&plain, headers, error, Ways::default());
    let provider = match app.provider(provider) {
        Ok(provider) => provider,
        Err(error) => return fail(error),
    };
    let entered = match finalize::enter(&app.tokens, provider, code, browser).await {
        Ok(entered) => entered,
        Err(error) => return fail(choices::error(provider, error)),
    };
    let face = Face::of(app, entered.project).await;
    let scene = Scene {
        face: &face,
        provider,
        session: entered.session.as_ref(),
    };
    match asked {
        Ok(asked) => scene.go_on(app, &entered, headers, asked).await,
        Err(error) => scene.fail(headers, error),
    }
}

/// Whose page it is, for whom.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) face: &'a Face<'a>,
    pub(crate) provider: &'a dyn Provider,
    pub(crate) session: Option<&'a Session>,
}

impl Scene<'_> {
    /// Makes the connection, if nothing keeps it from being made.
    async fn go_on(
        self,
        app: &App,
        entered: &Entered<'_>,
        headers: &HeaderMap,
        Asked { chosen, is_sent }: Asked,
    ) -> Response {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let (choice, part) = (given(&chosen.choice), given(&chosen.part));
        let picked = Picked {
            choice: choice.as_deref(),
            part: part.as_deref(),
        };
        match finalize::connect(&app.tokens, self.provider, entered, picked).await {
            Ok(choice) => self.leave(choice, StatusCode::SEE_OTHER),
            Err(ChoiceError::NotChosen(choices)) => self.show_choices(choices, is_sent),
            Err(ChoiceError::NoneAllowed) => self.show_choices(Vec::new(), false),
            Err(ChoiceError::NoPartSelected(choice, parts)) => {
                // A form that has the site alone is the page's before.
                self.show_parts(choice, parts, is_sent && chosen.part.is_some())
            }
            Err(ChoiceError::Waiting(sentence)) => self.show_waiting(sentence),
            // Sent twice, or again: it was done the first time.
            Err(error) => match finalize::finished(&app.tokens, self.provider, entered).await {
                Ok(Some(choice)) if is_sent => self.leave(choice, StatusCode::SEE_OTHER),
                Ok(Some(choice)) => self.arrived_before(choice),
                _ => self.fail(headers, choices::error(self.provider, error)),
            },
        }
    }

    /// Where the page's forms may lead beyond this server.
    fn form_target(&self) -> Option<&Url> {
        match self.session {
            Some(session) => session.address(self.provider),
            None => self.provider.done_url(),
        }
    }

    /// Where the browser goes after an ending, of a connect session.
    pub(crate) fn address_after(&self, ending: Ending) -> Option<Url> {
        self.session?.address_after(self.provider, ending)
    }

    /// The same where there is nothing to choose.
    fn address_without(&self, error: ChoiceError) -> Option<Url> {
        let error = choices::error(self.provider, error);
        self.address_after(Ending::Error(error.code()))
    }

    fn show_choices(self, choices: Vec<Choice>, is_reminded: bool) -> Response {
        let (product, noun) = self.provider.words();
        let allowed = self.session.map(|session| &session.terms.allowed);
        let allowed = allowed.filter(|allowed| !allowed.is_empty());
        let allowed = allowed.map(|allowed| {
            let addresses = allowed.iter().filter(|allowed| allowed.contains("://"));
            addresses.map(String::as_str).collect()
        });
        let page = ChoicePage {
            face: self.face,
            product,
            noun,
            is_reminded,
            back: self.address_without(ChoiceError::NoneAllowed),
            allowed,
            choices,
        };
        super::respond(asking(is_reminded), self.face, &page, self.form_target())
    }

    fn show_parts(self, choice: Choice, parts: Vec<Part>, is_reminded: bool) -> Response {
        let (product, _) = self.provider.words();
        let page = PartPage {
            face: self.face,
            product,
            noun: self.provider.part().unwrap_or_default(),
            is_reminded,
            back: self.address_without(ChoiceError::NoPartSelected(choice.clone(), Vec::new())),
            choice,
            parts,
        };
        super::respond(asking(is_reminded), self.face, &page, self.form_target())
    }

    /// What must be done at the provider first, and a way to look again.
    fn show_waiting(self, sentence: String) -> Response {
        let (product, _) = self.provider.words();
        let page = WaitingPage {
            face: self.face,
            product,
            sentence,
            has_consented: true,
            again: Some(String::new()),
        };
        super::respond(StatusCode::OK, self.face, &page, None)
    }

    /// The page of a flow that waits for somebody else, before there is a consent of any use.
    pub(crate) fn wait(self, error: &Error, again: Option<String>) -> Response {
        let (product, _) = self.provider.words();
        let page = WaitingPage {
            face: self.face,
            product,
            sentence: error.to_string(),
            has_consented: false,
            again,
        };
        super::respond(StatusCode::OK, self.face, &page, None)
    }

    /// On to the caller's own page, or to ours that says it is done.
    pub(crate) fn leave(self, choice: String, status: StatusCode) -> Response {
        let address = match self.session {
            Some(_) => self.address_after(Ending::Success),
            None => self.provider.done_url().cloned(),
        };
        match address {
            Some(url) => away(status, &url),
            None => self.show_connected(choice),
        }
    }

    /// What is answered to who comes back to a flow that has ended in a connection.
    pub(crate) fn arrived_before(self, choice: String) -> Response {
        match self.session {
            Some(_) => self.leave(choice, StatusCode::FOUND),
            None => self.show_connected(choice),
        }
    }

    fn show_connected(self, choice: String) -> Response {
        let (product, noun) = self.provider.words();
        let page = ConnectedPage {
            face: self.face,
            product,
            noun,
            choice,
        };
        super::respond(StatusCode::OK, self.face, &page, None)
    }

    /// The flow is over: the browser goes where its session says, and else is told what went wrong.
    pub(crate) fn fail(self, headers: &HeaderMap, error: Error) -> Response {
        let ending = Ending::Error(error.code());
        match self.address_after(ending) {
            Some(url) if !super::error::wants_json(headers) => {
                error.accompany(away(StatusCode::SEE_OTHER, &url))
            }
            _ => super::error::respond(self.face, headers, error, Ways::default()),
        }
    }
}

/// The status of a page that asks: once more, or for the first time.
fn asking(is_reminded: bool) -> StatusCode {
    if is_reminded {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    }
}
