//! What Jira says of histories, and of searches in them.

use crate::world::Language;

/// Something Jira says to those who ask what was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HistorySentence {
    IssueCount,
    TooManyFields,
    BadPageSize,
    /// `WAS` or `CHANGED` with a field whose past is not searched.
    UnsearchedField(String),
    /// A predicate that the operator does not take.
    BadPredicate {
        predicate: String,
        operator: String,
    },
    /// Somebody in `BY` whom nobody knows.
    UnknownPerson(String),
    /// Something in `AFTER`, `BEFORE`, `ON` or `DURING` that is no date.
    BadDate(String),
}

impl HistorySentence {
    /// The sentence in a language.
    pub(super) fn say(&self, language: Language) -> String {
        match language {
            Language::English => self.in_english(),
            Language::Korean => self.in_korean(),
        }
    }

    fn in_english(&self) -> String {
        match self {
            Self::IssueCount => {
                "The number of issue IDs or keys must be between 1 and 1000.".to_owned()
            }
            Self::TooManyFields => "The number of field IDs must not be more than 10.".to_owned(),
            Self::BadPageSize => {
                "The max results parameter has to be between 1 and 10,000.".to_owned()
            }
            Self::UnsearchedField(field) => {
                format!("History searches do not support the '{field}' field.")
            }
            Self::BadPredicate {
                predicate,
                operator,
            } => format!(
                "The predicate '{predicate}' is not supported by the '{operator}' operator."
            ),
            Self::UnknownPerson(name) => format!("The user '{name}' does not exist."),
            Self::BadDate(text) => format!("The date '{text}' is not valid."),
        }
    }

    fn in_korean(&self) -> String {
        match self {
            Self::IssueCount => "이슈 ID 또는 키의 수는 1에서 1000 사이여야 합니다.".to_owned(),
            Self::TooManyFields => "필드 ID의 수는 10개를 넘을 수 없습니다.".to_owned(),
            Self::BadPageSize => "최대 결과 매개변수는 1에서 10,000 사이여야 합니다.".to_owned(),
            Self::UnsearchedField(field) => {
                format!("기록 검색은 '{field}' 필드를 지원하지 않습니다.")
            }
            Self::BadPredicate {
                predicate,
                operator,
            } => format!("'{operator}' 연산자는 '{predicate}' 조건을 지원하지 않습니다."),
            Self::UnknownPerson(name) => format!("'{name}' 사용자가 존재하지 않습니다."),
            Self::BadDate(text) => format!("날짜 '{text}'이(가) 잘못되었습니다."),
        }
    }
}
