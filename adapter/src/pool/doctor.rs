//! What a live server is missing, and the statements that mend it.

use std::fmt;
use std::time::Duration;

use tokio::time::timeout;

use super::backend::Backend;
use super::error::Error;
use super::handle::Pool;

/// How long the server may take to tell about itself.
const PATIENCE: Duration = Duration::from_secs(5);

/// What [`Pool::doctor`] has found; shown, it is a page of text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnosis {
    /// What was looked at, one line each.
    pub facts: Vec<String>,
    /// What should be changed.
    pub findings: Vec<Finding>,
}

/// Something that should be changed, and what happens otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What is so, and what it leads to.
    pub what: String,
    /// The statements to run as an administrator; empty where a setting of the pool is meant.
    pub statements: Vec<String>,
}

impl<DB: Backend> Pool<DB> {
    /// Looks at the server's limits, timeouts and grants as the application's account sees them,
    /// and, where the pool has a reaper, tries it.
    ///
    /// # Errors
    ///
    /// There is no connection, or the server does not tell.
    pub async fn doctor(&self) -> Result<Diagnosis, Error> {
        let mut connection = self.get().await?;
        let session = connection.session().clone();
        let mut diagnosis = match timeout(PATIENCE, DB::examine(&mut connection, &session)).await {
            Ok(examined) => examined.map_err(Error::Refused)?,
            Err(_) => return Err(Error::Refused(sqlx::Error::PoolTimedOut)),
        };
        match &self.inner().reaper {
            Some(reaper) => diagnosis.add_reaper(reaper.test(&self.inner().config).await),
            None if session.behind_proxy => {}
            None => {
                let what = "there is no reaper: on a server full of dead sessions nobody gets in \
                     before their leases are over";
                let user = session.user.clone();
                diagnosis.finding(what, DB::reaper_statements(&user));
            }
        }
        Ok(diagnosis)
    }
}

impl Diagnosis {
    pub(super) fn fact(&mut self, fact: impl Into<String>) {
        self.facts.push(fact.into());
    }

    pub(super) fn finding(&mut self, what: impl Into<String>, statements: Vec<String>) {
        self.findings.push(Finding { what: what.into(), statements });
    }

    fn add_reaper(&mut self, tested: sqlx::Result<(bool, Vec<String>)>) {
        match tested {
            Ok((true, _)) => self.fact("the reaper's account may end the application's sessions"),
            Ok((false, statements)) => {
                self.finding(
                    "the reaper's account may not end the application's sessions",
                    statements,
                );
            }
            Err(error) => {
                self.finding(format!("the reaper's account can't log in: {error}"), Vec::new());
            }
        }
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fact in &self.facts {
            writeln!(f, "ok: {fact}")?;
        }
        for finding in &self.findings {
            writeln!(f, "to do: {}", finding.what)?;
            for statement in &finding.statements {
                writeln!(f, "    {statement};")?;
            }
        }
        Ok(())
    }
}
