//! How the emulated function is configured.

use std::time::Duration;

/// The function's configuration, as one would give it to Lambda.
///
/// ```
/// use std::time::Duration;
/// use lambdafy_emulator::Function;
///
/// let function = Function::new("orders").memory_mb(512).timeout(Duration::from_secs(10));
/// assert_eq!(
///     function.arn(),
///     "arn:aws:lambda:us-east-1:123456789012:function:orders"
/// );
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Function {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) handler: String,
    pub(crate) region: String,
    pub(crate) account: String,
    pub(crate) memory_mb: u32,
    pub(crate) timeout: Duration,
    pub(crate) max_concurrency: usize,
    pub(crate) is_snapstart: bool,
}

impl Function {
    /// A function with Lambda's defaults: 128 MB and 3 seconds.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            version: "$LATEST".to_owned(),
            handler: "bootstrap".to_owned(),
            region: "us-east-1".to_owned(),
            account: "123456789012".to_owned(),
            memory_mb: 128,
            timeout: Duration::from_secs(3),
            max_concurrency: 1,
            is_snapstart: false,
        }
    }

    /// The handler, which a runtime finds in `_HANDLER`. Default: `bootstrap`.
    pub fn handler(mut self, handler: impl Into<String>) -> Self {
        self.handler = handler.into();
        self
    }

    /// The region. Default: `us-east-1`.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = region.into();
        self
    }

    /// The memory size, so far only told to the function. Default: 128.
    pub fn memory_mb(mut self, memory_mb: u32) -> Self {
        self.memory_mb = memory_mb;
        self
    }

    /// How long one invocation may take. Default: 3 seconds, as on Lambda.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How many invocations one sandbox answers at once: one, but on Managed Instances, where
    /// the runtime finds the number in `AWS_LAMBDA_MAX_CONCURRENCY`. Default: 1.
    pub fn max_concurrency(mut self, max_concurrency: usize) -> Self {
        self.max_concurrency = max_concurrency.max(1);
        self
    }

    /// Whether a snapshot is taken after the start (SnapStart). Default: no.
    pub fn snapstart(mut self, is_snapstart: bool) -> Self {
        self.is_snapstart = is_snapstart;
        self
    }

    /// The function's ARN, as it comes with every invocation.
    #[must_use]
    pub fn arn(&self) -> String {
        let Self { region, account, name, .. } = self;
        format!("arn:aws:lambda:{region}:{account}:function:{name}")
    }

    /// How its sandboxes are started, as Lambda names it.
    pub(crate) fn initialization_type(&self) -> &'static str {
        match (self.is_snapstart, self.max_concurrency) {
            (true, _) => "snap-start",
            (false, 1) => "on-demand",
            (false, _) => "lambda-managed-instances",
        }
    }

    /// What Lambda puts into the environment of every sandbox of this function.
    pub(crate) fn environment(&self, runtime_api: &str) -> Vec<(&'static str, String)> {
        let stream = format!(
            "{}/[{}]{}",
            crate::time::log_day(crate::ids::epoch_ms()),
            self.version,
            crate::ids::hexadecimal(32)
        );
        let mut variables = vec![
            ("AWS_LAMBDA_RUNTIME_API", runtime_api.to_owned()),
            ("_HANDLER", self.handler.clone()),
            ("AWS_LAMBDA_FUNCTION_NAME", self.name.clone()),
            ("AWS_LAMBDA_FUNCTION_VERSION", self.version.clone()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", self.memory_mb.to_string()),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", self.initialization_type().to_owned()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", self.name)),
            ("AWS_LAMBDA_LOG_STREAM_NAME", stream),
            ("AWS_REGION", self.region.clone()),
            ("AWS_DEFAULT_REGION", self.region.clone()),
            ("LANG", "en_US.UTF-8".to_owned()),
            ("TZ", ":UTC".to_owned()),
        ];
        if self.max_concurrency > 1 {
            variables.push(("AWS_LAMBDA_MAX_CONCURRENCY", self.max_concurrency.to_string()));
        }
        variables
    }
}

impl Default for Function {
    fn default() -> Self {
        Self::new("function")
    }
}
