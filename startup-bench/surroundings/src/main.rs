//! What the heavy app of startup-bench needs around it: PostgreSQL, S3 and an identity provider's keys,
//! each over TLS and behind a relay with a round-trip time.
//!
//! Prints the app's environment variables as lines of `NAME=VALUE`, then an empty line, and goes on until
//! its stdin ends.

mod bucket;
mod provider;
mod trust;

use std::io::{Read, Write};
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use lambdafy_backends::{CertificateAuthority, PostgreSql, Relay, S3};

use crate::provider::Provider;

/// Starts PostgreSQL, S3 and an identity provider's keys, and prints the app's environment variables.
/// It ends with its stdin.
#[derive(Parser)]
#[command(about)]
struct Options {
    /// The address that everything listens on.
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    address: IpAddr,
    /// The folder for certificates; it must be there.
    #[arg(long, value_name = "FOLDER")]
    certificates: PathBuf,
    /// The round-trip time to PostgreSQL in milliseconds, as within an availability zone.
    #[arg(long, value_name = "MS", default_value_t = 1.0, value_parser = milliseconds)]
    database_rtt: f64,
    /// The round-trip time to S3 in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 2.0, value_parser = milliseconds)]
    s3_rtt: f64,
    /// The round-trip time to the keys in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 2.0, value_parser = milliseconds)]
    keys_rtt: f64,
}

fn milliseconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(number) if (0.0..=10_000.0).contains(&number) => Ok(number),
        _ => Err("expected a number from 0 to 10000".into()),
    }
}

fn main() -> Result<()> {
    let options = Options::parse();
    let authority = CertificateAuthority::new()?;
    let trust = trust::write(&authority, &options.certificates)?;
    let relay = |server, round_trip_ms: f64| {
        Relay::start_on(options.address, server, Duration::from_secs_f64(round_trip_ms / 1e3))
    };

    let database =
        PostgreSql::builder().listen_address(options.address).authority(&authority).start()?;
    let to_database = relay(database.address(), options.database_rtt)?;
    let s3 = S3::start(options.address, Some(&authority))?;
    s3.put(bucket::NAME, bucket::CATALOG_KEY, &bucket::catalog())?;
    let to_s3 = relay(s3.address(), options.s3_rtt)?;
    let provider = Provider::start(options.address, &authority)?;
    let to_provider = relay(provider.address(), options.keys_rtt)?;

    let mut variables = vec![
        ("DATABASE_URL", trust.database_url(&database, to_database.address())),
        ("JWKS_URL", provider.keys_url_at(to_provider.address())),
        ("SSL_CERT_FILE", trust.bundle.display().to_string()),
        ("BUCKET", bucket::NAME.to_owned()),
        ("CATALOG_KEY", bucket::CATALOG_KEY.to_owned()),
        // Not for the app, but for who asks it: a token that it takes.
        ("TOKEN", provider.token()?),
    ];
    variables.extend(s3.environment_at(to_s3.address()));
    let lines: String = variables.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    let mut out = std::io::stdout();
    writeln!(out, "{lines}").and_then(|()| out.flush()).context("stdout")?;
    std::io::stdin().read_to_end(&mut Vec::new()).context("stdin")?;
    Ok(())
}
