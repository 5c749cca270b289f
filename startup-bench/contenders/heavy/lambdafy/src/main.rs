//! The heavy app by `lambdafy`, as it is written: its steps in series.

fn main() -> Result<(), lambdafy::Error> {
    lambdafy::run(async || Ok(heavy_app::build().await?))
}
