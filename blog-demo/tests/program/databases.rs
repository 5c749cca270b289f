//! The program on each database: what is done by hand, and serving.

use std::path::Path;
use std::sync::LazyLock;

use lambdafy_backends::{MariaDb, PostgreSql};
use lambdafy_emulator::FrontDoor;
use serde_json::Value;

use crate::blog_folder::{BlogFolder, PASSWORD};
use crate::running::{Server, function};
use crate::serving::fetch;

static POSTGRES: LazyLock<PostgreSql> = LazyLock::new(|| PostgreSql::builder().start().unwrap());
static MARIADB: LazyLock<MariaDb> = LazyLock::new(|| MariaDb::builder().start().unwrap());

/// In a name that each database has to give back as it is.
const NAME: &str = "Zoë \u{1f4da} 'O\"Neil\\";

#[tokio::test(flavor = "multi_thread")]
async fn all_commands_work_on_mariadb() {
    let work = || {
        let urls = ["one", "two"].map(|name| {
            let sql = format!("CREATE DATABASE {name}; GRANT ALL ON {name}.* TO app");
            MARIADB.execute(&sql).unwrap();
            MARIADB.url().replace("/app?", &format!("/{name}?"))
        });
        by_hand("MySql", &MARIADB.authority_file(), urls)
    };
    serves(tokio::task::spawn_blocking(work).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_commands_work_on_postgresql() {
    let work = || {
        let urls = ["one", "two"].map(|name| {
            POSTGRES.execute(&format!("CREATE DATABASE {name} OWNER app")).unwrap();
            POSTGRES.url().replace("/app?", &format!("/{name}?"))
        });
        by_hand("Postgres", &POSTGRES.authority_file(), urls)
    };
    serves(tokio::task::spawn_blocking(work).await.unwrap()).await;
}

/// As a server and as a function.
async fn serves(blog: BlogFolder) {
    let server = Server::start(&blog);
    let (emulator, door) = function(&blog, FrontDoor::HttpApi, &[]).await;
    let url = server.url.clone();
    let served = tokio::task::spawn_blocking(move || {
        for path in ["/", "/page/2/", "/tag/code/", "/search/?q=the"] {
            let (told, body) = fetch(&format!("{url}{path}"));
            assert!(told.starts_with("200"), "{path}: {told}");
            // The hosts differ, and with them the addresses in the page.
            let (told, by_function) = fetch(&format!("{door}{path}"));
            assert!(told.starts_with("200"), "{path} of the function: {told}");
            assert_eq!(titles(&by_function), titles(&body), "{path}");
        }
    });
    served.await.unwrap();
    emulator.stop().await;
}

/// From two empty databases to a blog that is in order, and its copy.
fn by_hand(engine: &str, authority: &Path, [url, other]: [String; 2]) -> BlogFolder {
    let mut blog = BlogFolder::empty();
    // A function does not see this machine's /tmp, where the server's is.
    let own = blog.path("ca.pem");
    std::fs::copy(authority, &own).unwrap();
    blog.set("DATABASE_URL", &url.replace(authority.to_str().unwrap(), &own));
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["seed"], &["export", "-"]] {
        let said = blog.refused(command);
        assert!(said.contains("blog-demo migrate"), "{command:?} on an empty database: {said}");
    }
    assert!(blog.said(&["migrate"]).contains("version 1 now"));
    assert!(blog.said(&["migrate"]).contains("already"));
    blog.seed();
    let user = ["create-user", "--email", "zoe@example.org", "--role", "editor", "--name", NAME];
    assert!(blog.said(&user).contains("zoe@example.org can log in"));
    assert!(blog.refused(&user).contains("--reset"));
    let again = ["create-user", "--email", "zoe@example.org", "--reset"];
    assert!(blog.said(&again).contains("password is"));
    assert_eq!(blog.said(&["create-api-key", "a front end"]).trim().len(), 26);
    let said = blog.said(&["doctor"]);
    assert!(said.contains(&format!("{engine}, schema version 1")), "{said}");
    assert!(!said.contains(PASSWORD) && !said.contains("app:"), "{said}");
    comes_back(&blog, &other);
    blog
}

/// What is exported is there again where it is imported.
fn comes_back(blog: &BlogFolder, url: &str) {
    let file = blog.path("ghost.json");
    blog.said(&["export", &file]);
    let mut other = BlogFolder::empty();
    other.set("DATABASE_URL", url);
    other.said(&["migrate"]);
    let done: Value = serde_json::from_str(&other.said(&["import", &file, "--json"])).unwrap();
    let numbers = ["posts", "pages", "tags", "users"].map(|what| done[what].as_u64().unwrap());
    assert_eq!(numbers, [12, 3, 6, 6], "{done:#}");
    let data = |blog: &BlogFolder| {
        let exported: Value = serde_json::from_str(&blog.said(&["export", "-"])).unwrap();
        exported["db"][0]["data"].clone()
    };
    let (before, after) = (data(blog), data(&other));
    assert!(after["posts"] == before["posts"], "other posts came back");
    let named =
        |data: &Value| data["users"].as_array().unwrap().iter().any(|it| it["name"] == NAME);
    assert!(named(&before) && named(&after), "the name is another one");
}

/// The headings of a page's posts.
fn titles(html: &[u8]) -> Vec<String> {
    let html = String::from_utf8(html.to_vec()).unwrap();
    let titles = html.split("class=\"card-title\"").skip(1);
    let titles: Vec<_> = titles.map(|part| part.split("</a>").next().unwrap().to_owned()).collect();
    assert!(!titles.is_empty(), "no titles in {html}");
    titles
}

#[test]
fn a_server_that_takes_text_for_something_else_is_refused() {
    let database = MariaDb::builder()
        .setting("character-set-client-handshake", "OFF")
        .setting("character-set-server", "latin1")
        .start()
        .unwrap();
    let mut blog = BlogFolder::empty();
    blog.set("DATABASE_URL", &database.url());
    let refusal = blog.refused(&["migrate"]);
    assert!(refusal.contains("utf8mb4"), "{refusal}");
    assert_eq!(database.execute("SHOW TABLES IN app").unwrap(), "", "nothing was made");

    // One that was told so later.
    database.execute("SET GLOBAL character_set_client = utf8mb4").unwrap();
    blog.said(&["migrate"]);
    database.execute("SET GLOBAL character_set_client = latin1").unwrap();
    let refusal = blog.refused(&["seed", "--posts", "1"]);
    assert!(refusal.contains("utf8mb4"), "{refusal}");
}
