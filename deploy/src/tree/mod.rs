//! The tree that every template is made of before it becomes text: ordered, with comments.
//!
//! Libraries for YAML either sort keys or drop comments, and a template without the reasons for
//! its choices is half a template. So the tree and its two writers are here: [`yaml`] and
//! [`json`]. What a reference looks like is up to the format, so it is the type parameter.

pub mod json;
pub mod yaml;

/// A node; `R` is the format's reference, such as [`Intrinsic`](crate::cloudformation::Intrinsic).
#[derive(Clone, Debug, PartialEq)]
pub enum Value<R> {
    /// A text, written so that it is read back as the same text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// `true` or `false`
    Bool(bool),
    /// A list.
    List(Vec<Value<R>>),
    /// A map whose keys keep their order.
    Map(Map<R>),
    /// What the format resolves.
    Reference(R),
}

/// A map whose keys keep their order and may have comments.
#[derive(Clone, Debug, PartialEq)]
pub struct Map<R> {
    entries: Vec<Entry<R>>,
    pending: Option<String>,
}

/// One key of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<R> {
    /// Said above the key, for readers.
    pub comment: Option<String>,
    /// The key.
    pub key: String,
    /// Its value.
    pub value: Value<R>,
}

impl<R> Default for Map<R> {
    fn default() -> Self {
        Self { entries: Vec::new(), pending: None }
    }
}

impl<R> Map<R> {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key.
    #[must_use]
    pub fn put(mut self, key: impl Into<String>, value: impl Into<Value<R>>) -> Self {
        let comment = self.pending.take();
        self.entries.push(Entry { comment, key: key.into(), value: value.into() });
        self
    }

    /// Adds a key if there is a value; a comment before it goes with it.
    #[must_use]
    pub fn put_some<V: Into<Value<R>>>(mut self, key: &str, value: Option<V>) -> Self {
        match value {
            Some(value) => self.put(key, value),
            None => {
                self.pending = None;
                self
            }
        }
    }

    /// Adds a key unless the list or map is empty; a comment before it goes with it.
    #[must_use]
    pub fn put_filled(self, key: &str, value: impl Into<Value<R>>) -> Self {
        let value = value.into();
        let is_empty = match &value {
            Value::List(list) => list.is_empty(),
            Value::Map(map) => map.entries.is_empty(),
            _ => false,
        };
        self.put_some(key, (!is_empty).then_some(value))
    }

    /// A comment for the next key.
    #[must_use]
    pub fn note(mut self, comment: impl Into<String>) -> Self {
        self.pending = Some(comment.into());
        self
    }

    /// Adds a key as the second one.
    #[must_use]
    pub(crate) fn put_second(mut self, key: &str, value: impl Into<Value<R>>) -> Self {
        let at = self.entries.len().min(1);
        self.entries.insert(at, Entry { comment: None, key: key.to_owned(), value: value.into() });
        self
    }

    /// Adds all keys of another map.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.entries.extend(other.entries);
        self
    }

    /// The keys, in order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry<R>> {
        self.entries.iter()
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value<R>> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// A list of texts.
pub(crate) fn texts<R, T: ToString>(items: impl IntoIterator<Item = T>) -> Value<R> {
    Value::List(items.into_iter().map(|item| Value::Text(item.to_string())).collect())
}

impl<R> From<&str> for Value<R> {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl<R> From<String> for Value<R> {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<R> From<&String> for Value<R> {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl<R> From<u32> for Value<R> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl<R> From<bool> for Value<R> {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl<R> From<Map<R>> for Value<R> {
    fn from(map: Map<R>) -> Self {
        Self::Map(map)
    }
}

impl<R> From<Vec<Value<R>>> for Value<R> {
    fn from(list: Vec<Value<R>>) -> Self {
        Self::List(list)
    }
}

impl<R> From<Vec<Map<R>>> for Value<R> {
    fn from(list: Vec<Map<R>>) -> Self {
        Self::List(list.into_iter().map(Self::Map).collect())
    }
}
