//! The tree as JSON.

use super::Value;

/// What a reference is in JSON.
pub trait Named: Sized {
    /// The function's full name, such as `Ref`, and its operand.
    fn named(&self) -> (&'static str, Value<Self>);
}

/// The tree as a JSON value; comments are left out.
#[must_use]
pub fn value<R: Named>(tree: &Value<R>) -> serde_json::Value {
    match tree {
        Value::Text(text) => text.as_str().into(),
        Value::Number(number) => (*number).into(),
        Value::Bool(flag) => (*flag).into(),
        Value::List(items) => items.iter().map(value).collect::<Vec<_>>().into(),
        Value::Map(map) => {
            let entries = map.entries().map(|entry| (entry.key.clone(), value(&entry.value)));
            serde_json::Value::Object(entries.collect())
        }
        Value::Reference(reference) => {
            let (name, operand) = reference.named();
            let entry = (name.to_owned(), value(&operand));
            serde_json::Value::Object(std::iter::once(entry).collect())
        }
    }
}
