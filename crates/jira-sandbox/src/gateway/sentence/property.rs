//! What Jira says of entity properties. Nobody has told its words; these are ours.

use crate::world::Language;

/// Something Jira says to those who read or write entity properties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PropertySentence {
    /// The key of a property that is not there.
    Unknown(String),
    /// A key longer than so many characters, or an empty one.
    BadKey(usize),
    /// The key of a property whose value is longer than so many characters.
    LongValue { key: String, most: usize },
    /// More keys than this in one request.
    TooMany(usize),
}

impl PropertySentence {
    /// The sentence in a language.
    pub(super) fn say(&self, language: Language) -> String {
        match language {
            Language::English => self.in_english(),
            Language::Korean => self.in_korean(),
        }
    }

    fn in_english(&self) -> String {
        match self {
            Self::Unknown(key) => format!("The property {key} does not exist."),
            Self::BadKey(most) => {
                format!("The key of a property must have between 1 and {most} characters.")
            }
            Self::LongValue { key, most } => {
                format!("The value of the property {key} must not exceed {most} characters.")
            }
            Self::TooMany(most) => {
                format!("The number of properties must not be more than {most}.")
            }
        }
    }

    fn in_korean(&self) -> String {
        match self {
            Self::Unknown(key) => format!("{key} 속성이 존재하지 않습니다."),
            Self::BadKey(most) => format!("속성 키는 1~{most}자여야 합니다."),
            Self::LongValue { key, most } => {
                format!("{key} 속성의 값은 {most}자를 초과할 수 없습니다.")
            }
            Self::TooMany(most) => format!("속성의 수는 {most}개를 넘을 수 없습니다."),
        }
    }
}
