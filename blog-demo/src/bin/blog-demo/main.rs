//! The blog as a program: a server, a function on Lambda, and what whoever runs it does by hand.

mod api_key;
mod database;
mod doctor;
mod ghost;
mod in_series;
mod migrate;
mod options;
mod seed;
mod server;
mod start;
mod users;

use clap::Parser;

use options::{Command, Options};

fn main() -> anyhow::Result<()> {
    let Options { command, blog } = Options::parse();
    match command.unwrap_or_default() {
        // The one line that makes a function of the app.
        Command::Serve(_) if lambdafy::on_lambda() => {
            Ok(lambdafy::run(async || Ok(start::app(&blog).await?))?)
        }
        Command::Serve(serve) => server::block_on(server::serve(serve.listen, &blog)),
        Command::Migrate => server::block_on(migrate::run(&blog)),
        Command::Seed(seed) => server::block_on(seed::run(seed, &blog)),
        Command::Import(asked) => server::block_on(ghost::run_import(asked, &blog)),
        Command::Export(asked) => server::block_on(ghost::run_export(asked, &blog)),
        Command::CreateUser(asked) => server::block_on(users::run(asked, &blog)),
        Command::CreateApiKey(asked) => server::block_on(api_key::run(asked, &blog)),
        Command::Doctor => server::block_on(doctor::run(&blog)),
    }
}
