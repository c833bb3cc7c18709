//! The forms of a page, as far as a program fills them in and presses their buttons.

use html5gum::{StartTag, Token};

use super::html::{attribute, lossy, squeeze, tokens};

/// A form, and what stands in it.
#[derive(Default)]
pub(super) struct Form {
    pub(super) is_post: bool,
    pub(super) action: Option<String>,
    controls: Vec<Control>,
}

/// What a control is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Hidden,
    Radio,
    Button,
    /// A line or a text.
    Written,
    /// A list to choose from.
    Menu,
}

struct Control {
    kind: Kind,
    name: Option<String>,
    value: String,
    /// What a person reads on it or beside it.
    label: String,
    is_ticked: bool,
    /// What a menu offers.
    offers: Vec<Offer>,
}

struct Offer {
    value: String,
    label: String,
}

impl Form {
    /// Which control of this kind says this.
    pub(super) fn find(&self, kind: Kind, label: &str) -> Option<usize> {
        self.controls
            .iter()
            .position(|control| control.kind == kind && control.label.contains(label))
    }

    /// What pressing a button sends, with a choice ticked.
    pub(super) fn fields(&self, pressed: usize, chosen: Option<usize>) -> Vec<(String, String)> {
        let is_sent = |index: usize, control: &Control| match control.kind {
            Kind::Hidden | Kind::Written | Kind::Menu => true,
            Kind::Radio => chosen.map_or(control.is_ticked, |chosen| chosen == index),
            Kind::Button => pressed == index,
        };
        let sent = self.controls.iter().enumerate();
        sent.filter(|(index, control)| is_sent(*index, control))
            .filter_map(|(_, control)| Some((control.name.clone()?, control.value.clone())))
            .collect()
    }

    /// What is sent for `text`, written or chosen where `label` stands: its name and value.
    pub(super) fn written(&self, label: &str, text: &str) -> Option<(String, String)> {
        let written = self.find(Kind::Written, label);
        let index = written.or_else(|| self.find(Kind::Menu, label))?;
        let control = &self.controls[index];
        let value = match control.kind {
            Kind::Menu => {
                let offer = control.offers.iter().find(|offer| offer.label == text)?;
                offer.value.clone()
            }
            _ => text.to_owned(),
        };
        Some((control.name.clone()?, value))
    }
}

/// The forms of a page. A control is read with the label around it.
pub(super) fn read_forms(html: &str) -> Vec<Form> {
    let mut reader = Reader::default();
    for token in tokens(html) {
        match token {
            Token::StartTag(tag) => reader.start(&tag),
            Token::EndTag(tag) => reader.end(&tag.name),
            Token::String(text) => reader.read(&lossy(&text)),
            _ => {}
        }
    }
    reader.forms
}

/// Whose text comes next.
#[derive(Default)]
enum Inside {
    #[default]
    Page,
    Button,
    Text,
    Offer,
}

#[derive(Default)]
struct Reader {
    forms: Vec<Form>,
    is_in_form: bool,
    inside: Inside,
    /// Inside a label: from which control on it is theirs, and what it says.
    label: Option<(usize, String)>,
}

impl Reader {
    fn start(&mut self, tag: &StartTag<()>) {
        if **tag.name == *b"form" {
            self.is_in_form = true;
            self.forms.push(Form {
                is_post: attribute(tag, "method").is_some_and(|it| it.eq_ignore_ascii_case("post")),
                action: attribute(tag, "action"),
                controls: Vec::new(),
            });
        }
        let Some(form) = self.forms.last_mut().filter(|_| self.is_in_form) else {
            return;
        };
        match &**tag.name {
            b"label" => self.label = Some((form.controls.len(), String::new())),
            b"button" => {
                self.inside = Inside::Button;
                form.controls.push(control(tag, Kind::Button));
            }
            b"input" => {
                let kind = match attribute(tag, "type").as_deref() {
                    Some("hidden") => Kind::Hidden,
                    Some("radio") => Kind::Radio,
                    Some("checkbox" | "submit" | "reset" | "button" | "file") => return,
                    _ => Kind::Written,
                };
                form.controls.push(control(tag, kind));
            }
            b"textarea" => {
                self.inside = Inside::Text;
                form.controls.push(control(tag, Kind::Written));
            }
            b"select" => form.controls.push(control(tag, Kind::Menu)),
            b"option" => {
                let Some(menu) = form.controls.last_mut() else {
                    return;
                };
                self.inside = Inside::Offer;
                let value = attribute(tag, "value").unwrap_or_default();
                if menu.offers.is_empty() || attribute(tag, "selected").is_some() {
                    menu.value.clone_from(&value);
                }
                let label = String::new();
                menu.offers.push(Offer { value, label });
            }
            _ => {}
        }
    }

    fn read(&mut self, text: &str) {
        let controls = self.forms.last_mut().map(|form| &mut form.controls);
        let control = controls.and_then(|controls| controls.last_mut());
        match (&self.inside, control) {
            (Inside::Button, Some(button)) => button.label.push_str(text),
            (Inside::Text, Some(control)) => control.value.push_str(text),
            (Inside::Offer, Some(menu)) => {
                if let Some(offer) = menu.offers.last_mut() {
                    offer.label.push_str(text);
                }
            }
            _ => {
                if let Some((_, said)) = &mut self.label {
                    said.push_str(text);
                }
            }
        }
    }

    fn end(&mut self, name: &[u8]) {
        let Some(form) = self.forms.last_mut() else {
            return;
        };
        match name {
            b"form" => self.is_in_form = false,
            b"label" => {
                let (from, said) = self.label.take().unwrap_or_default();
                for control in form.controls.iter_mut().skip(from) {
                    control.label = squeeze(&said);
                }
            }
            b"button" | b"textarea" | b"option" => {
                self.inside = Inside::Page;
                if let Some(control) = form.controls.last_mut() {
                    control.finish();
                }
            }
            _ => {}
        }
    }
}

impl Control {
    fn finish(&mut self) {
        match self.kind {
            Kind::Button => self.label = squeeze(&self.label),
            // The first newline of a text belongs to the HTML (HTML standard §13.1.2.5).
            Kind::Written => {
                if let Some(rest) = self.value.strip_prefix('\n') {
                    self.value = rest.to_owned();
                }
            }
            _ => {
                for offer in &mut self.offers {
                    offer.label = squeeze(&offer.label);
                }
            }
        }
    }
}

fn control(tag: &StartTag<()>, kind: Kind) -> Control {
    Control {
        kind,
        name: attribute(tag, "name"),
        value: attribute(tag, "value").unwrap_or_default(),
        label: String::new(),
        is_ticked: attribute(tag, "checked").is_some(),
        offers: Vec::new(),
    }
}
