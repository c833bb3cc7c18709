//! HTML as it stands in Markdown: its tokens, and what the elements mean that ADF has a place for.
//!
//! A tag of an element that HTML knows and ADF does not (`<span>`, `<div>`) is not shown, as GitHub
//! shows none. What looks like a tag and is none (`List<String>`, `<your-token>`) is text, which
//! GitHub would swallow.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};

/// A token of HTML.
pub(super) enum Html {
    Open(Tag),
    Close(Element, &'static str, String),
    /// Text, its entities read.
    Text(String),
    /// A comment, which nobody sees.
    Comment,
    /// What is no HTML after all, as it is written.
    Raw(String),
}

/// The tag that opens an element.
pub(super) struct Tag {
    pub(super) element: Element,
    pub(super) name: &'static str,
    attributes: Vec<(String, String)>,
    /// How it is written.
    pub(super) raw: String,
}

impl Tag {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let (_, value) = attributes.find(|(known, _)| known == name)?;
        Some(value.trim())
    }
}

/// What an element means here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// One of the marks `strong`, `em`, `del`, `u`, `sub`, `sup`, `code`.
    Mark(&'static str),
    Link,
    Picture,
    Break,
    Rule,
    Checkbox,
    Details,
    Summary,
    List,
    Item,
    Table,
    Row,
    Cell,
    Quote,
    Preformatted,
    Heading(u8),
    /// What it holds stands in lines of its own.
    Lines,
    /// What it holds stands in the line.
    Inline,
}

/// The elements that mean something, and some that people write for no effect here.
const ELEMENTS: [(&str, Element); 86] = [
    ("strong", Element::Mark("strong")),
    ("b", Element::Mark("strong")),
    ("em", Element::Mark("em")),
    ("i", Element::Mark("em")),
    ("del", Element::Mark("del")),
    ("s", Element::Mark("del")),
    ("strike", Element::Mark("del")),
    ("u", Element::Mark("u")),
    ("ins", Element::Mark("u")),
    ("sub", Element::Mark("sub")),
    ("sup", Element::Mark("sup")),
    ("code", Element::Mark("code")),
    ("kbd", Element::Mark("code")),
    ("samp", Element::Mark("code")),
    ("tt", Element::Mark("code")),
    ("a", Element::Link),
    ("img", Element::Picture),
    ("br", Element::Break),
    ("hr", Element::Rule),
    ("input", Element::Checkbox),
    ("details", Element::Details),
    ("summary", Element::Summary),
    ("ul", Element::List),
    ("ol", Element::List),
    ("li", Element::Item),
    ("table", Element::Table),
    ("tr", Element::Row),
    ("td", Element::Cell),
    ("th", Element::Cell),
    ("blockquote", Element::Quote),
    ("pre", Element::Preformatted),
    ("h1", Element::Heading(1)),
    ("h2", Element::Heading(2)),
    ("h3", Element::Heading(3)),
    ("h4", Element::Heading(4)),
    ("h5", Element::Heading(5)),
    ("h6", Element::Heading(6)),
    ("p", Element::Lines),
    ("div", Element::Lines),
    ("center", Element::Lines),
    ("section", Element::Lines),
    ("article", Element::Lines),
    ("aside", Element::Lines),
    ("header", Element::Lines),
    ("footer", Element::Lines),
    ("main", Element::Lines),
    ("nav", Element::Lines),
    ("figure", Element::Lines),
    ("figcaption", Element::Lines),
    ("picture", Element::Inline),
    ("source", Element::Inline),
    ("address", Element::Lines),
    ("dl", Element::Lines),
    ("dt", Element::Lines),
    ("dd", Element::Lines),
    ("caption", Element::Lines),
    ("thead", Element::Inline),
    ("tbody", Element::Inline),
    ("tfoot", Element::Inline),
    ("colgroup", Element::Inline),
    ("col", Element::Inline),
    ("html", Element::Lines),
    ("body", Element::Lines),
    ("head", Element::Lines),
    ("form", Element::Lines),
    ("fieldset", Element::Lines),
    ("legend", Element::Lines),
    ("span", Element::Inline),
    ("font", Element::Inline),
    ("small", Element::Inline),
    ("big", Element::Inline),
    ("mark", Element::Inline),
    ("abbr", Element::Inline),
    ("cite", Element::Inline),
    ("dfn", Element::Inline),
    ("q", Element::Inline),
    ("var", Element::Inline),
    ("time", Element::Inline),
    ("label", Element::Inline),
    ("bdi", Element::Inline),
    ("bdo", Element::Inline),
    ("wbr", Element::Inline),
    ("nobr", Element::Inline),
    ("ruby", Element::Inline),
    ("rt", Element::Inline),
    ("rp", Element::Inline),
];

/// The element of this name, in small letters or capitals. `List<Object>` is in neither.
fn element(name: &str) -> Option<(&'static str, Element)> {
    let is_of_one_case = !name.contains(|c: char| c.is_ascii_lowercase())
        || !name.contains(|c: char| c.is_ascii_uppercase());
    let known = ELEMENTS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    known.filter(|_| is_of_one_case).copied()
}

/// The tokens of a piece of HTML.
pub(super) fn tokens(html: &str) -> Vec<Html> {
    let mut tokens = Vec::new();
    let mut end = 0;
    let emitter = DefaultEmitter::<usize>::new_with_span();
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        let (span, token) = match token {
            Token::StartTag(tag) => {
                let raw = &html[tag.span.start..tag.span.end];
                (tag.span, open(raw, tag))
            }
            Token::EndTag(tag) => {
                let raw = &html[tag.span.start..tag.span.end];
                let name = written_name(raw);
                let close =
                    element(name).map(|(name, element)| Html::Close(element, name, raw.to_owned()));
                (tag.span, close.unwrap_or_else(|| Html::Raw(raw.to_owned())))
            }
            Token::String(text) => (text.span, Html::Text(lossy(&text.value))),
            Token::Comment(comment) => {
                let raw = &html[comment.span.start..comment.span.end];
                (comment.span, unseen(raw))
            }
            Token::Doctype(doctype) => {
                let raw = &html[doctype.span.start..doctype.span.end];
                (doctype.span, Html::Raw(raw.to_owned()))
            }
            Token::Error(_) => continue,
        };
        tokens.push(token);
        end = span.end;
    }
    // A tag that never ends.
    if end < html.len() {
        tokens.push(Html::Raw(html[end..].to_owned()));
    }
    tokens
}

fn open(raw: &str, tag: StartTag<usize>) -> Html {
    let Some((name, element)) = element(written_name(raw)) else {
        return Html::Raw(raw.to_owned());
    };
    let attributes = tag.attributes.into_iter();
    let attributes = attributes.map(|(name, value)| (lossy(&name), lossy(&value.value)));
    Html::Open(Tag {
        element,
        name,
        attributes: attributes.collect(),
        raw: raw.to_owned(),
    })
}

/// The name in a tag, in the letters that it is written in.
fn written_name(raw: &str) -> &str {
    let name = raw.trim_start_matches(['<', '/']);
    let end = name.find(|c: char| c.is_whitespace() || "/>".contains(c));
    &name[..end.unwrap_or(name.len())]
}

/// Of what HTML takes for comments, only those that end as such are some: an instruction such as
/// `<?xml?>` or what was never closed is text.
fn unseen(raw: &str) -> Html {
    let is_comment = raw.starts_with("<!--") && raw.ends_with("->") && raw.len() > "<!--".len();
    if is_comment {
        Html::Comment
    } else {
        Html::Raw(raw.to_owned())
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
