//! The body of a comment in the making: its text, who may read it, and to what it replies.

use jiff::Timestamp;
use serde_json::Value;

use super::body::refuse_fields;
use super::document::{Verdict, judge, text_length};
use crate::gateway::{Caller, CommentSentence, FieldSentence, Refusal, Sentence};
use crate::options::TextLimitError;
use crate::rest::payload::Payload;
use crate::rest::properties::{must_fit, read_list};
use crate::sandbox::State;
use crate::wiki;
use crate::world::{Audience, Comment, Properties, Site};

/// The longest comment, in characters of its text.
const TEXT_LENGTH: usize = 32_767;

/// Who may read a comment, as asked for.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Readers {
    /// The body does not speak of it.
    Unsaid,
    All,
    Only(Audience),
}

impl Readers {
    /// The only readers, or those of before where nothing is said.
    pub(super) fn or(self, before: Option<Audience>) -> Option<Audience> {
        match self {
            Self::Unsaid => before,
            Self::All => None,
            Self::Only(audience) => Some(audience),
        }
    }

    /// Whether others are asked for than those who read what the comment replies to.
    pub(super) fn differ_from(&self, audience: Option<&Audience>) -> bool {
        match self {
            Self::Unsaid => false,
            Self::All => audience.is_some(),
            Self::Only(own) => audience != Some(own),
        }
    }
}

/// A comment as asked for.
pub(super) struct Written {
    pub(super) body: Value,
    pub(super) readers: Readers,
    pub(super) parent: Option<u64>,
    pub(super) properties: Properties,
}

impl Written {
    /// Reads the body of a request, or refuses it. Members that a comment does not have are left
    /// out, as its schema says.
    pub(super) fn read(caller: &Caller, state: &State, body: &[u8]) -> Result<Self, Refusal> {
        let payload = Payload::read_open(caller, body)?;
        Self::of(
            caller,
            state,
            |name| payload.find(name),
            FieldSentence::BadComment,
        )
    }

    /// Reads the members of a comment; `wrong` is said of a text that is no document.
    pub(super) fn of<'a>(
        caller: &Caller,
        state: &State,
        member: impl Fn(&str) -> Option<&'a Value>,
        wrong: FieldSentence,
    ) -> Result<Self, Refusal> {
        let bad = || Refusal::Unreadable(Sentence::BadPayload.say(caller.language));
        let parent = match member("parentId") {
            None | Some(Value::Null) => None,
            Some(id) => Some(number(id).ok_or_else(bad)?),
        };
        let properties = read_list(caller, member("properties"))?;
        must_fit(caller, &properties)?;
        Ok(Self {
            body: read_text(caller, state, member("body"), wrong)?,
            readers: read_readers(caller, state, member("visibility"))?,
            parent,
            properties,
        })
    }

    /// The comment as its writer leaves it; customers see it so far.
    pub(super) fn into_comment(
        self,
        author: usize,
        audience: Option<Audience>,
        now: Timestamp,
    ) -> Comment {
        Comment {
            id: 0,
            author: Some(author),
            editor: Some(author),
            body: self.body,
            created: now,
            updated: now,
            audience,
            parent: self.parent,
            is_internal: false,
            properties: self.properties,
        }
    }

    /// The comment as it will be in place of the one before; a reply keeps its readers.
    pub(super) fn over(
        self,
        caller: &Caller,
        state: &State,
        before: &Comment,
    ) -> Result<Comment, Refusal> {
        let audience = before.audience.clone();
        if before.parent.is_some() && self.readers.differ_from(audience.as_ref()) {
            let sentence = Sentence::Comment(CommentSentence::ReplyVisibility);
            return Err(caller.bad_request(&sentence));
        }
        let kept = audience.filter(|_| !state.switches.comment_edit_drops_visibility);
        let mut changed = before.clone();
        changed.body = self.body;
        changed.audience = self.readers.or(kept);
        changed.editor = Some(caller.person);
        changed.updated = state.clock.now();
        changed.properties.extend(self.properties);
        Ok(changed)
    }

    /// Refuses a reply to what is no comment that the caller reads, and one with readers of its own.
    /// Returns those who may read the comment.
    pub(super) fn place(
        &self,
        caller: &Caller,
        site: &Site,
        issue: u64,
    ) -> Result<Option<Audience>, Refusal> {
        let refuse = |sentence| caller.bad_request(&Sentence::Comment(sentence));
        let Some(parent) = self.parent else {
            return Ok(self.readers.clone().or(None));
        };
        let parent = find_parent(caller, site, issue, parent)
            .ok_or_else(|| refuse(CommentSentence::BadParent(parent.to_string())))?;
        if self.readers.differ_from(parent.audience.as_ref()) {
            return Err(refuse(CommentSentence::ReplyVisibility));
        }
        Ok(parent.audience.clone())
    }
}

/// The comment at the top of a thread.
fn find_parent<'a>(caller: &Caller, site: &'a Site, issue: u64, id: u64) -> Option<&'a Comment> {
    let mut comments = site.comments_of(issue).iter();
    comments
        .find(|comment| comment.id == id && comment.parent.is_none())
        .filter(|comment| site.reads(caller.person, comment))
}

/// The text of a comment as a document.
fn read_text(
    caller: &Caller,
    state: &State,
    value: Option<&Value>,
    wrong: FieldSentence,
) -> Result<Value, Refusal> {
    let refuse = |sentence| refuse_fields(caller, [("comment", sentence)]);
    let value = value.unwrap_or(&Value::Null);
    if value.is_null() {
        return Err(refuse(FieldSentence::EmptyComment));
    }
    let (document, length) = if caller.has_documents {
        match judge(value) {
            Verdict::Document => (value.clone(), text_length(value)),
            Verdict::Broken => return Err(caller.bad_request(&Sentence::InvalidInput)),
            Verdict::NotADocument => return Err(refuse(wrong)),
        }
    } else {
        let markup = value.as_str();
        let markup = markup.ok_or_else(|| refuse(FieldSentence::NotAText))?;
        (wiki::to_document(markup), markup.chars().count())
    };
    if is_empty(&document) {
        return Err(refuse(FieldSentence::EmptyComment));
    }
    match state.switches.text_limit_error {
        _ if length <= TEXT_LENGTH => Ok(document),
        TextLimitError::FieldText => Err(refuse(FieldSentence::LongText)),
        TextLimitError::Code => Err(refuse(FieldSentence::ContentLimitExceeded)),
    }
}

/// Whether a document has nothing but paragraphs without a word.
fn is_empty(document: &Value) -> bool {
    let nodes = |node: &Value| node["content"].as_array().cloned().unwrap_or_default();
    nodes(document).iter().all(|node| {
        let is_blank = |inline: &Value| {
            let text = inline["text"].as_str();
            text.is_some_and(|text| text.trim().is_empty()) || inline["type"] == "hardBreak"
        };
        node["type"] == "paragraph" && nodes(node).iter().all(is_blank)
    })
}

/// Who may read the comment; the writer must be among them.
fn read_readers(caller: &Caller, state: &State, value: Option<&Value>) -> Result<Readers, Refusal> {
    let value = match value {
        None => return Ok(Readers::Unsaid),
        Some(Value::Null) => return Ok(Readers::All),
        Some(value) => value,
    };
    let site = &state.world.sites[caller.site];
    let refuse = |sentence| caller.bad_request(&Sentence::Comment(sentence));
    let (id, name) = (value["identifier"].as_str(), value["value"].as_str());
    let wanted = id.or(name).unwrap_or_default().to_owned();
    let audience = match value["type"].as_str() {
        Some("role") => {
            let mut roles = site.roles.iter();
            let role = roles.find(|row| match id {
                Some(id) => row.id.to_string() == id || row.name == id,
                None => name == Some(&row.name),
            });
            let role = role.ok_or_else(|| refuse(CommentSentence::UnknownRole(wanted.clone())))?;
            Audience::Role(role.id)
        }
        Some("group") => {
            let mut groups = site.groups.iter();
            let group = groups.find(|row| match id {
                Some(id) => row.uuid == id,
                None => name == Some(&row.name),
            });
            let unknown = || refuse(CommentSentence::UnknownGroup(wanted.clone()));
            Audience::Group(group.ok_or_else(unknown)?.uuid.clone())
        }
        _ => return Err(refuse(CommentSentence::BadVisibility)),
    };
    match &audience {
        _ if site.belongs(caller.person, &audience) => Ok(Readers::Only(audience)),
        Audience::Role(_) => Err(refuse(CommentSentence::NotInRole(wanted))),
        Audience::Group(_) => Err(refuse(CommentSentence::NotInGroup(wanted))),
    }
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}
