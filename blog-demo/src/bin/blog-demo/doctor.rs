//! `blog-demo doctor`: what is in order, and what to do about the rest.

use anyhow::ensure;
use blog_demo::Blog;
use blog_demo::database::Database;
use blog_demo::model::{Role, now};
use blog_demo::store::Store;
use blog_demo::theme::Theme;

use crate::database;
use crate::options::BlogOptions;

/// Looks at everything.
///
/// # Errors
/// If something is not in order.
pub(crate) async fn run(options: &BlogOptions) -> anyhow::Result<()> {
    let mut findings = Findings { failures: 0 };
    let database = database::open(&options.database_url)?;
    let is_usable = findings.database(&database).await;
    let blog = Blog::new(Store::new(database.clone()), options.config()?);
    if is_usable {
        findings.content(blog.store()).await;
    }
    findings.theme(&blog);
    findings.images(&blog).await;
    database.close().await;
    ensure!(findings.failures == 0, "{} of these need(s) attention", findings.failures);
    Ok(())
}

struct Findings {
    failures: u32,
}

impl Findings {
    fn say(&mut self, what: &str, found: Result<String, String>) {
        let (sign, text) = match found {
            Ok(text) => ("ok  ", text),
            Err(text) => {
                self.failures += 1;
                ("BAD ", text)
            }
        };
        println!("{sign} {what}: {text}");
    }

    /// Whether it can be asked further.
    async fn database(&mut self, database: &Database) -> bool {
        let expected = database.expected_version();
        let found = match database::version(database).await {
            Ok(0) => Err("there is no schema yet: run `blog-demo migrate`".to_owned()),
            Ok(found) if found < expected => {
                Err(format!("the schema has version {found}: run `blog-demo migrate`"))
            }
            Ok(found) if found > expected => Err(format!(
                "the schema has version {found}, newer than this program's {expected}: deploy the \
                 newer program"
            )),
            Ok(found) => Ok(format!("{:?}, schema version {found}", database.engine())),
            Err(error) => Err(format!("{error:#}")),
        };
        let is_usable = found.is_ok();
        self.say("database", found);
        is_usable
    }

    async fn content(&mut self, store: &Store) {
        let users = store.users(now()).await.map_err(|error| error.to_string());
        let users = users.and_then(|users| {
            let can_enter = |role: Role| {
                let is_one = |user: &blog_demo::model::User| {
                    user.role == role && user.is_active && user.password_hash.is_some()
                };
                users.iter().any(|counted| is_one(&counted.user))
            };
            if can_enter(Role::Owner) {
                return Ok(format!("{}, with an owner who can log in", users.len()));
            }
            Err("no owner can log in: run `blog-demo create-user --role owner --email ADDRESS`"
                .to_owned())
        });
        self.say("users", users);
        let site = store.site().await.map_err(|error| error.to_string());
        self.say("settings", site.map(|site| format!("\"{}\"", site.settings.title)));
    }

    fn theme(&mut self, blog: &Blog) {
        let names = Theme::template_names();
        let compiled = blog.theme().compile(names.iter().map(String::as_str));
        let found = compiled.map(|()| format!("{} templates", names.len()));
        self.say("theme", found.map_err(|error| error.to_string()));
    }

    async fn images(&mut self, blog: &Blog) {
        let storage = blog.media().storage();
        let found = storage.probe().await.map(|()| storage.to_string());
        self.say("images", found.map_err(|error| format!("{storage} can't be written: {error}")));
    }
}
