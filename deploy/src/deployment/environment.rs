//! The function's environment variables.

use super::Deployment;
use crate::settings::{Migrations, Name};

/// An environment variable.
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) value: VariableValue,
    pub(crate) comment: Option<&'static str>,
}

/// Its value, which may be known only when the resource is there.
pub(crate) enum VariableValue {
    Text(String),
    BucketName(Name),
    QueueUrl(Name),
    DatabaseHost,
    DatabaseSecret,
}

impl Deployment {
    /// The variables, sorted by what they are about: lambdafy's, those of resources, the user's.
    pub(crate) fn environment(&self) -> Vec<Variable> {
        let mut all = self.adapter_variables();
        for bucket in &self.settings.buckets {
            let name = format!("BUCKET_{}", bucket.name.snake().to_ascii_uppercase());
            all.push(variable(name, VariableValue::BucketName(bucket.name.clone())));
        }
        for queue in self.settings.queues.iter().filter(|queue| queue.send) {
            let name = format!("QUEUE_{}_URL", queue.name.snake().to_ascii_uppercase());
            all.push(variable(name, VariableValue::QueueUrl(queue.name.clone())));
        }
        all.extend(self.database_variables());
        for (name, arn) in &self.settings.secrets {
            all.push(variable(name.as_str(), VariableValue::Text(arn.to_string())));
        }
        for (name, value) in &self.settings.environment {
            all.push(variable(name.as_str(), VariableValue::Text(value.as_str().to_owned())));
        }
        all
    }

    /// lambdafy's own options, which must agree with how the front door is set.
    fn adapter_variables(&self) -> Vec<Variable> {
        let mut all = Vec::new();
        let mut set = |name: &str, value: String, comment| {
            let value = VariableValue::Text(value);
            all.push(Variable { name: name.to_owned(), value, comment: Some(comment) });
        };
        if self.settings.streaming {
            set(
                "LAMBDAFY_RESPONSE_MODE",
                "streaming".to_owned(),
                "The front door's mode and this one must be set together: no event tells.",
            );
        }
        if let Some(path) = &self.settings.base_path {
            set(
                "LAMBDAFY_BASE_PATH",
                path.to_string(),
                "Taken off the path before the app sees it.",
            );
        }
        let paths = self.event_paths();
        if !paths.is_empty() {
            let pairs: Vec<_> =
                paths.iter().map(|(source, path)| format!("{source}={path}")).collect();
            set(
                "LAMBDAFY_PASS_THROUGH_PATHS",
                pairs.join(", "),
                "Where the app gets events that are no HTTP requests.",
            );
        }
        all
    }

    /// The name that a service writes into its events, and the app's path for it.
    pub(crate) fn event_paths(&self) -> Vec<(&'static str, &str)> {
        let paths = &self.settings.event_paths;
        let migrations = match &self.settings.migrations {
            Some(Migrations::Path(path)) => Some(path),
            _ => None,
        };
        [
            ("aws:sqs", paths.sqs.as_ref()),
            ("aws:s3", paths.s3.as_ref()),
            ("aws.events", paths.schedule.as_ref()),
            (MIGRATIONS_SOURCE, migrations),
        ]
        .into_iter()
        .filter_map(|(source, path)| Some((source, path?.as_str())))
        .collect()
    }

    fn database_variables(&self) -> Vec<Variable> {
        let Some(database) = &self.settings.database else {
            return Vec::new();
        };
        let text = |text: String| VariableValue::Text(text);
        let host = match &database.host {
            Some(host) => text(host.clone()),
            None => VariableValue::DatabaseHost,
        };
        let mut all = vec![
            variable("DATABASE_HOST", host),
            variable("DATABASE_PORT", text(database.engine.port().to_string())),
            variable("DATABASE_NAME", text(database.name.clone())),
        ];
        let secret = match (&database.secret, &database.instance_class) {
            (Some(arn), _) => Some(text(arn.to_string())),
            (None, Some(_)) => Some(VariableValue::DatabaseSecret),
            (None, None) => None,
        };
        all.extend(secret.map(|value| Variable {
            name: "DATABASE_SECRET_ARN".to_owned(),
            value,
            comment: Some("The app reads user and password there; they are in no variable."),
        }));
        all
    }
}

/// What the event of a migration says that it comes from.
pub(crate) const MIGRATIONS_SOURCE: &str = "lambdafy.migrations";

fn variable(name: impl Into<String>, value: VariableValue) -> Variable {
    Variable { name: name.into(), value, comment: None }
}
