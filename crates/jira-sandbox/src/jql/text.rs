//! Searches for words: `summary ~ "transl*"`.

use serde_json::Value;

use crate::gateway::Sentence;
use crate::world::{FieldValue, Issue, Site};

/// The fields that hold words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextField {
    Summary,
    Description,
    Environment,
    Comment,
    Custom(u64),
    /// `text`: every field with words in it.
    Any,
}

/// What to look for: words, and phrases of words that follow each other.
#[derive(Debug)]
pub(super) struct Words(Vec<Vec<Word>>);

/// A word to look for.
#[derive(Debug)]
struct Word {
    text: String,
    /// Whether it is the start of a word only.
    is_stem: bool,
}

impl Word {
    fn new(text: &str) -> Self {
        Self {
            text: text.trim_end_matches('*').to_lowercase(),
            is_stem: text.ends_with('*'),
        }
    }

    fn is_met_by(&self, other: &str) -> bool {
        other == self.text || (self.is_stem && other.starts_with(&self.text))
    }
}

impl TextField {
    /// The field with this name, in any letter case.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name.to_lowercase().as_str() {
            "summary" => Self::Summary,
            "description" => Self::Description,
            "environment" => Self::Environment,
            "comment" => Self::Comment,
            "text" | "textfields" => Self::Any,
            _ => return None,
        })
    }

    /// Whether `IS EMPTY` may be asked of it.
    pub(super) fn may_be_empty(self) -> bool {
        !matches!(self, Self::Comment | Self::Any)
    }

    /// What an issue has in the field, in lower case; of comments, those which the reader may read.
    pub(super) fn text_of(self, issue: &Issue, site: &Site, reader: usize) -> String {
        let mut text = String::new();
        self.write(issue, site, reader, &mut text);
        text.to_lowercase()
    }

    fn write(self, issue: &Issue, site: &Site, reader: usize, text: &mut String) {
        match self {
            Self::Summary => text.push_str(&issue.summary),
            Self::Description => issue.description.iter().for_each(|row| collect(row, text)),
            Self::Environment => issue.environment.iter().for_each(|row| collect(row, text)),
            Self::Comment => {
                let comments = site.comments_of(issue.id).iter();
                for comment in comments.filter(|comment| site.reads(reader, comment)) {
                    collect(&comment.body, text);
                    text.push('\n');
                }
            }
            Self::Custom(id) => match issue.custom.get(&id) {
                Some(FieldValue::Text(own)) => text.push_str(own),
                Some(FieldValue::Document(document)) => collect(document, text),
                _ => (),
            },
            Self::Any => {
                let custom = issue.custom.keys().map(|id| Self::Custom(*id));
                let others = [
                    Self::Summary,
                    Self::Description,
                    Self::Environment,
                    Self::Comment,
                ];
                for field in others.into_iter().chain(custom) {
                    field.write(issue, site, reader, text);
                    text.push('\n');
                }
            }
        }
    }
}

impl Words {
    /// Reads what stands after `~`. Jira has a language of its own there
    /// ("Search syntax for text fields"), of which whole words, a `*` at their ends, and phrases in
    /// quotation marks are simulated.
    pub(super) fn read(text: &str) -> Result<Self, Sentence> {
        if !text.matches('"').count().is_multiple_of(2) {
            return Err(unsimulated(text));
        }
        let mut found: Vec<Vec<Word>> = Vec::new();
        for (place, part) in text.split('"').enumerate() {
            let words = read_words(part, text)?;
            let words = words.iter().map(|word| Word::new(word));
            // Every other part is between quotation marks.
            if place % 2 == 1 {
                found.push(words.collect());
            } else {
                found.extend(words.map(|word| vec![word]));
            }
        }
        found.retain(|words| !words.is_empty());
        Ok(Self(found))
    }

    /// Whether a text in lower case has all of it.
    pub(super) fn are_in(&self, text: &str) -> bool {
        let own: Vec<&str> = text
            .split(|character: char| !character.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        self.0.iter().all(|words| {
            own.windows(words.len()).any(|others| {
                let mut pairs = words.iter().zip(others);
                pairs.all(|(word, other)| word.is_met_by(other))
            })
        })
    }
}

/// The words of a part of a search.
fn read_words(part: &str, whole: &str) -> Result<Vec<String>, Sentence> {
    let mut words = vec![String::new()];
    let mut characters = part.chars();
    let mut last = ' ';
    while let Some(character) = characters.next() {
        let word = words.last_mut().expect("there is always a word under way");
        match character {
            // A character behind a backslash is no operator, and no letter either.
            '\\' => {
                characters.next();
                words.push(String::new());
            }
            '*' if !word.is_empty() => word.push('*'),
            '*' | '?' | '^' | '~' | '[' | ']' | '{' | '}' => return Err(unsimulated(whole)),
            '-' | '+' | '!' if last.is_whitespace() => return Err(unsimulated(whole)),
            _ if character.is_alphanumeric() && !word.ends_with('*') => word.push(character),
            _ if character.is_alphanumeric() => return Err(unsimulated(whole)),
            _ => words.push(String::new()),
        }
        last = character;
    }
    words.retain(|word| !word.is_empty());
    if words
        .iter()
        .any(|word| matches!(word.as_str(), "AND" | "OR" | "NOT"))
    {
        return Err(unsimulated(whole));
    }
    Ok(words)
}

fn unsimulated(text: &str) -> Sentence {
    Sentence::NotSimulated(format!(
        "the text search '{text}': words, words that end in '*', or phrases"
    ))
}

/// The words of a document, node by node.
fn collect(node: &Value, text: &mut String) {
    if let Some(own) = node["text"].as_str() {
        text.push_str(own);
    }
    for child in node["content"].as_array().into_iter().flatten() {
        collect(child, text);
        if child["type"] != "text" {
            text.push('\n');
        }
    }
}
