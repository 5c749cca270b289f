//! Who is started: the program, and a site of its own.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::database::{Database, System};
use super::interrupt::Interrupt;
use super::started::Started;
use crate::contenders::{Ghost, ghost};
use crate::program;

/// A blog as a server.
#[derive(Clone, Debug)]
pub(super) enum Contender {
    /// The program, and what is put into it.
    BlogDemo(PathBuf, Sample),
    Ghost(Ghost),
}

/// Their names.
pub(super) const BLOG_DEMO: &str = "blog-demo";
pub(crate) const GHOST: &str = "ghost";
/// So many posts the home page has at most.
const ON_HOME_PAGE: u32 = 10;

/// What is in the blog of `blog-demo`.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Sample {
    /// How many posts blog-demo has.
    #[arg(long, value_name = "N", default_value_t = 200)]
    posts: u32,
    /// How many pictures they share.
    #[arg(long, value_name = "N", default_value_t = 30)]
    pictures: u32,
}

impl Contender {
    /// The contender of this name; `blog` is the program or package of `blog-demo`.
    ///
    /// # Errors
    /// If it can't be built or installed.
    pub(super) fn find(name: &str, blog: &str, sample: Sample) -> Result<Self> {
        match name {
            BLOG_DEMO => {
                let program = fs::canonicalize(program::find(blog, &[])?.path)?;
                Ok(Self::BlogDemo(program, sample))
            }
            GHOST => Ok(Self::Ghost(ghost()?)),
            _ => anyhow::bail!("no contender {name} here; there are: {BLOG_DEMO}, {GHOST}"),
        }
    }

    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::BlogDemo(..) => BLOG_DEMO,
            Self::Ghost(_) => GHOST,
        }
    }

    /// How it was run, in a sentence.
    pub(super) fn how(&self) -> String {
        match self {
            Self::BlogDemo(_, Sample { posts, pictures }) => format!(
                "{BLOG_DEMO}: `{BLOG_DEMO} serve`, after `migrate` and `seed --posts {posts} \
                 --pictures {pictures}`; the home page has {} posts",
                (*posts).min(ON_HOME_PAGE)
            ),
            Self::Ghost(Ghost { version, node_version, .. }) => format!(
                "{GHOST}: Ghost {version} from npm on Node {node_version}, `node index.js` with \
                 NODE_ENV=production, migrated by a start before; its own theme and its own two \
                 posts, no outgoing calls"
            ),
        }
    }

    fn command(&self, site: &Site) -> Command {
        match self {
            Self::BlogDemo(program, _) => {
                let mut command = Command::new(program);
                command.args(["serve", "--listen", &site.server.to_string()]);
                command.envs(blog_variables(site)).current_dir(&site.folder);
                command
            }
            Self::Ghost(ghost) => {
                let mut command = Command::new(&ghost.node);
                command.arg("index.js").current_dir(&ghost.package);
                command.envs(ghost_variables(site)).envs(site.database.variables_of_ghost());
                command
            }
        }
    }

    /// Fills the site, unmeasured.
    fn prepare(&self, site: &Site) -> Result<()> {
        match self {
            Self::BlogDemo(program, Sample { posts, pictures }) => {
                let (posts, pictures) = (posts.to_string(), pictures.to_string());
                let seed = ["seed", "--posts", &posts, "--pictures", &pictures];
                for arguments in [&["migrate"][..], &seed] {
                    let mut command = Command::new(program);
                    command.args(arguments).envs(blog_variables(site)).stdin(Stdio::null());
                    let output = command.output().context("it can't be started")?;
                    let said = String::from_utf8_lossy(&output.stderr).into_owned();
                    ensure!(output.status.success(), "{}: {said}", arguments[0]);
                }
                Ok(())
            }
            Self::Ghost(ghost) => {
                copy(&ghost.package.join("content"), &site.folder.join("content"))?;
                site.start(self).map(Started::stop)
            }
        }
    }
}

/// A contender's folder, database and address.
#[derive(Debug)]
pub(super) struct Site {
    folder: PathBuf,
    pub(super) database: Database,
    pub(super) server: SocketAddr,
    pub(super) interrupt: Interrupt,
}

impl Site {
    /// An empty one, which is then made what the contender starts with.
    ///
    /// # Errors
    /// If there is no room, MariaDB is not installed, or the contender fails; if a signal comes.
    pub(super) fn new(
        contender: &Contender,
        system: System,
        folder: &Path,
        interrupt: &Interrupt,
    ) -> Result<Self> {
        interrupt.check()?;
        let folder = folder.join(format!("{}-{}", contender.name(), system.name()));
        fs::create_dir_all(&folder).with_context(|| format!("no folder {}", folder.display()))?;
        let database = Database::new(system, folder.join("blog.db"))?;
        let free = TcpListener::bind("127.0.0.1:0").context("no free port")?;
        let server = free.local_addr()?;
        let site = Self { folder, database, server, interrupt: interrupt.clone() };
        drop(free);
        contender.prepare(&site)?;
        Ok(site)
    }

    /// Starts the contender.
    ///
    /// # Errors
    /// If it does not answer; if a signal comes.
    pub(super) fn start(&self, contender: &Contender) -> Result<Started> {
        let log = self.folder.join("server.log");
        Started::new(&mut contender.command(self), self.server, &log, &self.interrupt)
    }

    /// A folder of the site's files.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

fn blog_variables(site: &Site) -> [(&'static str, String); 2] {
    [
        ("DATABASE_URL", site.database.url()),
        ("BLOG_IMAGES", site.path("images").display().to_string()),
    ]
}

/// Its configuration by variables; nothing of it leaves the machine.
fn ghost_variables(site: &Site) -> [(&'static str, String); 9] {
    let nowhere = "http://127.0.0.1:1/".to_owned();
    [
        ("NODE_ENV", "production".to_owned()),
        ("url", format!("http://{}/", site.server)),
        ("server__host", site.server.ip().to_string()),
        ("server__port", site.server.port().to_string()),
        ("paths__contentPath", site.path("content").display().to_string()),
        ("logging__transports", "[\"stdout\"]".to_owned()),
        ("privacy__useUpdateCheck", "false".to_owned()),
        ("explore__update_url", nowhere.clone()),
        ("explore__testimonials_url", nowhere),
    ]
}

/// A folder with all in it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("can't make {}", to.display()))?;
    for entry in from.read_dir().with_context(|| format!("can't read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).context("can't copy a file")?;
        }
    }
    Ok(())
}
