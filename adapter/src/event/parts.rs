//! The parts of an event that only some apps ask for: kept as JSON, parsed on demand.

use std::ops::Range;

use bytes::Bytes;

use super::fields::{Field, Fields, string};
use crate::json::{self, Kind, Scanner, Value};

/// An event and where its context stands.
pub(crate) struct EventParts {
    event: Bytes,
    request_context: Option<Range<usize>>,
    path_parameters: Option<Range<usize>>,
    stage_variables: Option<Range<usize>>,
    #[cfg(feature = "lambda_http")]
    raw_path: Field,
    #[cfg(feature = "lambda_http")]
    is_base64: bool,
}

impl EventParts {
    /// `context` is what the source has for a request context.
    pub(super) fn new(event: Bytes, fields: &Fields, context: Field) -> Self {
        let range = |field: Field| {
            field.filter(|value| value.kind == Kind::Object).map(|value| value.start()..value.end())
        };
        Self {
            request_context: range(context),
            path_parameters: range(fields.path_parameters),
            stage_variables: range(fields.stage_variables),
            #[cfg(feature = "lambda_http")]
            raw_path: string(fields.raw_path.or(fields.path)),
            #[cfg(feature = "lambda_http")]
            is_base64: fields.is_base64.is_some_and(|value| value.kind == Kind::True),
            event,
        }
    }

    pub(crate) fn request_context(&self) -> Option<Bytes> {
        self.part(&self.request_context)
    }

    pub(crate) fn path_parameters(&self) -> Option<Bytes> {
        self.part(&self.path_parameters)
    }

    pub(crate) fn stage_variables(&self) -> Option<Bytes> {
        self.part(&self.stage_variables)
    }

    pub(crate) fn authorizer(&self) -> Option<Bytes> {
        let (context, value) = self.find("authorizer")?;
        (value.kind == Kind::Object).then(|| context.slice(value.start()..value.end()))
    }

    /// The text of the member `name` of the request context.
    pub(crate) fn in_request_context(&self, name: &str) -> Option<String> {
        let (context, value) = self.find(name)?;
        let text = json::text(string(Some(value))?, &context);
        String::from_utf8(text.into_owned()).ok()
    }

    fn find(&self, name: &str) -> Option<(Bytes, Value)> {
        let context = self.request_context()?;
        let mut found = None;
        let scanned = Scanner::new(&context, 0).object(|scanner, key| {
            let value = scanner.value()?;
            if *json::text(key, &context) == *name.as_bytes() {
                found = Some(value);
            }
            Ok(())
        });
        scanned.ok()?;
        found.map(|value| (context, value))
    }

    /// The path as it stands in the event.
    #[cfg(feature = "lambda_http")]
    pub(crate) fn raw_path(&self) -> String {
        let path = self.raw_path.map(|path| json::text(path, &self.event).into_owned());
        path.and_then(|path| String::from_utf8(path).ok()).unwrap_or_default()
    }

    /// Whether the event had the body as base64.
    #[cfg(feature = "lambda_http")]
    pub(crate) fn is_base64(&self) -> bool {
        self.is_base64
    }

    fn part(&self, range: &Option<Range<usize>>) -> Option<Bytes> {
        range.clone().map(|range| self.event.slice(range))
    }
}
