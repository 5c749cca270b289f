//! `blog-demo create-user`.

use anyhow::{Context, bail};
use blog_demo::auth::Password;
use blog_demo::model::{Role, new_secret};
use blog_demo::store::{NewUser, Store};
use clap::{Args, ValueEnum};

use crate::database;
use crate::options::BlogOptions;

#[derive(Args, Clone)]
pub(crate) struct CreateUser {
    /// The address to log in with
    #[arg(long)]
    email: String,
    /// The name that readers see; that before the @ unless it is given
    #[arg(long)]
    name: Option<String>,
    #[arg(long, value_enum, default_value_t = UserRole::Author)]
    role: UserRole,
    /// The password; one is made and printed unless it is given
    #[arg(long, env = "BLOG_PASSWORD", hide_env_values = true, hide = true)]
    password: Option<String>,
    /// Gives a user who is there a new password, and ends all sessions of theirs
    #[arg(long)]
    reset: bool,
}

impl std::fmt::Debug for CreateUser {
    /// Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreateUser").field("role", &self.role).finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum UserRole {
    Author,
    Editor,
    Owner,
}

/// Makes a user, or gives one a new password.
///
/// # Errors
/// If the address is taken or not there, the password too simple, or the database can't be written.
pub(crate) async fn run(asked: CreateUser, options: &BlogOptions) -> anyhow::Result<()> {
    let database = database::open(&options.database_url)?;
    database::check_schema(&database).await?;
    let store = Store::new(database.clone());
    let made = asked.password.is_none().then(|| new_secret().chars().take(24).collect());
    let password = asked.password.or_else(|| made.clone()).unwrap_or_default();
    let hash = Password::new(&password).context("BLOG_PASSWORD")?.hash().await?;
    let email = match store.user_by_email(&asked.email).await? {
        Some(mut user) if asked.reset => {
            user.password_hash = Some(hash);
            store.save_user(&user).await?.email
        }
        Some(_) => bail!("there is a user of this address: --reset gives them a new password"),
        None if asked.reset => bail!("there is no user of this address"),
        None => {
            let before_at = asked.email.split('@').next().unwrap_or_default().to_owned();
            let new = NewUser {
                name: asked.name.unwrap_or(before_at),
                email: asked.email,
                password_hash: Some(hash),
                role: match asked.role {
                    UserRole::Author => Role::Author,
                    UserRole::Editor => Role::Editor,
                    UserRole::Owner => Role::Owner,
                },
            };
            store.create_user(&new).await?.email
        }
    };
    database.close().await;
    println!("{email} can log in at /admin.");
    if let Some(made) = made {
        println!("The password is {made}: it is shown only here.");
    }
    Ok(())
}
