use crate::Error;

/// A flavour of tokio.
#[derive(Clone, Copy, Debug)]
pub enum Flavor {
    /// `#[tokio::main]`'s default.
    MultiThread,
    /// `#[tokio::main(flavor = "current_thread")]`.
    CurrentThread,
}

impl Flavor {
    /// Runs `future` on a new runtime of this flavour.
    ///
    /// # Errors
    /// When the runtime can't be built, and the future's own error.
    pub fn block_on<E: Into<Error>>(
        self,
        future: impl Future<Output = Result<(), E>>,
    ) -> Result<(), Error> {
        let runtime = self.builder()?.enable_all().build()?;
        runtime.block_on(future).map_err(Into::into)
    }

    #[cfg(feature = "multi-thread")]
    #[allow(clippy::unnecessary_wraps, reason = "the same signature without the feature fails")]
    fn builder(self) -> Result<tokio::runtime::Builder, Error> {
        Ok(match self {
            Self::MultiThread => tokio::runtime::Builder::new_multi_thread(),
            Self::CurrentThread => tokio::runtime::Builder::new_current_thread(),
        })
    }

    #[cfg(not(feature = "multi-thread"))]
    fn builder(self) -> Result<tokio::runtime::Builder, Error> {
        match self {
            Self::MultiThread => Err("this contender has no multi-thread flavour".into()),
            Self::CurrentThread => Ok(tokio::runtime::Builder::new_current_thread()),
        }
    }
}
