//! Settings that contradict each other: what no template could express, or AWS would refuse halfway.

use std::collections::{BTreeMap, BTreeSet};

use super::{FrontDoor, Settings};

impl Settings {
    /// What no template could express: the key, and what to do about it.
    pub(super) fn contradiction(&self) -> Option<(String, String)> {
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

    /// What the front door itself needs, or has no use for.
    fn front_door_contradiction(&self) -> Option<(String, String)> {
        match (self.front_door, &self.alb) {
            (FrontDoor::Alb, None) => say(
                "front-door",
                "a load balancer needs [package.metadata.lambdafy.alb] with vpc and subnets",
            ),
            (FrontDoor::Alb, Some(alb)) if different(&alb.subnets) < 2 => {
                say("alb.subnets", "a load balancer needs at least two subnets, in different zones")
            }
            (FrontDoor::Alb, Some(_)) | (_, None) => self.option_contradiction(),
            (_, Some(_)) => say("alb", "there is a table alb, but front-door is not \"alb\""),
        }
    }

    /// What a front door cannot do.
    fn option_contradiction(&self) -> Option<(String, String)> {
        let is_api = matches!(self.front_door, FrontDoor::RestApi | FrontDoor::HttpApi);
        let is_url = self.front_door == FrontDoor::FunctionUrl;
        let is_signed = self.cloudfront.as_ref().is_some_and(|cloudfront| cloudfront.signed);
        let rules = [
            (
                is_url && self.domain.is_some() && self.cloudfront.is_none(),
                "domain",
                "a function URL has no domain of its own: add [package.metadata.lambdafy.cloudfront], \
                 or take front-door = \"http-api\"",
            ),
            (
                self.streaming && !self.front_door.streams(),
                "streaming",
                "only a REST API or a function URL streams: take one of them, or leave this out",
            ),
            (
                self.openapi.is_some() && !is_api,
                "openapi",
                "only a REST API or an HTTP API is made of routes: take one of them, or leave this out",
            ),
            (
                self.throttle.is_some() && !is_api,
                "throttle",
                "only a REST API or an HTTP API counts requests: set reserved-concurrency instead, \
                 which limits the sandboxes",
            ),
            (
                self.access_logs && !is_api,
                "access-logs",
                "only a REST API or an HTTP API writes access logs to CloudWatch: leave this out",
            ),
            (
                self.gateway_timeout_s.is_some() && !is_api,
                "gateway-timeout-s",
                "there is no API Gateway in this front door: leave this out",
            ),
            (
                is_signed && !is_url,
                "cloudfront.signed",
                "CloudFront signs only for function URLs: leave this out",
            ),
        ];
        let broken = rules.into_iter().find(|(is_broken, ..)| *is_broken);
        broken.and_then(|(_, key, message)| say(key, message))
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
        let mut seen = BTreeMap::new();
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
