//! What a program needs to see of a page: its heading, its forms, and what can be pressed in them.

use html5gum::{StartTag, Token, Tokenizer};
use reqwest::Method;
use url::Url;

use super::forms::{Form, Kind, read_forms};

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

    /// The text of the element with this id, which has none of its own kind in it.
    pub(super) fn text_of(&self, id: &str) -> Option<String> {
        let mut inside: Option<(Vec<u8>, String)> = None;
        for token in tokens(&self.text) {
            match (token, &mut inside) {
                (Token::StartTag(tag), None) if attribute(&tag, "id").as_deref() == Some(id) => {
                    inside = Some((tag.name.to_vec(), String::new()));
                }
                (Token::String(text), Some((_, found))) => found.push_str(&lossy(&text)),
                (Token::EndTag(tag), Some((name, _))) if **tag.name == **name => break,
                _ => {}
            }
        }
        inside.map(|(_, found)| squeeze(&found))
    }

    /// Where the link leads that says `label`.
    pub(super) fn link(&self, label: &str) -> Result<Url, String> {
        let mut target: Option<String> = None;
        let mut said = String::new();
        for token in tokens(&self.text) {
            match token {
                Token::StartTag(tag) if **tag.name == *b"a" => {
                    target = attribute(&tag, "href");
                    said.clear();
                }
                Token::String(text) => said.push_str(&lossy(&text)),
                Token::EndTag(tag) if **tag.name == *b"a" && squeeze(&said) == label => break,
                Token::EndTag(tag) if **tag.name == *b"a" => target = None,
                _ => {}
            }
        }
        target
            .and_then(|target| self.url.join(&target).ok())
            .ok_or_else(|| format!("there is no link “{label}” at {}", self.place()))
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
        self.sent(form, button, form.fields(pressed, chosen))
    }

    /// What pressing the button that says `button` sends after filling in its form: what to write or to
    /// choose, by the labels.
    pub(super) fn fill(&self, filled: &[(&str, &str)], button: &str) -> Result<Sent, String> {
        let missing = |what: String| format!("there is no {what} at {}", self.place());
        let form = self.forms.iter().find_map(|form| {
            form.find(Kind::Button, button)
                .map(|pressed| (form, pressed))
        });
        let (form, pressed) = form.ok_or_else(|| missing(format!("button “{button}”")))?;
        let mut fields = form.fields(pressed, None);
        for (label, text) in filled {
            let written = form.written(label, text);
            let (name, value) =
                written.ok_or_else(|| missing(format!("field “{label}” that takes “{text}”")))?;
            for field in fields.iter_mut().filter(|field| field.0 == name) {
                field.1.clone_from(&value);
            }
        }
        self.sent(form, button, fields)
    }

    fn sent(
        &self,
        form: &Form,
        button: &str,
        fields: Vec<(String, String)>,
    ) -> Result<Sent, String> {
        let action = match form.action.as_deref() {
            None | Some("") => Ok(self.url.clone()),
            Some(action) => self.url.join(action),
        };
        let nowhere = |_| format!("there is no address behind “{button}” at {}", self.place());
        Ok(Sent {
            method: if form.is_post {
                Method::POST
            } else {
                Method::GET
            },
            action: action.map_err(nowhere)?,
            fields,
        })
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

    const FILLED: &str = "<p id=what>Fish <b>&amp;</b> chips</p><a href=/a>One</a><a href=b>Two</a>\
        <form method=post><input type=hidden name=key value=k>\
        <label>Title <em>short</em><input name=title></label>\
        <label>Text<textarea name=text>\nold</textarea></label>\
        <label>Size <select name=size><option value=''>—</option><option value=7 selected>Small</option>\
        <option value=8>Large</option></select></label><button>Save</button></form>";

    #[test]
    fn a_form_is_filled_in_by_the_labels() {
        let sent = |filled: &[(&str, &str)]| page(FILLED).fill(filled, "Save");
        let as_it_stands = [("key", "k"), ("title", ""), ("text", "old"), ("size", "7")];
        assert_eq!(sent(&[]).unwrap().fields, owned(&as_it_stands));
        let filled = [("Title", "A"), ("Text", "B"), ("Size", "Large")];
        let expected = [("key", "k"), ("title", "A"), ("text", "B"), ("size", "8")];
        assert_eq!(sent(&filled).unwrap().fields, owned(&expected));
        assert_eq!(
            sent(&[("Size", "Huge")]).err().unwrap(),
            "there is no field “Size” that takes “Huge” at http://127.0.0.1:1/way"
        );
    }

    #[test]
    fn texts_and_links_are_found() {
        let page = page(FILLED);
        assert_eq!(page.text_of("what").as_deref(), Some("Fish & chips"));
        assert_eq!(page.text_of("nothing"), None);
        assert_eq!(
            page.link("Two").unwrap().as_str(),
            "http://127.0.0.1:1/way/b"
        );
        assert!(page.link("Three").is_err());
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
