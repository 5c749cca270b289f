//! How the emulated function is configured.

use std::time::Duration;

use crate::time::bounded;

/// The memory size that comes with one vCPU, in MB:
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>.
const MB_PER_CPU: f64 = 1769.0;

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
    pub(crate) region: Option<String>,
    pub(crate) account: String,
    pub(crate) memory_mb: u32,
    pub(crate) timeout: Duration,
    pub(crate) max_concurrency: usize,
    pub(crate) is_snapstart: bool,
}

impl Function {
    /// A function with one whole vCPU, 1,769 MB, and Lambda's default timeout of 3 seconds.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            version: "$LATEST".to_owned(),
            handler: "bootstrap".to_owned(),
            region: None,
            account: "123456789012".to_owned(),
            memory_mb: 1769,
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

    /// The region. Default: `us-east-1`, or the caller's own where sandboxes [inherit its
    /// environment](crate::EmulatorBuilder::inherit_environment).
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The memory size in MB, which a sandbox can't exceed, and with it the CPU: 1,769 MB are
    /// one vCPU, as on Lambda. Default: 1,769, so that a test is not slower than it need be;
    /// Lambda's own, 128, is 7 % of a vCPU.
    pub fn memory_mb(mut self, memory_mb: u32) -> Self {
        self.memory_mb = memory_mb;
        self
    }

    /// How long one invocation may take. Default: 3 seconds, as on Lambda.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = bounded(timeout);
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
        let (region, Self { account, name, .. }) = (self.region_name(), self);
        format!("arn:aws:lambda:{region}:{account}:function:{name}")
    }

    pub(crate) fn region_name(&self) -> &str {
        self.region.as_deref().unwrap_or("us-east-1")
    }

    /// How many vCPUs its sandboxes have while they answer.
    pub(crate) fn cpus(&self) -> f64 {
        f64::from(self.memory_mb) / MB_PER_CPU
    }

    /// How its sandboxes are started, as Lambda names it.
    pub(crate) fn initialization_type(&self) -> &'static str {
        match (self.is_snapstart, self.max_concurrency) {
            (true, _) => "snap-start",
            (false, 1) => "on-demand",
            (false, _) => "lambda-managed-instances",
        }
    }

    /// What Lambda puts into the environment of every sandbox of this function, after
    /// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>.
    ///
    /// Not there, as on Lambda: `AWS_EXECUTION_ENV`, which OS-only runtimes don't have;
    /// `_X_AMZN_TRACE_ID`, which a runtime sets for each invocation; `AWS_LAMBDA_LOG_FORMAT` and
    /// `AWS_LAMBDA_LOG_LEVEL`, which come with advanced logging controls. The credentials and the
    /// paths are added for a sandbox, which has a process.
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
            ("AWS_REGION", self.region_name().to_owned()),
            ("AWS_DEFAULT_REGION", self.region_name().to_owned()),
            ("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR".to_owned()),
            ("AWS_XRAY_DAEMON_ADDRESS", "169.254.79.129:2000".to_owned()),
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
