//! A request as an event: which front door writes it how, and what they share.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::options::{Door, FrontDoor};
use super::request::Incoming;
use super::{alb, function_url, gateway_v1, http_api};
use crate::Function;

/// The event for a request, as JSON.
pub(super) fn event(door: &Door, function: &Function, request: &Incoming) -> String {
    match door.kind {
        FrontDoor::RestApi | FrontDoor::RestApiStream => gateway_v1::rest(door, function, request),
        FrontDoor::HttpApiV1 => gateway_v1::http_api(door, function, request),
        FrontDoor::HttpApi => http_api::event(door, function, request),
        FrontDoor::FunctionUrl | FrontDoor::FunctionUrlStream => {
            function_url::event(function, request)
        }
        FrontDoor::Alb => alb::event(function, request, false),
        FrontDoor::AlbMultiValue => alb::event(function, request, true),
    }
}

/// A map whose keys keep the order in which they first came.
#[derive(Debug, Default)]
pub(super) struct Ordered<V>(Vec<(String, V)>);

impl<V: Default> Ordered<V> {
    pub(super) fn entry(&mut self, key: &str) -> &mut V {
        let at = self.0.iter().position(|(known, _)| known == key);
        let at = at.unwrap_or_else(|| {
            self.0.push((key.to_owned(), V::default()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Ordered<Vec<String>> {
    /// Joins the values of each key, as payload 2.0 has them.
    pub(super) fn joined(self) -> Ordered<String> {
        let joined = self.0.into_iter();
        Ordered(joined.map(|(key, values)| (key, values.join(","))).collect())
    }
}

impl<V: Serialize> Serialize for Ordered<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

/// Collects pairs into a map of the last values and a map of all values.
pub(super) fn maps<K: AsRef<str>, V: Into<String>>(
    pairs: impl Iterator<Item = (K, V)>,
) -> (Ordered<String>, Ordered<Vec<String>>) {
    let (mut last, mut all) = (Ordered::default(), Ordered::<Vec<String>>::default());
    for (name, value) in pairs {
        let value = value.into();
        all.entry(name.as_ref()).push(value.clone());
        *last.entry(name.as_ref()) = value;
    }
    (last, all)
}

/// Joins the values of each header, as payload 2.0 has them.
pub(super) fn joined(headers: BTreeMap<String, Vec<String>>) -> BTreeMap<String, String> {
    headers.into_iter().map(|(name, values)| (name, values.join(","))).collect()
}

/// `{"a":1}` for any of the event types here, which cannot fail.
pub(super) fn to_json(event: &impl Serialize) -> String {
    serde_json::to_string(event).unwrap_or_default()
}
