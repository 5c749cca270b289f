//! What is profiled: an app of the command line, or a contender with what it needs around it.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;

use crate::cold::{Request, Starting, surround};
use crate::contenders::{self, App};
use crate::program;
use crate::report::Machine;
use crate::surroundings::{Distances, Surroundings};

/// The options that name it.
#[derive(Debug, clap::Args)]
pub(super) struct Named {
    /// A package of this workspace, which is built first, or the path of an executable; its main
    /// calls lambdafy. With --contender hello or heavy, as for cold.
    #[arg(long, value_name = "NAME|PATH")]
    app: String,
    /// Instead of a package, this contender of cold with the app hello or heavy, built as it is
    /// measured there; the heavy app's servers are started around it.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["features", "arguments"])]
    contender: Option<String>,
    #[command(flatten)]
    distances: Distances,
    /// A feature to build the package with; may be repeated. lambdafy/startup-report has the
    /// findings.
    #[arg(long = "features", value_name = "FEATURE", default_value = "lambdafy/startup-report")]
    features: Vec<String>,
    /// Arguments of the app, after `--`.
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<OsString>,
}

/// What is started, and the first event.
pub(super) struct Subject {
    pub(super) launch: Starting,
    pub(super) request: Request,
    /// Servers that it needs, which end with it, and how far they are.
    surroundings: Option<(Surroundings, Distances)>,
}

impl Subject {
    /// Reads the event, finds or builds the app, and starts what it needs around it.
    ///
    /// # Errors
    /// If there is no such app or contender, the contender has no start-up report, or something can't
    /// be read, built or started.
    pub(super) fn of(named: &Named, event: Option<&Path>) -> Result<Self> {
        match &named.contender {
            Some(contender) => Self::of_contender(contender, named, event),
            None => Self::of_program(named, event),
        }
    }

    fn of_program(named: &Named, event: Option<&Path>) -> Result<Self> {
        let Named { app, features, arguments, .. } = named;
        ensure!(
            app != "heavy" || Path::new(app).is_file(),
            "the heavy app is started by contenders: name one of them, as --contender {}",
            contenders::reporting(App::Heavy).join(", --contender ")
        );
        let request = event.map_or_else(Request::of_root, Request::of_file)?;
        let program = program::find(app, features)?;
        let mut launch = Starting::of_program(program.name, program.path);
        launch.add_arguments(arguments);
        Ok(Self { launch, request, surroundings: None })
    }

    fn of_contender(name: &str, named: &Named, event: Option<&Path>) -> Result<Self> {
        let app = App::from_str(&named.app, false).ok().with_context(|| {
            format!("--contender {name}: --app is hello or heavy then, not {}", named.app)
        })?;
        let chosen = contenders::functions(&[name.to_owned()], app)?;
        let reporting = contenders::reporting(app);
        // Before it is built, which takes minutes.
        ensure!(reporting.contains(&name), no_report(name, &named.app, &reporting));
        let request = Request::read(event, app)?;
        let mut built = contenders::build(&chosen, app)?;
        let program = built.pop().context("no contender was built")?;
        let launch = Starting::of_contender(program);
        let mut subject = Self { launch, request, surroundings: None };
        if app == App::Heavy {
            let launches = std::slice::from_mut(&mut subject.launch);
            let surroundings = surround(launches, &subject.request, named.distances)?;
            subject.surroundings = Some((surroundings, named.distances));
        }
        Ok(subject)
    }

    /// What a report says of the machine and what stands around the app.
    pub(super) fn machine(&self) -> Machine {
        let machine = Machine::here();
        match &self.surroundings {
            Some((_, distances)) => machine.with("rtt_ms", distances.facts()),
            None => machine,
        }
    }
}

fn no_report(name: &str, app: &str, reporting: &[&str]) -> String {
    format!(
        "the contender {name} prints no start-up report, which is lambdafy's, so its steps can't be \
         seen; those that print one: {}. `startup-bench cold --app {app} --contender {name}` measures \
         it from outside",
        reporting.join(", ")
    )
}
