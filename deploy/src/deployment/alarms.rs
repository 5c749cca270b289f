//! What is worth being woken for.

use super::Deployment;
use crate::settings::{FrontDoor, Name};

/// An alarm on a metric.
pub(crate) struct Alarm {
    /// In lower case with hyphens.
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) namespace: &'static str,
    pub(crate) metric: &'static str,
    pub(crate) subjects: Vec<(&'static str, Subject)>,
    /// `Sum`, `Maximum` or a percentile such as `p99`.
    pub(crate) statistic: &'static str,
    pub(crate) period_s: u32,
    pub(crate) periods: u32,
    /// Reaching it is the alarm.
    pub(crate) threshold: u32,
}

/// What a metric is about.
pub(crate) enum Subject {
    FunctionName,
    ApiName,
    ApiId,
    Stage,
    LoadBalancer,
    Queue(Name),
    QueueDeadLetters(Name),
    DeadLetters,
    Database,
}

impl Deployment {
    /// The alarms; none unless the settings ask for them.
    pub(crate) fn alarms(&self) -> Vec<Alarm> {
        if self.settings.alarms.is_none() {
            return Vec::new();
        }
        let mut all = self.function_alarms();
        all.push(self.door_alarm());
        if self.is_invoked_asynchronously() {
            all.push(dead_letters("dead-letters", Subject::DeadLetters));
        }
        for queue in self.settings.queues.iter().filter(|queue| queue.arn.is_none()) {
            let name = queue.name.clone();
            let dead = format!("{name}-dead-letters");
            all.push(dead_letters(&dead, Subject::QueueDeadLetters(name.clone())));
            all.push(Alarm {
                name: format!("{name}-age"),
                description:
                    "Messages wait for a quarter of an hour: the function does not keep up.".into(),
                namespace: "AWS/SQS",
                metric: "ApproximateAgeOfOldestMessage",
                subjects: vec![("QueueName", Subject::Queue(name))],
                statistic: "Maximum",
                period_s: 300,
                periods: 3,
                threshold: 900,
            });
        }
        all.extend(self.database_alarm());
        all
    }

    fn function_alarms(&self) -> Vec<Alarm> {
        let of_function = |name: &str, description: String, metric, statistic, threshold| Alarm {
            name: name.to_owned(),
            description,
            namespace: "AWS/Lambda",
            metric,
            subjects: vec![("FunctionName", Subject::FunctionName)],
            statistic,
            period_s: 300,
            periods: 1,
            threshold,
        };
        let timeout_s = self.settings.timeout_s.get();
        let mut all = vec![
            of_function(
                "errors",
                "An invocation failed: a crash, a time-out or a failed event. The app's own 5xx are no failures."
                    .into(),
                "Errors",
                "Sum",
                1,
            ),
            of_function("throttles", "Requests were refused for want of concurrency.".into(), "Throttles", "Sum", 1),
            Alarm {
                periods: 3,
                ..of_function(
                    "slow",
                    format!("One request in a hundred takes more than 80 % of the time-out of {timeout_s} s."),
                    "Duration",
                    "p99",
                    timeout_s * 800,
                )
            },
        ];
        if let Some(reserved) = self.settings.reserved_concurrency {
            let most = (reserved.get() * 4).div_ceil(5);
            all.push(of_function(
                "concurrency",
                format!("Four fifths of the {} reserved sandboxes are busy.", reserved.get()),
                "ConcurrentExecutions",
                "Maximum",
                most,
            ));
        }
        all
    }

    fn door_alarm(&self) -> Alarm {
        let (namespace, metric, subjects) = match self.front_door() {
            FrontDoor::RestApi => (
                "AWS/ApiGateway",
                "5XXError",
                vec![("ApiName", Subject::ApiName), ("Stage", Subject::Stage)],
            ),
            FrontDoor::HttpApi => (
                "AWS/ApiGateway",
                "5xx",
                vec![("ApiId", Subject::ApiId), ("Stage", Subject::Stage)],
            ),
            FrontDoor::FunctionUrl => {
                ("AWS/Lambda", "Url5xxCount", vec![("FunctionName", Subject::FunctionName)])
            }
            FrontDoor::Alb => (
                "AWS/ApplicationELB",
                "HTTPCode_Target_5XX_Count",
                vec![("LoadBalancer", Subject::LoadBalancer)],
            ),
        };
        Alarm {
            name: "server-errors".to_owned(),
            description: "Five answers in five minutes had a status of 500 or more.".to_owned(),
            namespace,
            metric,
            subjects,
            statistic: "Sum",
            period_s: 300,
            periods: 1,
            threshold: 5,
        }
    }

    fn database_alarm(&self) -> Option<Alarm> {
        let database = self.settings.database.as_ref()?;
        database.instance_class.as_ref()?;
        let limit = database.known_max_connections()?;
        Some(Alarm {
            name: "connections".to_owned(),
            description: format!("Four fifths of the database's {limit} connections are taken."),
            namespace: "AWS/RDS",
            metric: "DatabaseConnections",
            subjects: vec![("DBInstanceIdentifier", Subject::Database)],
            statistic: "Maximum",
            period_s: 300,
            periods: 1,
            threshold: limit / 5 * 4,
        })
    }
}

fn dead_letters(name: &str, subject: Subject) -> Alarm {
    Alarm {
        name: name.to_owned(),
        description: "An event failed for good and waits to be looked at.".to_owned(),
        namespace: "AWS/SQS",
        metric: "ApproximateNumberOfMessagesVisible",
        subjects: vec![("QueueName", subject)],
        statistic: "Maximum",
        period_s: 300,
        periods: 1,
        threshold: 1,
    }
}
