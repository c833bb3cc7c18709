//! What Jira says to those who ask for help with JQL.

use crate::world::Language;

/// Something Jira says beside what is wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum JqlSentence {
    TooManyToMatch,
    /// Suggestions for a field that nobody knows.
    NoSuggestions(String),
    /// Suggestions for a predicate that there is not.
    BadPredicate(String),
}

impl JqlSentence {
    /// The sentence in a language.
    pub(super) fn say(&self, language: Language) -> String {
        match (self, language) {
            (Self::TooManyToMatch, Language::English) => {
                "The number of issue IDs or JQL queries exceeds the maximum.".to_owned()
            }
            (Self::TooManyToMatch, Language::Korean) => {
                "이슈 ID 또는 JQL 쿼리의 수가 최대값을 초과했습니다.".to_owned()
            }
            (Self::NoSuggestions(field), Language::English) => {
                format!("There are no suggestions for the field '{field}'.")
            }
            (Self::NoSuggestions(field), Language::Korean) => {
                format!("'{field}' 필드에 대한 제안이 없습니다.")
            }
            (Self::BadPredicate(name), Language::English) => {
                format!("The predicate '{name}' is not one of 'by', 'from' and 'to'.")
            }
            (Self::BadPredicate(name), Language::Korean) => {
                format!("조건 '{name}'은(는) 'by', 'from', 'to' 중 하나가 아닙니다.")
            }
        }
    }
}
