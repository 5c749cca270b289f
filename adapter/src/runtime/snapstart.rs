//! SnapStart: the snapshot is taken between INIT and the first invocation.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks.html>

use super::api::Api;
use crate::{BoxError, Error, ErrorKind, hooks, startup};

/// Runs the hooks around the snapshot; what returns is a restored sandbox.
pub(super) async fn pause(api: &mut Api) -> Result<(), Error> {
    let before = match hooks::run_before_snapshot().await {
        Ok(()) => {
            startup::snapshot();
            api.wait_for_restore().await
        }
        Err(error) => Err(failed("a before_snapshot hook failed", error)),
    };
    if let Err(error) = before {
        api.report_init_error(&error).await;
        startup::failed();
        return Err(error);
    }
    startup::restored();
    if let Err(error) = hooks::run_after_restore().await {
        let error = failed("an after_restore hook failed", error);
        api.report_restore_error(&error).await;
        startup::failed();
        return Err(error);
    }
    Ok(())
}

fn failed(message: &'static str, error: BoxError) -> Error {
    Error::new(ErrorKind::Init, message).with_source(error)
}
