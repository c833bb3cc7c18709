//! JQL that somebody else wrote, as far as it must be understood to be put into another query.
//!
//! Not a parser of JQL: whether fields and values are there, and whether the query can be asked at
//! all, Jira says ([`Site::parse_jql`](crate::Site::parse_jql)). What matters here is that a query
//! cannot break out of the brackets that are put around it.

use std::fmt;

/// A query whose quotes and brackets are closed.
///
/// ```
/// use juncture_jira::jql::Query;
///
/// let query = Query::read("status = Open OR summary ~ \"a) b\" ORDER BY created DESC")?;
/// assert!(query.is_bounded());
/// assert_eq!(
///     query.and(r#"project = "ED""#),
///     r#"(status = Open OR summary ~ "a) b") AND (project = "ED") ORDER BY created DESC"#,
/// );
/// assert!(Query::read("status = Open) OR (project = QA").is_err());
/// # Ok::<(), juncture_jira::jql::Unsafe>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Query<'a> {
    restriction: &'a str,
    order: &'a str,
}

/// Why a query is not fit to be put into another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsafe {
    /// A quote is not closed; the place where it opens, in bytes.
    OpenQuote(usize),
    /// A bracket is not closed, or closed by another kind; the place, in bytes.
    OpenBracket(usize),
    /// A bracket closes that has not opened; the place, in bytes.
    StrayBracket(usize),
    /// A backslash outside of quotes, which may make a quote none; the place, in bytes.
    Backslash(usize),
    /// An order inside of brackets, or one behind another; the place, in bytes.
    StrayOrder(usize),
    /// A control character, which no query needs; the place, in bytes.
    ControlCharacter(usize),
}

impl Unsafe {
    /// The place in the query, in bytes from its beginning.
    #[must_use]
    pub fn at(self) -> usize {
        match self {
            Self::OpenQuote(at)
            | Self::OpenBracket(at)
            | Self::StrayBracket(at)
            | Self::Backslash(at)
            | Self::StrayOrder(at)
            | Self::ControlCharacter(at) => at,
        }
    }
}

impl fmt::Display for Unsafe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OpenQuote(_) => "a quote is not closed",
            Self::OpenBracket(_) => "a bracket is not closed",
            Self::StrayBracket(_) => "a bracket closes that has not opened",
            Self::Backslash(_) => "a backslash stands outside of quotes",
            Self::StrayOrder(_) => "ORDER BY stands in the middle of the query",
            Self::ControlCharacter(_) => "the query has a control character",
        })
    }
}

impl std::error::Error for Unsafe {}

impl<'a> Query<'a> {
    /// Reads a query, which may be nothing but an order, or nothing at all.
    pub fn read(jql: &'a str) -> Result<Self, Unsafe> {
        let order = find_order(jql)?;
        let (restriction, order) = jql.split_at(order.unwrap_or(jql.len()));
        Ok(Self {
            restriction: restriction.trim(),
            order: order.trim(),
        })
    }

    /// Whether it restricts what is found. Jira finds nothing by a query that does not, and refuses it.
    #[must_use]
    pub fn is_bounded(&self) -> bool {
        !self.restriction.is_empty()
    }

    /// What it restricts, without its order.
    #[must_use]
    pub fn restriction(&self) -> &'a str {
        self.restriction
    }

    /// Its order, with the words `ORDER BY`; empty if it has none.
    #[must_use]
    pub fn order(&self) -> &'a str {
        self.order
    }

    /// The query that finds what this one finds and `restriction` too, in the order of this one.
    #[must_use]
    pub fn and(&self, restriction: &str) -> String {
        let mut jql = if self.is_bounded() {
            format!("({}) AND ({restriction})", self.restriction)
        } else {
            restriction.to_owned()
        };
        if !self.order.is_empty() {
            jql.push(' ');
            jql.push_str(self.order);
        }
        jql
    }
}

/// Where the order begins, if there is one. Everything in front of it is balanced, and so is it.
fn find_order(jql: &str) -> Result<Option<usize>, Unsafe> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut order = None;
    let mut characters = jql.char_indices();
    // The words that stand side by side: where the last one began, and whether it was `ORDER`.
    let mut word = Word::default();
    while let Some((at, character)) = characters.next() {
        if word.ends_with(jql, at, character) {
            let is_in_the_way = !open.is_empty() || order.is_some();
            if is_in_the_way {
                return Err(Unsafe::StrayOrder(word.order_at));
            }
            order = Some(word.order_at);
        }
        word.take(jql, at, character);
        match character {
            '"' | '\'' => {
                skip_quoted(&mut characters, character).ok_or(Unsafe::OpenQuote(at))?;
            }
            '(' | '[' => open.push((at, character)),
            ')' | ']' => match open.pop() {
                Some((_, '(')) if character == ')' => {}
                Some((_, '[')) if character == ']' => {}
                Some((opened, _)) => return Err(Unsafe::OpenBracket(opened)),
                None => return Err(Unsafe::StrayBracket(at)),
            },
            '\\' => return Err(Unsafe::Backslash(at)),
            '\n' | '\r' | '\t' => {}
            other if other.is_control() => return Err(Unsafe::ControlCharacter(at)),
            _ => {}
        }
    }
    if word.ends_with(jql, jql.len(), ' ') {
        if !open.is_empty() || order.is_some() {
            return Err(Unsafe::StrayOrder(word.order_at));
        }
        order = Some(word.order_at);
    }
    match open.first() {
        Some((at, _)) => Err(Unsafe::OpenBracket(*at)),
        None => Ok(order),
    }
}

/// Goes behind the quote that closes, if there is one. A backslash takes the meaning of what follows.
fn skip_quoted(characters: &mut std::str::CharIndices<'_>, quote: char) -> Option<()> {
    while let Some((_, character)) = characters.next() {
        if character == '\\' {
            characters.next()?;
        } else if character == quote {
            return Some(());
        }
    }
    None
}

/// The word that is being read, and whether the one in front of it was `ORDER`.
#[derive(Default)]
struct Word {
    began: Option<usize>,
    order_at: usize,
    is_behind_order: bool,
}

impl Word {
    /// Whether the word that `character` ends is the `BY` of `ORDER BY`.
    fn ends_with(&self, jql: &str, at: usize, character: char) -> bool {
        let Some(began) = self.began.filter(|_| !is_of_word(character)) else {
            return false;
        };
        self.is_behind_order && jql[began..at].eq_ignore_ascii_case("by")
    }

    fn take(&mut self, jql: &str, at: usize, character: char) {
        match self.began {
            None if is_of_word(character) => self.began = Some(at),
            None if !character.is_whitespace() => self.is_behind_order = false,
            Some(began) if !is_of_word(character) => {
                let is_order = jql[began..at].eq_ignore_ascii_case("order");
                self.is_behind_order = is_order && character.is_whitespace();
                self.order_at = began;
                self.began = None;
            }
            _ => {}
        }
    }
}

/// Whether a character is part of a word: neither a blank nor one that means something.
fn is_of_word(character: char) -> bool {
    !character.is_whitespace() && !"\"'()[]=!<>~,&|\\".contains(character)
}

/// The line and the character, both from 1, that a sentence of Jira's about a query names:
/// `… (line 1, character 15)`. Jira counts from the beginning of the query that it was sent.
///
/// ```
/// let sentence = "Error in the JQL Query: Expecting a field name. (line 1, character 15)";
/// assert_eq!(juncture_jira::jql::position(sentence), Some((1, 15)));
/// ```
#[must_use]
pub fn position(sentence: &str) -> Option<(u32, u32)> {
    let (_, place) = sentence.rsplit_once("(line ")?;
    let (line, rest) = place.split_once(", character ")?;
    let (character, _) = rest.split_once(')')?;
    Some((line.parse().ok()?, character.parse().ok()?))
}
