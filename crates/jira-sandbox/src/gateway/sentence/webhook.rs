//! What Jira says to those who register webhooks. That an event is unknown, an URL the second or a
//! registration the sixth is refused is documented, in which words is not; these are ours.

use crate::world::Language;

/// Something Jira says about registrations of webhooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WebhookSentence {
    /// An address that is none, or no `https`.
    BadUrl(String),
    NoWebhooks,
    NoIds,
    UnknownEvent(String),
    /// The app has registered another URL.
    OtherUrl,
    /// More registrations than so many.
    TooMany(usize),
    /// What only Connect apps may ask for.
    ConnectOnly,
}

impl WebhookSentence {
    /// The sentence in a language.
    pub(super) fn say(&self, language: Language) -> String {
        match language {
            Language::English => self.in_english(),
            Language::Korean => self.in_korean(),
        }
    }

    fn in_english(&self) -> String {
        match self {
            Self::BadUrl(url) => format!("The URL '{url}' is not valid: it must begin with https."),
            Self::NoWebhooks => "The list of webhooks is missing or empty.".to_owned(),
            Self::NoIds => "The list of webhook ids is missing or empty.".to_owned(),
            Self::UnknownEvent(event) => format!("The event {event} is unsupported"),
            Self::OtherUrl => "Only a single URL per app is allowed to be registered.".to_owned(),
            Self::TooMany(most) => {
                format!("No more than {most} webhooks are allowed per app and user.")
            }
            Self::ConnectOnly => "Only Connect apps can use this operation".to_owned(),
        }
    }

    fn in_korean(&self) -> String {
        match self {
            Self::BadUrl(url) => {
                format!("'{url}' URL이 올바르지 않습니다. https로 시작해야 합니다.")
            }
            Self::NoWebhooks => "웹후크 목록이 없거나 비어 있습니다.".to_owned(),
            Self::NoIds => "웹후크 ID 목록이 없거나 비어 있습니다.".to_owned(),
            Self::UnknownEvent(event) => format!("{event} 이벤트는 지원되지 않습니다."),
            Self::OtherUrl => "앱당 하나의 URL만 등록할 수 있습니다.".to_owned(),
            Self::TooMany(most) => {
                format!("웹후크는 앱과 사용자당 {most}개까지만 허용됩니다.")
            }
            Self::ConnectOnly => "Connect 앱만 이 작업을 사용할 수 있습니다.".to_owned(),
        }
    }
}
