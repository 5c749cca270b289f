//! The events: files of this folder, and large ones made from a template and a seeded generator.

use anyhow::{Context, Result};
use serde_json::json;

use crate::random::Random;

/// How an event comes about.
#[derive(Debug)]
pub(crate) enum Event {
    /// A file's text, written for people: blanks between tokens are dropped.
    File(&'static str),
    /// A file with places for a path, a content type and a body.
    Post { template: &'static str, path: &'static str, payload: Payload },
}

/// The body of a large event.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Payload {
    /// Random bytes that are so many characters as base64.
    Base64(usize),
    /// A JSON document of at least so many bytes, in which every few characters need an escape.
    Json(usize),
}

impl Event {
    /// The event's bytes as the Runtime API delivers them, and the body that they carry.
    pub(crate) fn build(&self) -> Result<(Vec<u8>, Vec<u8>)> {
        match self {
            Self::File(text) => Ok((compact(text).into(), Vec::new())),
            Self::Post { template, path, payload } => post(template, path, *payload),
        }
    }
}

fn post(template: &str, path: &str, payload: Payload) -> Result<(Vec<u8>, Vec<u8>)> {
    let (body, field, base64, content_type) = match payload {
        Payload::Base64(chars) => {
            let body = Content::new().bytes(chars / 4 * 3);
            let field = base64_simd::STANDARD.encode_to_string(&body);
            (body, format!("\"{field}\""), "true", "application/octet-stream")
        }
        Payload::Json(bytes) => {
            let text = Content::new().json(bytes);
            let field = serde_json::to_string(&text).context("a text as JSON")?;
            (text.into(), field, "false", "application/json")
        }
    };
    let event = compact(template)
        .replace("@PATH@", path)
        .replace("@TYPE@", content_type)
        .replace("@LENGTH@", &body.len().to_string())
        .replace("\"@BASE64@\"", base64)
        .replace("\"@BODY@\"", &field);
    Ok((event.into(), body))
}

/// The same JSON without blanks between its tokens.
fn compact(text: &str) -> String {
    let mut in_string = false;
    let mut escaped = false;
    let keep = |c: &char| {
        let blank = !in_string && c.is_ascii_whitespace();
        if *c == '"' && !escaped {
            in_string = !in_string;
        }
        escaped = *c == '\\' && !escaped;
        !blank
    };
    text.chars().filter(keep).collect()
}

/// The same payloads in every run.
const SEED: u64 = 2_026;

/// Makes up bodies.
struct Content(Random);

impl Content {
    fn new() -> Self {
        Self(Random::new(SEED))
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        let words = std::iter::repeat_with(|| self.0.next().to_le_bytes());
        words.flatten().take(count).collect()
    }

    fn json(&mut self, bytes: usize) -> String {
        let mut text = String::from("[");
        while text.len() < bytes {
            let separator = if text.len() == 1 { "" } else { "," };
            let record = json!({
                "id": self.0.next() % 100_000,
                "path": format!("C:\\docs\\{}\\{}.txt", self.word(), self.word()),
                "note": format!("\"{}\" said\n\t{} to {}", self.word(), self.word(), self.word()),
                "tags": [self.word(), self.word()],
            });
            text.push_str(&format!("{separator}{record}"));
        }
        text.push(']');
        text
    }

    fn word(&mut self) -> &'static str {
        const WORDS: [&str; 16] = [
            "amber", "böe", "cloud", "delta", "écho", "fjord", "grain", "harbour", "iris", "jade",
            "kiln", "lumen", "mår", "north", "opal", "漢字",
        ];
        WORDS[usize::from(self.0.next().to_le_bytes()[0]) % WORDS.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compacting_keeps_blanks_and_quotes_inside_strings() {
        assert_eq!(compact("{ \"a b\" : \"c\\\" d\" ,\n 1 }"), "{\"a b\":\"c\\\" d\",1}");
    }

    #[test]
    fn a_generated_event_carries_the_body_it_says() {
        let template = r#"{"path": "@PATH@", "isBase64Encoded": "@BASE64@", "body": "@BODY@"}"#;
        let event = Event::Post { template, path: "/echo", payload: Payload::Json(1_000) };
        let (event, body) = event.build().unwrap();
        let event: serde_json::Value = serde_json::from_slice(&event).unwrap();
        assert_eq!(event["body"].as_str().unwrap().as_bytes(), body);
        assert_eq!(event["isBase64Encoded"], false);
    }
}
