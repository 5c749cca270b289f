use std::fmt;
use std::io::Read;

use crate::Error;

/// A password or key, which is not shown.
pub(crate) struct Secret(pub(crate) String);

impl Secret {
    /// 128 random bits in hexadecimal digits, which need no quoting anywhere.
    pub(crate) fn random() -> Result<Self, Error> {
        let mut bytes = [0; 16];
        std::fs::File::open("/dev/urandom")
            .and_then(|mut source| source.read_exact(&mut bytes))
            .map_err(Error::io("can't read /dev/urandom"))?;
        Ok(Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
