//! What stands around the heavy app before any function starts: its servers, and a database that is
//! migrated, for the contenders that leave migrations to their deployment.

use anyhow::{Context, Result};

use super::launch::Starting;
use super::request::Request;
use super::start::{self, Starter};
use crate::contenders::{self, App};
use crate::surroundings::{Distances, Surroundings};

/// Starts the servers and lets these functions find them.
///
/// # Errors
/// If the servers don't start, or the contender that migrates is not built or does not answer.
pub(crate) fn surround(
    launches: &mut [Starting],
    request: &Request,
    distances: Distances,
) -> Result<Surroundings> {
    let surroundings = Surroundings::start(distances)?;
    launches.iter_mut().for_each(|launch| launch.surround(&surroundings.environment));
    if launches.iter().any(|launch| launch.wants_migrated) {
        migrate(request, &surroundings).context("migrating the database")?;
    }
    Ok(surroundings)
}

/// One start of a contender that migrates; of a built one Cargo makes no work.
fn migrate(request: &Request, surroundings: &Surroundings) -> Result<()> {
    let chosen = contenders::functions(&[contenders::MIGRATES.to_owned()], App::Heavy)?;
    let program = contenders::build(&chosen, App::Heavy)?.pop().context("none was built")?;
    let mut launch = Starting::of_contender(program);
    launch.surround(&surroundings.environment);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.context("tokio cannot start")?.block_on(async {
        let starter = Starter::new(launch.emulator(), None).await?;
        let (sandbox, _) = starter.first_answer(request).await.context(launch.name)?;
        start::end(&sandbox).await;
        starter.stop().await;
        Ok(())
    })
}
