//! JSON out, field by field.
//!
//! In every function's binary, where small counts for more than quick: nothing is inlined.

use crate::json;

/// A JSON text in the making.
#[derive(Default)]
pub(super) struct Writer {
    out: Vec<u8>,
    /// Whether a comma is due.
    is_behind: bool,
}

impl Writer {
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.out.push(b'\n');
        self.out
    }

    /// `{...}`
    pub(super) fn object(&mut self, fields: impl FnOnce(&mut Self)) {
        self.nested(b'{', b'}', fields);
    }

    /// `"name":{...}`
    pub(super) fn object_at(&mut self, name: &str, fields: impl FnOnce(&mut Self)) {
        self.name(name);
        self.object(fields);
    }

    /// `"name":[...]`, with `write` for each item.
    pub(super) fn list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.name(name);
        self.nested(b'[', b']', |writer| {
            for item in items {
                write(writer, item);
            }
        });
    }

    #[inline(never)]
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        self.string(value);
    }

    #[inline(never)]
    pub(super) fn number(&mut self, name: &str, value: u64) {
        self.name(name);
        self.integer(value);
    }

    /// `null` if there is none.
    #[inline(never)]
    pub(super) fn optional(&mut self, name: &str, value: Option<u64>) {
        match value {
            Some(value) => self.number(name, value),
            None => self.raw(name, b"null"),
        }
    }

    #[inline(never)]
    pub(super) fn boolean(&mut self, name: &str, value: bool) {
        self.raw(name, if value { b"true" } else { b"false" });
    }

    /// A number in a list.
    #[inline(never)]
    pub(super) fn integer(&mut self, value: u64) {
        self.separate();
        self.out.extend_from_slice(value.to_string().as_bytes());
        self.is_behind = true;
    }

    #[inline(never)]
    fn string(&mut self, value: &str) {
        self.separate();
        json::write_string(&mut self.out, value);
        self.is_behind = true;
    }

    #[inline(never)]
    fn raw(&mut self, name: &str, value: &[u8]) {
        self.name(name);
        self.out.extend_from_slice(value);
        self.is_behind = true;
    }

    /// A list of texts.
    #[cfg(feature = "startup-report")]
    pub(super) fn strings(&mut self, values: &[&str]) {
        self.nested(b'[', b']', |writer| {
            for value in values {
                writer.string(value);
            }
        });
    }

    /// Begins a field.
    #[inline(never)]
    pub(super) fn name(&mut self, name: &str) {
        self.string(name);
        self.out.push(b':');
        self.is_behind = false;
    }

    fn nested(&mut self, open: u8, close: u8, inside: impl FnOnce(&mut Self)) {
        self.begin(open);
        inside(self);
        self.end(close);
    }

    #[inline(never)]
    fn begin(&mut self, open: u8) {
        self.separate();
        self.out.push(open);
        self.is_behind = false;
    }

    #[inline(never)]
    fn end(&mut self, close: u8) {
        self.out.push(close);
        self.is_behind = true;
    }

    #[inline(never)]
    fn separate(&mut self) {
        if self.is_behind {
            self.out.push(b',');
        }
        self.is_behind = false;
    }
}
