//! What the tags of HTML do: they open and close containers, or say something in the line.

use super::blocks::{Block, Row};
use super::containers::{Containers, What};
use super::html::{Element, Html, Tag};

impl Containers {
    /// Adds a token that stands in a line of Markdown.
    pub(super) fn inline_html(&mut self, token: Html) {
        match token {
            // `Stack<T>` names a type.
            Html::Open(Tag { element, raw, .. }) if is_type(element, &raw) => {
                self.line.add_lines(&raw);
            }
            Html::Open(tag) => self.open_tag(tag, false),
            Html::Close(element, name, raw) => self.close_tag(element, name, raw, false),
            Html::Text(text) | Html::Raw(text) => self.line.add_lines(&text),
            Html::Comment => self.line.unseen(),
        }
    }

    /// Adds a block of HTML. If nothing in it is HTML after all, its lines stay lines.
    pub(super) fn html(&mut self, tokens: Vec<Html>) {
        self.end_line();
        let is_html = tokens
            .iter()
            .any(|token| matches!(token, Html::Open(_) | Html::Close(..)));
        if !is_html && !matches!(self.top().what, What::Code(..)) {
            let texts = tokens.into_iter().filter_map(|token| match token {
                Html::Text(text) | Html::Raw(text) => Some(text),
                _ => None,
            });
            self.line.add_lines(texts.collect::<String>().trim());
            return self.end_line();
        }
        for token in tokens {
            let in_code = matches!(self.top().what, What::Code(..));
            match token {
                Html::Open(tag) => self.open_tag(tag, true),
                Html::Close(element, name, raw) => self.close_tag(element, name, raw, true),
                Html::Comment => self.line.unseen(),
                Html::Text(text) | Html::Raw(text) if in_code => {
                    if let What::Code(_, code) = &mut self.top().what {
                        code.push_str(&text);
                    }
                }
                Html::Text(text) => self.line.html_text(&text),
                Html::Raw(text) => self.line.add_lines(&text),
            }
        }
        if !matches!(self.top().what, What::Code(..)) {
            self.end_line();
        }
    }

    fn open_tag(&mut self, tag: Tag, is_lenient: bool) {
        if let What::Code(language, code) = &mut self.top().what {
            if let Some(class) = tag.attribute("class").filter(|_| language.is_empty()) {
                *language = class
                    .strip_prefix("language-")
                    .unwrap_or_default()
                    .to_owned();
            }
            code.push_str(if tag.element == Element::Break {
                "\n"
            } else {
                ""
            });
            return;
        }
        let what = match tag.element {
            Element::Mark(_) | Element::Link | Element::Picture | Element::Break => {
                return self.line.open(tag, is_lenient);
            }
            Element::Inline => return,
            Element::Lines => return self.end_line(),
            Element::Rule => return self.add(Block::Rule),
            Element::Checkbox => return self.checkbox(&tag),
            Element::Details => What::Expand(String::new()),
            Element::Summary => match self.top().what {
                What::Expand(_) => What::Summary,
                _ => return self.end_line(),
            },
            Element::List => {
                let order = (tag.name == "ol").then(|| number(&tag, "start").unwrap_or(1));
                What::List(order, Vec::new())
            }
            Element::Item => {
                if !self.close_to(|what| matches!(what, What::List(..))) {
                    self.open_html(What::List(None, Vec::new()), Element::List);
                }
                if !matches!(self.top().what, What::List(..)) {
                    return;
                }
                What::Item(None)
            }
            Element::Table => What::Table(Vec::new()),
            Element::Row => {
                if !self.close_to(|what| matches!(what, What::Table(_))) {
                    return self.end_line();
                }
                What::Row(Row::default())
            }
            Element::Cell => {
                if !self.close_to(|what| matches!(what, What::Row(_) | What::Table(_))) {
                    return self.end_line();
                }
                if matches!(self.top().what, What::Table(_)) {
                    self.open_html(What::Row(Row::default()), Element::Row);
                }
                let span = |name| number(&tag, name).unwrap_or(1).max(1);
                What::Cell(tag.name == "th", (span("colspan"), span("rowspan")))
            }
            Element::Quote => What::Quote,
            Element::Preformatted => What::Code(String::new(), String::new()),
            Element::Heading(level) => What::Heading(level),
        };
        let is_in_one_line = matches!(self.top().what, What::Heading(_) | What::Summary);
        if is_in_one_line && matches!(what, What::Heading(_) | What::Code(..)) {
            return;
        }
        self.open_html(what, tag.element);
    }

    fn close_tag(&mut self, element: Element, name: &'static str, raw: String, is_lenient: bool) {
        if matches!(self.top().what, What::Code(..)) && element != Element::Preformatted {
            return;
        }
        match element {
            Element::Mark(_) | Element::Link => self.line.close(element, name, raw, is_lenient),
            Element::Lines => self.end_line(),
            Element::Inline
            | Element::Picture
            | Element::Break
            | Element::Rule
            | Element::Checkbox => {}
            element => {
                if !self.close_element(element) {
                    self.end_line();
                }
            }
        }
    }

    /// A box to tick: of the task that it begins, or as text.
    fn checkbox(&mut self, tag: &Tag) {
        if tag.attribute("type") != Some("checkbox") {
            return;
        }
        let is_checked = tag.attribute("checked").is_some();
        let is_first = self.line.is_empty() && self.top().blocks.is_empty();
        match &mut self.top().what {
            What::Item(is_done) if is_first => *is_done = Some(is_checked),
            _ => self.line.add_lines(if is_checked { "☑ " } else { "☐ " }),
        }
    }
}

/// Whether a tag in a line is rather the parameter of a type: one capital letter.
fn is_type(element: Element, raw: &str) -> bool {
    let is_mark = matches!(element, Element::Mark(_));
    !is_mark && raw.len() == "<T>".len() && raw.contains(|c: char| c.is_ascii_uppercase())
}

fn number(tag: &Tag, name: &str) -> Option<u64> {
    tag.attribute(name)?.parse().ok()
}
