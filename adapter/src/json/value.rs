//! What the scanner finds: types and places.

/// The type of a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    True,
    False,
    Number,
    String,
    /// A string with at least one backslash.
    EscapedString,
    Array,
    Object,
}

impl Kind {
    /// The type's name in error messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::True | Self::False => "a boolean",
            Self::Number => "a number",
            Self::String | Self::EscapedString => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// A value's type and where it stands; a string's place is what stands between its quotes.
///
/// Small, since an index of headers holds many; a buffer of 4 GiB or more is not scanned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value {
    pub(crate) kind: Kind,
    start: u32,
    end: u32,
}

impl Value {
    #[expect(clippy::cast_possible_truncation, reason = "Scanner::new refuses longer buffers")]
    pub(crate) fn new(kind: Kind, start: usize, end: usize) -> Self {
        Self { kind, start: start as u32, end: end as u32 }
    }

    pub(crate) fn start(&self) -> usize {
        self.start as usize
    }

    pub(crate) fn end(&self) -> usize {
        self.end as usize
    }

    /// The value's bytes as they stand in `buf`.
    #[inline]
    pub(crate) fn raw<'a>(&self, buf: &'a [u8]) -> &'a [u8] {
        buf.get(self.start()..self.end()).unwrap_or_default()
    }
}
