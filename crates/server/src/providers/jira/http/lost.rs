//! What is said where rich texts are not edited as Markdown, since something of them would be lost.

use juncture_jira::adf::LostFile;
use serde_json::{Value, json};

use crate::providers::jira::failure::{LostMedia, RichText};
use crate::web::error::Error;

/// The answer where the present text is no document that can be edited.
pub(super) fn not_editable(text: &RichText) -> Error {
    let (error, code) = match text {
        RichText::Description => (
            "The present description cannot be edited as Markdown; send description_adf",
            "description_not_editable",
        ),
        RichText::Comment => (
            "The present comment cannot be edited as Markdown; send body_adf",
            "comment_not_editable",
        ),
        RichText::Field(id) => {
            return Error::Conflict {
                error: "The present text of a field cannot be edited as Markdown; send a document",
                code: "field_not_editable",
                details: json!({"field": id}),
            };
        }
    };
    Error::conflict(error, code)
}

/// 400 because Jira would delete attachments.
pub(super) fn media_would_be_lost(lost: &[LostMedia]) -> Error {
    let error = match lost {
        [
            LostMedia {
                text: RichText::Description,
                ..
            },
        ] => "The description would no longer show files, which Jira then deletes",
        [
            LostMedia {
                text: RichText::Comment,
                ..
            },
        ] => "The comment would no longer show files, which Jira then deletes",
        _ => "Fields would no longer show files, which Jira then deletes",
    };
    let media = lost.iter().flat_map(|LostMedia { text, files }| {
        files.iter().map(move |file| {
            let mut media = json!({"id": file.id, "name": file.name});
            if let RichText::Field(id) = text {
                media["field"] = json!(id);
            }
            media
        })
    });
    Error::Invalid {
        error: error.into(),
        code: "media_would_be_lost",
        details: json!({
            "media": media.collect::<Vec<Value>>(),
            "reason": "keep their lines (`[attachment: …]`) or send allow_media_loss: true",
        }),
    }
}

/// A file of this text for the examples of the document.
pub(super) fn example_of(text: RichText) -> LostMedia {
    LostMedia {
        text,
        files: vec![LostFile {
            id: "6e7c7f2c-dd7a-499c-bceb-6f32bfbf30b5".to_owned(),
            name: Some("screenshot.png".to_owned()),
        }],
    }
}
