//! A relational database and the network that leads to it.

use serde::Deserialize;

use super::{Arn, Between};

/// Subnets and security groups of the function.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Vpc {
    /// Private subnets. One is enough for AWS, but `check` warns of it: its zone is then all there
    /// is. A database that is made needs two in different zones.
    pub subnets: Vec<String>,
    /// Security groups of the function; a database must let them in.
    pub security_groups: Vec<String>,
}

/// A database: one that exists (`host`), or one that is made (`instance-class`).
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Database {
    /// Which server it is.
    pub engine: Engine,
    /// The host of a server that exists.
    pub host: Option<String>,
    /// The class of a server that is made, such as `db.t4g.micro`.
    pub instance_class: Option<String>,
    /// Its disk in GB. Default: 20.
    #[serde(default = "twenty")]
    pub storage_gb: Between<20, 65_536>,
    /// Whether a second one stands by in another zone. Default: no.
    #[serde(default)]
    pub multi_az: bool,
    /// The name of the database on the server. Default: `app`.
    #[serde(default = "app")]
    pub name: String,
    /// The ARN of the secret with `username` and `password`; a server that is made makes its own.
    pub secret: Option<Arn>,
    /// Whether RDS Proxy stands between. Default: no, since it costs and pins sessions.
    #[serde(default)]
    pub proxy: bool,
    /// The server's `max_connections`. Default for a server that is made: what RDS computes from
    /// its memory.
    pub max_connections: Option<Between<1, 100_000>>,
    /// The most connections that one sandbox opens. Default: 1.
    #[serde(default = "one")]
    pub connections_per_sandbox: Between<1, 1000>,
    /// Connections kept for others: migrations, people, the server's own. Default: 10.
    #[serde(default = "ten")]
    pub other_connections: Between<0, 100_000>,
}

/// A database server.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Engine {
    /// PostgreSQL
    Postgres,
    /// MySQL
    Mysql,
}

impl Engine {
    /// The port that it listens on.
    #[must_use]
    pub fn port(self) -> u16 {
        match self {
            Self::Postgres => 5432,
            Self::Mysql => 3306,
        }
    }

    /// RDS's name of it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
        }
    }
}

impl Database {
    /// The server's limit, declared or computed as RDS does, if it can be known here.
    #[must_use]
    pub fn known_max_connections(&self) -> Option<u32> {
        if let Some(declared) = self.max_connections {
            return Some(declared.get());
        }
        let memory = memory_gib(self.instance_class.as_deref()?)?;
        // RDS keeps part of the memory for itself: DBInstanceClassMemory is about 92 % of it.
        let bytes = memory * 1024 * 1024 * 1024 / 100 * 92;
        let computed = match self.engine {
            Engine::Postgres => (bytes / 9_531_392).min(5000),
            Engine::Mysql => bytes / 12_582_880,
        };
        u32::try_from(computed).ok()
    }
}

/// The memory of an instance class; only of families whose sizes all have the usual ratio.
fn memory_gib(class: &str) -> Option<u64> {
    let (family, size) = class.strip_prefix("db.")?.split_once('.')?;
    let large = match family.chars().next()? {
        't' => 8,
        'm' => 8,
        'r' => 16,
        _ => return None,
    };
    let burstable = family.starts_with('t');
    Some(match size {
        "micro" if burstable => 1,
        "small" if burstable => 2,
        "medium" if burstable => 4,
        "large" => large,
        "xlarge" => large * 2,
        _ => large * 2 * size.strip_suffix("xlarge")?.parse::<u64>().ok()?,
    })
}

fn app() -> String {
    "app".to_owned()
}

fn one() -> Between<1, 1000> {
    Between::of::<1>()
}

fn ten() -> Between<0, 100_000> {
    Between::of::<10>()
}

fn twenty() -> Between<20, 65_536> {
    Between::of::<20>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_of_an_instance_class_follows_from_its_name() {
        for (class, gib) in [
            ("db.t4g.micro", Some(1)),
            ("db.t3.large", Some(8)),
            ("db.m7g.xlarge", Some(16)),
            ("db.r6g.4xlarge", Some(128)),
            ("db.x2g.large", None),
            ("db.t4g.huge", None),
            ("t4g.micro", None),
        ] {
            assert_eq!(memory_gib(class), gib, "{class}");
        }
    }
}
