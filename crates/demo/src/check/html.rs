//! What a program needs to see of a page: its heading, its forms, and what can be pressed in them.

use html5gum::{StartTag, Token, Tokenizer};
use reqwest::Method;
use url::Url;

/// A page, read.
pub(super) struct Page {
    /// Where it is.
    pub(super) url: Url,
    /// Its HTML.
    pub(super) text: String,
    forms: Vec<Form>,
}

/// What pressing a button sends.
pub(super) struct Sent {
    pub(super) method: Method,
    pub(super) action: Url,
    pub(super) fields: Vec<(String, String)>,
}

#[derive(Default)]
struct Form {
    is_post: bool,
    action: Option<String>,
    controls: Vec<Control>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Hidden,
    Radio,
    Button,
}

struct Control {
    kind: Kind,
    name: Option<String>,
    value: String,
    /// What a person reads on it or beside it.
    label: String,
    is_ticked: bool,
}

impl Page {
    /// Reads the forms of a page.
    pub(super) fn read(url: Url, text: String) -> Self {
        let forms = read_forms(&text);
        Self { url, text, forms }
    }

    /// Its address without what may be secret in it.
    pub(super) fn place(&self) -> String {
        let first = self
            .url
            .path_segments()
            .and_then(|mut segments| segments.next());
        format!(
            "{}/{}",
            self.url.origin().ascii_serialization(),
            first.unwrap_or_default()
        )
    }

    /// The text of its first heading.
    pub(super) fn heading(&self) -> String {
        let mut heading = String::new();
        let mut is_inside = false;
        for token in tokens(&self.text) {
            match token {
                Token::StartTag(tag) if **tag.name == *b"h1" => is_inside = true,
                Token::EndTag(tag) if **tag.name == *b"h1" => break,
                Token::String(text) if is_inside => heading.push_str(&lossy(&text)),
                _ => {}
            }
        }
        squeeze(&heading)
    }

    /// What pressing the button that says `button` sends, in the form that offers `choice`.
    pub(super) fn press(&self, choice: Option<&str>, button: &str) -> Result<Sent, String> {
        let missing = |what: String| format!("there is no {what} at {}", self.place());
        let offers =
            |form: &&Form| choice.is_none_or(|choice| form.find(Kind::Radio, choice).is_some());
        let form = self.forms.iter().filter(offers).find_map(|form| {
            form.find(Kind::Button, button)
                .map(|pressed| (form, pressed))
        });
        let (form, pressed) = form.ok_or_else(|| match choice {
            Some(choice) => missing(format!("choice “{choice}” with a button “{button}”")),
            None => missing(format!("button “{button}”")),
        })?;
        let chosen = choice.and_then(|choice| form.find(Kind::Radio, choice));
        let is_sent = |index: usize, control: &Control| match control.kind {
            Kind::Hidden => true,
            Kind::Radio => chosen.map_or(control.is_ticked, |chosen| chosen == index),
            Kind::Button => pressed == index,
        };
        let fields = form
            .controls
            .iter()
            .enumerate()
            .filter(|(index, control)| is_sent(*index, control));
        let action = match form.action.as_deref() {
            None | Some("") => Ok(self.url.clone()),
            Some(action) => self.url.join(action),
        };
        Ok(Sent {
            method: if form.is_post {
                Method::POST
            } else {
                Method::GET
            },
            action: action.map_err(|_| missing(format!("address behind “{button}”")))?,
            fields: fields
                .filter_map(|(_, control)| Some((control.name.clone()?, control.value.clone())))
                .collect(),
        })
    }
}

impl Form {
    fn find(&self, kind: Kind, label: &str) -> Option<usize> {
        self.controls
            .iter()
            .position(|control| control.kind == kind && control.label.contains(label))
    }
}

/// The forms of a page. A radio button is read with the label around it.
fn read_forms(html: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut is_in_form = false;
    // From which control on text belongs: inside a label to those in it, inside a button to it.
    let mut labelled_from: Option<usize> = None;
    for token in tokens(html) {
        match token {
            Token::StartTag(tag) if **tag.name == *b"form" => {
                is_in_form = true;
                forms.push(Form {
                    is_post: attribute(&tag, "method")
                        .is_some_and(|it| it.eq_ignore_ascii_case("post")),
                    action: attribute(&tag, "action"),
                    controls: Vec::new(),
                });
            }
            Token::EndTag(tag) if **tag.name == *b"form" => is_in_form = false,
            _ if !is_in_form => {}
            Token::StartTag(tag) => {
                let Some(form) = forms.last_mut() else {
                    continue;
                };
                match &**tag.name {
                    b"label" => labelled_from = Some(form.controls.len()),
                    b"button" => {
                        labelled_from = Some(form.controls.len());
                        form.controls.push(control(&tag, Kind::Button));
                    }
                    b"input" => match attribute(&tag, "type").as_deref() {
                        Some("hidden") => form.controls.push(control(&tag, Kind::Hidden)),
                        Some("radio") => form.controls.push(control(&tag, Kind::Radio)),
                        _ => {}
                    },
                    _ => {}
                }
            }
            Token::EndTag(tag) if matches!(&**tag.name, b"label" | b"button") => {
                labelled_from = None;
            }
            Token::String(text) => {
                let controls = forms.last_mut().map(|form| &mut form.controls);
                for control in controls
                    .into_iter()
                    .flatten()
                    .skip(labelled_from.unwrap_or(usize::MAX))
                {
                    control.label.push_str(&lossy(&text));
                }
            }
            _ => {}
        }
    }
    for control in forms.iter_mut().flat_map(|form| &mut form.controls) {
        control.label = squeeze(&control.label);
    }
    forms
}

fn control(tag: &StartTag<()>, kind: Kind) -> Control {
    Control {
        kind,
        name: attribute(tag, "name"),
        value: attribute(tag, "value").unwrap_or_default(),
        label: String::new(),
        is_ticked: attribute(tag, "checked").is_some(),
    }
}

/// The tokens of a page (HTML standard §13.2.5), its character references resolved.
pub(super) fn tokens(html: &str) -> impl Iterator<Item = Token> {
    Tokenizer::new(html).map(|token| match token {
        Ok(token) => token,
        Err(never) => match never {},
    })
}

/// The value of an attribute of a tag.
pub(super) fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    tag.attributes
        .get(name.as_bytes())
        .map(|value| lossy(value))
}

/// Bytes as text.
pub(super) fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Text as it shows: any white space is one space.
pub(super) fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use reqwest::Method;
    use url::Url;

    use super::Page;

    fn page(html: &str) -> Page {
        let url = Url::parse("http://127.0.0.1:1/way/page?old=1").unwrap();
        Page::read(url, html.to_owned())
    }

    const CHOICE: &str = "<form><button>Search</button></form>\
        <h1>Choose <em>one</em></h1>\
        <form method=POST action=/chosen>\
        <input type=hidden name=state value=\"a&amp;b\">\
        <label><input type=radio name=site value=1 checked> <b>Acme</b></label>\
        <label><input type=radio name=site value=2> <b>Globex</b></label>\
        <button name=decision value=allow>Allow</button><button name=decision value=deny>Deny</button></form>";

    fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        fields.iter().map(own).collect()
    }

    #[test]
    fn pressing_a_button_sends_what_a_browser_would() {
        let sent = page(CHOICE).press(Some("Globex"), "Allow").unwrap();
        assert_eq!(sent.method, Method::POST);
        assert_eq!(sent.action.as_str(), "http://127.0.0.1:1/chosen");
        let expected = [("state", "a&b"), ("site", "2"), ("decision", "allow")];
        assert_eq!(sent.fields, owned(&expected));
    }

    #[test]
    fn without_a_choice_the_ticked_one_is_sent() {
        let sent = page(CHOICE).press(None, "Deny").unwrap();
        let expected = [("state", "a&b"), ("site", "1"), ("decision", "deny")];
        assert_eq!(sent.fields, owned(&expected));
    }

    #[test]
    fn a_form_without_an_action_leads_to_its_own_page() {
        let sent = page(CHOICE).press(None, "Search").unwrap();
        assert_eq!(sent.method, Method::GET);
        assert_eq!(sent.action.as_str(), "http://127.0.0.1:1/way/page?old=1");
    }

    #[test]
    fn what_does_not_stand_on_the_page_cannot_be_pressed() {
        let page = page(CHOICE);
        assert_eq!(page.heading(), "Choose one");
        let refused = |choice, button| page.press(choice, button).err().unwrap();
        assert_eq!(
            refused(Some("Initech"), "Allow"),
            "there is no choice “Initech” with a button “Allow” at http://127.0.0.1:1/way"
        );
        assert_eq!(
            refused(None, "Connect"),
            "there is no button “Connect” at http://127.0.0.1:1/way"
        );
    }
}
