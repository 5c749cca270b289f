//! The contenders: what they are called, which apps they have, how they are built and started.

mod cargo;
mod ghost;
mod install;
mod launch;
mod list;
mod node;
mod python;
mod storm;
mod web_adapter;

use anyhow::{Result, bail};

use launch::Unavailable;

pub(crate) use cargo::{executable, workspace};
pub(crate) use ghost::{Ghost, ghost};
pub(crate) use launch::Launch;
pub(crate) use list::{LAMBDA_HTTP, LAMBDA_HTTP_CURRENT, MIGRATES, PRODUCT, ROUTER};
pub(crate) use storm::{System, storm};

/// lambda_http's own switch against the stage that it puts before a REST API's paths: without it, its
/// router finds no route.
pub(crate) const IGNORE_STAGE: (&str, &str) = ("AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH", "true");

/// What a contender runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum App {
    /// A few routes and nothing to start.
    Hello,
    /// As large as what people deploy, with a database, S3 and keys to fetch.
    Heavy,
}

/// One contender. Several may be the same program started in different ways.
#[derive(Debug)]
pub(crate) struct Contender {
    /// As on the command line and in the JSON rows.
    pub(crate) name: &'static str,
    hello: Option<Hello>,
    heavy: Option<Heavy>,
}

/// How a contender's hello app is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hello {
    /// A package that also translates in process, and the flavour of tokio it is started with.
    Translator(&'static str, &'static str),
    /// A package that is only a Lambda function.
    Function(&'static str, &'static str),
    /// The app without an adapter: no function result, no function.
    Router(&'static str),
    /// A web server behind Lambda Web Adapter.
    WebServer(&'static str),
    /// Express on Node.
    Node,
    /// FastAPI on Python.
    Python,
}

/// How a contender's heavy app is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heavy {
    /// A package that is a Lambda function.
    Function(&'static str),
    /// The same, which leaves migrations to its deployment.
    Migrated(&'static str),
    /// A web server behind Lambda Web Adapter.
    WebServer(&'static str),
}

/// The contenders of `startup-bench translate` that were asked for, or all of them.
pub(crate) fn translators(names: &[String]) -> Result<Vec<&'static Contender>> {
    select(names, Contender::translates)
}

/// The contenders that are functions with this app and were asked for, or all of them.
pub(crate) fn functions(names: &[String], app: App) -> Result<Vec<&'static Contender>> {
    select(names, |contender| contender.is_function(app))
}

/// The names of the functions with this app that print lambdafy's start-up report.
pub(crate) fn reporting(app: App) -> Vec<&'static str> {
    let fits = |contender: &&Contender| contender.is_function(app) && contender.is_product();
    list::ALL.iter().filter(fits).map(|contender| contender.name).collect()
}

fn select(names: &[String], fits: impl Fn(&Contender) -> bool) -> Result<Vec<&'static Contender>> {
    let fitting: Vec<_> = list::ALL.iter().filter(|contender| fits(contender)).collect();
    let known = |name: &String| fitting.iter().any(|contender| contender.name == name);
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        let there: Vec<_> = fitting.iter().map(|contender| contender.name).collect();
        bail!("no contender {unknown} here; there are: {}", there.join(", "));
    }
    let asked = |contender: &&Contender| {
        names.is_empty() || names.iter().any(|name| name == contender.name)
    };
    Ok(fitting.into_iter().filter(asked).collect())
}

impl Contender {
    fn translates(&self) -> bool {
        matches!(self.hello, Some(Hello::Translator(..) | Hello::Router(_)))
    }

    /// Is it built with lambdafy?
    fn is_product(&self) -> bool {
        let rest = self.name.strip_prefix(PRODUCT);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }

    /// Must the heavy app's database be migrated before it starts?
    pub(crate) fn wants_migrated(&self) -> bool {
        matches!(self.heavy, Some(Heavy::Migrated(_)))
    }

    fn is_function(&self, app: App) -> bool {
        match app {
            App::Hello => self.hello.is_some_and(|hello| !matches!(hello, Hello::Router(_))),
            App::Heavy => self.heavy.is_some(),
        }
    }
}

/// A contender that is built.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) contender: &'static Contender,
    pub(crate) launch: Launch,
}

impl Program {
    /// Does it answer with a function's result when it translates in process?
    pub(crate) fn has_result(&self) -> bool {
        matches!(self.contender.hello, Some(Hello::Translator(..)))
    }
}

/// Builds the contenders' programs, or finds that they are up to date. One that can't be had on this
/// machine is left out, and stderr says why.
///
/// # Errors
/// If one does not build that should, or none is left.
pub(crate) fn build(contenders: &[&'static Contender], app: App) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    for contender in contenders {
        eprintln!("building {}", contender.name);
        match launch::build(contender, app) {
            Ok(launch) => programs.push(Program { contender, launch }),
            Err(error) if error.is::<Unavailable>() => {
                eprintln!("{} is not available here: {error:#}", contender.name);
            }
            Err(error) => return Err(error.context(format!("building {}", contender.name))),
        }
    }
    if programs.is_empty() {
        bail!("none of these contenders is available here");
    }
    Ok(programs)
}
