//! The line-JSON driver of the conformance corpus: one job a line in, one outcome a line out.
//!
//! ```sh
//! python3 adapter/tests/conformance/check.py run -- cargo run --release -p lambdafy --example conformance
//! ```

mod driver;

use std::io::{BufRead, Write};

use lambdafy::BoxError;
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    // A job may make the app panic; the message belongs to the outcome, not to the terminal.
    std::panic::set_hook(Box::new(|_| {}));
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if line.starts_with('{') {
            let job: Value = serde_json::from_str(&line)?;
            let mut out = std::io::stdout().lock();
            writeln!(out, "{}", driver::outcome(&job).await)?;
            out.flush()?;
        }
    }
    Ok(())
}
