//! The JSON file that Ghost's "Export your content" makes.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// The file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub(super) db: Vec<Part>,
}

/// Why a file is none of Ghost's.
#[derive(Debug, thiserror::Error)]
#[error("this is no export of Ghost: {0}")]
pub struct Unreadable(String);

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Part {
    #[serde(default)]
    pub(super) meta: Meta,
    pub(super) data: Data,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Meta {
    pub(super) exported_on: i64,
    pub(super) version: String,
}

/// Ghost's tables, as far as they are taken over; what else there is is kept to be reported.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Data {
    pub(super) posts: Vec<GhostPost>,
    pub(super) posts_meta: Vec<PostMeta>,
    pub(super) posts_authors: Vec<PostAuthor>,
    pub(super) posts_tags: Vec<PostTag>,
    pub(super) tags: Vec<GhostTag>,
    pub(super) users: Vec<GhostUser>,
    pub(super) roles: Vec<GhostRole>,
    pub(super) roles_users: Vec<RoleUser>,
    pub(super) settings: Vec<Setting>,
    #[serde(flatten)]
    pub(super) others: Map<String, Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct GhostPost {
    #[serde(deserialize_with = "id")]
    pub(super) id: String,
    pub(super) uuid: Option<String>,
    pub(super) title: Option<String>,
    pub(super) slug: Option<String>,
    pub(super) lexical: Option<String>,
    pub(super) mobiledoc: Option<String>,
    pub(super) html: Option<String>,
    pub(super) feature_image: Option<String>,
    #[serde(deserialize_with = "flag")]
    pub(super) featured: bool,
    /// Of Ghost before version 3: whether it is a page.
    #[serde(deserialize_with = "flag", skip_serializing)]
    pub(super) page: bool,
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) status: Option<String>,
    pub(super) visibility: Option<String>,
    pub(super) custom_excerpt: Option<String>,
    pub(super) canonical_url: Option<String>,
    pub(super) codeinjection_head: Option<String>,
    pub(super) codeinjection_foot: Option<String>,
    /// Of Ghost before version 4, which has `posts_meta` since.
    #[serde(skip_serializing)]
    pub(super) meta_title: Option<String>,
    #[serde(skip_serializing)]
    pub(super) meta_description: Option<String>,
    #[serde(skip_serializing, deserialize_with = "id")]
    pub(super) author_id: String,
    pub(super) created_at: Option<Time>,
    pub(super) updated_at: Option<Time>,
    pub(super) published_at: Option<Time>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct PostMeta {
    #[serde(deserialize_with = "id")]
    pub(super) post_id: String,
    pub(super) meta_title: Option<String>,
    pub(super) meta_description: Option<String>,
    pub(super) feature_image_alt: Option<String>,
    pub(super) feature_image_caption: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct PostAuthor {
    #[serde(deserialize_with = "id")]
    pub(super) post_id: String,
    #[serde(deserialize_with = "id")]
    pub(super) author_id: String,
    pub(super) sort_order: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct PostTag {
    #[serde(deserialize_with = "id")]
    pub(super) post_id: String,
    #[serde(deserialize_with = "id")]
    pub(super) tag_id: String,
    pub(super) sort_order: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct GhostTag {
    #[serde(deserialize_with = "id")]
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) slug: Option<String>,
    pub(super) description: Option<String>,
    pub(super) feature_image: Option<String>,
    pub(super) visibility: Option<String>,
    pub(super) meta_title: Option<String>,
    pub(super) meta_description: Option<String>,
    pub(super) created_at: Option<Time>,
    pub(super) updated_at: Option<Time>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct GhostUser {
    #[serde(deserialize_with = "id")]
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) slug: Option<String>,
    pub(super) email: Option<String>,
    pub(super) bio: Option<String>,
    pub(super) profile_image: Option<String>,
    pub(super) website: Option<String>,
    pub(super) location: Option<String>,
    pub(super) status: Option<String>,
    pub(super) created_at: Option<Time>,
    pub(super) updated_at: Option<Time>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct GhostRole {
    #[serde(deserialize_with = "id")]
    pub(super) id: String,
    pub(super) name: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct RoleUser {
    #[serde(deserialize_with = "id")]
    pub(super) role_id: String,
    #[serde(deserialize_with = "id")]
    pub(super) user_id: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Setting {
    pub(super) key: String,
    #[serde(deserialize_with = "text")]
    pub(super) value: Option<String>,
}

/// A time: Ghost has written `2026-01-31T12:00:00.000Z`, `2026-01-31 12:00:00` and milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Time {
    Millis(i64),
    Text(String),
}

impl Time {
    pub(super) fn of(at: i64) -> Option<Self> {
        let time = jiff::Timestamp::from_millisecond(at).ok()?;
        Some(Self::Text(format!("{time:.3}")))
    }

    pub(super) fn millis(&self) -> Option<i64> {
        match self {
            Self::Millis(millis) => Some(*millis),
            Self::Text(text) => {
                if let Ok(time) = text.parse::<jiff::Timestamp>() {
                    return Some(time.as_millisecond());
                }
                let time: jiff::civil::DateTime = text.parse().ok()?;
                Some(time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
            }
        }
    }
}

impl Document {
    /// Reads a file of Ghost's, of version 1 or newer.
    ///
    /// # Errors
    /// If it is another file; the text names what was expected and where.
    pub fn read(json: &[u8]) -> Result<Self, Unreadable> {
        let unreadable = |error: serde_json::Error| Unreadable(error.to_string());
        let value: Value = serde_json::from_slice(json).map_err(unreadable)?;
        // Its older form has no list around it.
        let value = if value.get("db").is_some() {
            value
        } else if value.get("data").is_some() {
            serde_json::json!({ "db": [value] })
        } else {
            return Err(Unreadable("it has neither \"db\" nor \"data\"".to_owned()));
        };
        serde_json::from_value(value).map_err(unreadable)
    }

    /// The file's content.
    ///
    /// # Errors
    /// Never for what this program has made.
    pub fn to_json(&self) -> Result<String, Unreadable> {
        serde_json::to_string_pretty(self).map_err(|error| Unreadable(error.to_string()))
    }
}

/// Ghost's ids are text, and were numbers before version 1.
fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(text(deserializer)?.unwrap_or_default())
}

/// Text, or what else stands there as text.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    })
}

/// SQLite's exports have 0 and 1.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value == true || value.as_i64().is_some_and(|number| number != 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ways_in_which_ghost_has_written_times_are_read() {
        for json in ["\"2026-01-31T12:00:00.000Z\"", "\"2026-01-31 12:00:00\"", "1769860800000"] {
            let time: Time = serde_json::from_str(json).unwrap();
            assert_eq!(time.millis(), Some(1_769_860_800_000), "{json}");
        }
        assert_eq!(Time::Text("yesterday".to_owned()).millis(), None);
        let back = Time::of(1_769_860_800_000).unwrap();
        assert_eq!(back, Time::Text("2026-01-31T12:00:00.000Z".to_owned()));
    }

    #[test]
    fn another_file_is_refused_with_a_reason() {
        for (json, reason) in
            [("{}", "neither"), ("[", "EOF"), ("{\"db\": 7}", "invalid type"), ("\0", "expected")]
        {
            let error = Document::read(json.as_bytes()).unwrap_err().to_string();
            assert!(error.contains("no export of Ghost") && error.contains(reason), "{error}");
        }
    }

    #[test]
    fn the_older_form_is_read_too() {
        let old = r#"{"meta": {"exported_on": 1, "version": "1.0"},
            "data": {"posts": [{"id": 1, "title": "A", "page": 1}], "members": []}}"#;
        let document = Document::read(old.as_bytes()).unwrap();
        let data = &document.db[0].data;
        assert_eq!((data.posts[0].id.as_str(), data.posts[0].page), ("1", true));
        assert!(data.others.contains_key("members"));
    }
}
