//! Cuts a query into words and symbols, each with its place.

use super::reserved::is_reserved;
use crate::gateway::{Sentence, Syntax};

/// A piece of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Both count from 1, as Jira does.
    pub(super) line: usize,
    pub(super) character: usize,
}

/// The kinds of tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or value; a quoted one is never a keyword.
    Word { text: String, is_quoted: bool },
    /// `(`, `)`, `,`, `=`, `!=`, `~`, `!~`, `<`, `<=`, `>`, `>=`, `!`, `&&` or `||`.
    Symbol(&'static str),
}

impl Token {
    /// The token as it is quoted in a sentence.
    pub(super) fn text(&self) -> &str {
        match &self.kind {
            Kind::Word { text, .. } => text,
            Kind::Symbol(symbol) => symbol,
        }
    }

    /// Whether the token is this keyword, in any letter case.
    pub(super) fn is_keyword(&self, keyword: &str) -> bool {
        matches!(&self.kind, Kind::Word { text, is_quoted: false } if text.eq_ignore_ascii_case(keyword))
    }

    /// The refusal of an unquoted reserved word, if this is one.
    pub(super) fn reserved(&self) -> Option<Sentence> {
        match &self.kind {
            Kind::Word {
                text,
                is_quoted: false,
            } if is_reserved(text) => Some(self.error(Syntax::ReservedWord(text.clone()))),
            _ => None,
        }
    }

    /// A syntax error at this token.
    pub(super) fn error(&self, syntax: Syntax) -> Sentence {
        Sentence::Syntax(syntax, self.line, self.character)
    }
}

const SYMBOLS: [&str; 14] = [
    "!=", "!~", "<=", ">=", "&&", "||", "(", ")", ",", "=", "~", "<", ">", "!",
];

/// Cuts the whole query.
pub(super) fn tokens(query: &str) -> Result<Vec<Token>, Sentence> {
    let mut reader = Reader {
        rest: query,
        line: 1,
        character: 1,
    };
    let mut tokens = Vec::new();
    loop {
        reader.skip_whitespace();
        let (line, character) = (reader.line, reader.character);
        let Some(first) = reader.rest.chars().next() else {
            return Ok(tokens);
        };
        let kind = if let Some(symbol) = SYMBOLS
            .iter()
            .find(|symbol| reader.rest.starts_with(**symbol))
        {
            reader.advance(symbol.len());
            Kind::Symbol(symbol)
        } else if first == '"' || first == '\'' {
            Kind::Word {
                text: reader.read_string(first)?,
                is_quoted: true,
            }
        } else {
            Kind::Word {
                text: reader.read_word()?,
                is_quoted: false,
            }
        };
        tokens.push(Token {
            kind,
            line,
            character,
        });
    }
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    character: usize,
}

impl Reader<'_> {
    fn advance(&mut self, bytes: usize) {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        for character in taken.chars() {
            if character == '\n' {
                self.line += 1;
                self.character = 1;
            } else {
                self.character += 1;
            }
        }
    }

    fn next(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.advance(character.len_utf8());
        Some(character)
    }

    fn skip_whitespace(&mut self) {
        let rest = self.rest.trim_start();
        self.advance(self.rest.len() - rest.len());
    }

    fn read_string(&mut self, quote: char) -> Result<String, Sentence> {
        let (line, character) = (self.line, self.character);
        let mut text = String::new();
        self.next();
        while let Some(next) = self.next() {
            match next {
                '\\' => text.push(self.read_escape()?),
                _ if next == quote => return Ok(text),
                _ => text.push(next),
            }
        }
        let unclosed = Syntax::UnclosedString(text);
        Err(Sentence::Syntax(unclosed, line, character))
    }

    fn read_word(&mut self) -> Result<String, Sentence> {
        let mut text = String::new();
        while let Some(next) = self.rest.chars().next() {
            let (line, character) = (self.line, self.character);
            match next {
                '\\' => {
                    self.next();
                    text.push(self.read_escape()?);
                }
                // `cf[10020]` is the one word with brackets.
                '[' if text.eq_ignore_ascii_case("cf") => {
                    let end = self.rest.find(']').map_or(self.rest.len(), |end| end + 1);
                    text.push_str(&self.rest[..end]);
                    self.advance(end);
                }
                '{' | '}' | '*' | '/' | '%' | '+' | '^' | '$' | '#' | '@' | '[' | ']' | ';'
                | '?' | '|' | '&' | '`' | '"' | '\'' => {
                    if text.is_empty() || !matches!(next, '"' | '\'' | '|' | '&') {
                        let reserved = Syntax::ReservedCharacter(next);
                        return Err(Sentence::Syntax(reserved, line, character));
                    }
                    return Ok(text);
                }
                '(' | ')' | ',' | '=' | '~' | '<' | '>' | '!' => return Ok(text),
                _ if next.is_whitespace() => return Ok(text),
                _ => {
                    self.next();
                    text.push(next);
                }
            }
        }
        Ok(text)
    }

    /// What stands after a backslash.
    fn read_escape(&mut self) -> Result<char, Sentence> {
        let (line, character) = (self.line, self.character - 1);
        let illegal = |text: String| {
            let escape = Syntax::BadEscape(format!("\\{text}"));
            Sentence::Syntax(escape, line, character)
        };
        match self.next() {
            Some('t') => Ok('\t'),
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some(same @ ('\\' | '"' | '\'' | ' ')) => Ok(same),
            Some('u') => {
                let digits: String = self.rest.chars().take(4).collect();
                let code = u32::from_str_radix(&digits, 16).ok();
                let decoded = code.filter(|_| digits.len() == 4).and_then(char::from_u32);
                let decoded = decoded.ok_or_else(|| illegal(format!("u{digits}")))?;
                self.advance(4);
                Ok(decoded)
            }
            Some(other) => Err(illegal(other.to_string())),
            None => Err(illegal(String::new())),
        }
    }
}
