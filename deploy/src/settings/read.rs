//! From the text of a Cargo.toml to settings.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Places, Settings, SettingsError};

#[derive(Deserialize)]
struct Manifest {
    package: Option<Package>,
}

#[derive(Deserialize)]
struct Package {
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    lambdafy: Settings,
}

impl Settings {
    /// Reads the settings of a manifest; `file` is its name in errors. A manifest that says
    /// nothing of lambdafy has all defaults.
    ///
    /// # Errors
    /// If the text is no TOML, a key is unknown, a value is of another type or out of its limits,
    /// or two settings contradict each other; the error names the line and the key.
    pub fn from_manifest(file: &str, text: &str) -> Result<Self, SettingsError> {
        let manifest: Manifest = toml::from_str(text).map_err(|error| {
            SettingsError::new(file, text, error.span(), error.message().to_owned())
        })?;
        let Some(package) = manifest.package else {
            return Err(SettingsError::new(
                file,
                text,
                None,
                "expected a [package]; choose one of the workspace's with --package NAME"
                    .to_owned(),
            ));
        };
        package.metadata.lambdafy.checked(file, text)
    }

    /// The same settings, if none contradicts another; `file` and `text` are the manifest's, for
    /// the error.
    ///
    /// # Errors
    /// If two settings contradict each other.
    pub fn checked(self, file: &str, text: &str) -> Result<Self, SettingsError> {
        match self.contradiction() {
            None => Ok(self),
            Some((key, message)) => {
                let span = Places::of(text).of_key(&key);
                Err(SettingsError::new(file, text, span, message).about(key))
            }
        }
    }

    /// What no template could express: the key, and what to do about it.
    fn contradiction(&self) -> Option<(String, String)> {
        self.word_contradiction()
            .or_else(|| self.front_door_contradiction())
            .or_else(|| self.database_contradiction())
            .or_else(|| self.sources_contradiction())
    }

    /// Words that stand in commands and paths.
    fn word_contradiction(&self) -> Option<(String, String)> {
        let is_word = |word: &str| {
            !word.is_empty()
                && !word.starts_with(['-', '.'])
                && word.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_.".contains(&c))
        };
        let words =
            [("binary", &self.binary), ("profile", &self.profile), ("region", &self.region)];
        let wrong =
            words.into_iter().find(|(_, word)| word.as_deref().is_some_and(|word| !is_word(word)));
        wrong.and_then(|(key, _)| {
            say(key, "expected letters, digits, underscores, hyphens and dots, not beginning with one of the last two")
        })
    }

    fn front_door_contradiction(&self) -> Option<(String, String)> {
        use super::FrontDoor::{Alb, FunctionUrl, HttpApi, RestApi};

        let is_api = matches!(self.front_door, RestApi | HttpApi);
        match self.front_door {
            Alb if self.alb.is_none() => {
                return say(
                    "front-door",
                    "a load balancer needs [package.metadata.lambdafy.alb] with vpc and subnets",
                );
            }
            Alb => {}
            _ if self.alb.is_some() => {
                return say("alb", "there is a table alb, but front-door is not \"alb\"");
            }
            FunctionUrl if self.domain.is_some() && self.cloudfront.is_none() => {
                return say(
                    "domain",
                    "a function URL has no domain of its own: add [package.metadata.lambdafy.cloudfront], \
                     or take front-door = \"http-api\"",
                );
            }
            _ => {}
        }
        if self.streaming && !self.front_door.streams() {
            return say(
                "streaming",
                "only a REST API or a function URL streams: take one of them, or leave this out",
            );
        }
        if self.openapi.is_some() && !is_api {
            return say("openapi", "only a REST API or an HTTP API is made of routes");
        }
        if self.throttle.is_some() && !is_api {
            return say(
                "throttle",
                "only a REST API or an HTTP API counts requests: set reserved-concurrency instead, \
                 which limits the sandboxes",
            );
        }
        if self.access_logs && !is_api {
            return say(
                "access-logs",
                "only a REST API or an HTTP API writes access logs to CloudWatch",
            );
        }
        if self.gateway_timeout_s.is_some() && !is_api {
            return say("gateway-timeout-s", "there is no API Gateway in this front door");
        }
        if self.cloudfront.as_ref().is_some_and(|cloudfront| cloudfront.signed)
            && self.front_door != FunctionUrl
        {
            return say("cloudfront.signed", "CloudFront signs only for function URLs");
        }
        if self.alb.as_ref().is_some_and(|alb| different(&alb.subnets) < 2) {
            return say(
                "alb.subnets",
                "a load balancer needs at least two subnets, in different zones",
            );
        }
        None
    }

    fn database_contradiction(&self) -> Option<(String, String)> {
        let database = self.database.as_ref()?;
        match (&database.host, &database.instance_class) {
            (None, None) => {
                return say(
                    "database",
                    "expected host (a server that exists) or instance-class (one that is made)",
                );
            }
            (Some(_), Some(_)) => {
                return say("database.host", "expected host or instance-class, not both");
            }
            (Some(_), None) if database.proxy => {
                return say(
                    "database.proxy",
                    "a proxy is made only for a server that is made; for one that exists, set host to its proxy's",
                );
            }
            (None, Some(_)) if database.secret.is_some() => {
                return say(
                    "database.secret",
                    "a server that is made makes its own secret: leave this out",
                );
            }
            _ => {}
        }
        let subnets = self.vpc.as_ref().map_or(0, |vpc| different(&vpc.subnets));
        if database.instance_class.is_some() && subnets < 2 {
            return say(
                "database",
                "a server that is made needs [package.metadata.lambdafy.vpc] with subnets, two or more \
                 in different zones",
            );
        }
        None
    }

    fn sources_contradiction(&self) -> Option<(String, String)> {
        if let Some(vpc) = &self.vpc
            && (vpc.subnets.is_empty() || vpc.security_groups.is_empty())
        {
            return say("vpc", "expected at least one subnet and one security group");
        }
        for (at, queue) in self.queues.iter().enumerate() {
            let is_sqs = queue.arn.as_ref().is_none_or(|arn| arn.service() == "sqs");
            if !is_sqs {
                return say(&format!("queue.{at}.arn"), "expected the ARN of an SQS queue");
            }
        }
        for (name, arn) in &self.secrets {
            if !matches!(arn.service(), "secretsmanager" | "ssm") {
                return say(
                    &format!("secrets.{name}"),
                    "expected the ARN of a secret (secretsmanager) or of a parameter (ssm)",
                );
            }
        }
        self.permission_contradiction().or_else(|| self.twice())
    }

    /// A statement that IAM would refuse halfway through a deployment.
    fn permission_contradiction(&self) -> Option<(String, String)> {
        for (at, permission) in self.permissions.iter().enumerate() {
            if permission.actions.is_empty() {
                return say(&format!("permission.{at}.actions"), "expected at least one action");
            }
            if permission.resources.is_empty() {
                return say(&format!("permission.{at}.resources"), "expected at least one ARN");
            }
        }
        None
    }

    /// A name that two things of one kind have.
    fn twice(&self) -> Option<(String, String)> {
        let buckets = self.buckets.iter().map(|bucket| ("bucket", &bucket.name));
        let queues = self.queues.iter().map(|queue| ("queue", &queue.name));
        let schedules = self.schedules.iter().map(|schedule| ("schedule", &schedule.name));
        let mut seen = std::collections::BTreeMap::new();
        for (kind, name) in buckets.chain(queues).chain(schedules) {
            let count = seen.entry((kind, name)).or_insert(0_u32);
            *count += 1;
            if *count > 1 {
                return say(kind, &format!("two of them have the name {name}"));
            }
        }
        None
    }
}

/// How many there are, each counted once.
fn different(all: &[String]) -> usize {
    all.iter().collect::<BTreeSet<_>>().len()
}

fn say(key: &str, message: &str) -> Option<(String, String)> {
    Some((key.to_owned(), message.to_owned()))
}
