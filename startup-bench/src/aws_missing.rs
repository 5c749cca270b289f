//! `startup-bench aws` in a build without AWS's client, which takes minutes to compile.

use std::ffi::OsString;

use anyhow::{Result, bail};

/// Options of `startup-bench aws`.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Needs a build with --features aws, which knows the options
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
    _given: Vec<OsString>,
}

/// # Errors
/// Always: it says how to build what is asked for.
pub(crate) fn run(_options: &Options) -> Result<()> {
    bail!(
        "this build has no AWS client: cargo run --release -p startup-bench --features aws -- aws ..."
    )
}
