//! The heavy app by `lambdafy`, as it is written: its steps in series, sqlx 0.9. What is done for its
//! start is done here, `TCP_NODELAY` on the sockets that sqlx opens, and in how it is built.

use lambdafy::Options;

fn main() -> Result<(), lambdafy::Error> {
    let options = Options::from_env()?.no_delay(true);
    lambdafy::run_with(options, async || Ok(heavy_app::build().await?))
}
