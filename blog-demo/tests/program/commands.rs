//! What is done by hand.

use serde_json::Value;

use crate::blog_folder::{BlogFolder, PASSWORD};

#[test]
fn a_sample_is_made_once_and_found_in_order() {
    let blog = BlogFolder::seeded();
    let said = blog.said(&["doctor"]);
    for part in ["Sqlite, schema version", "5, with an owner who can log in", "Slow Tide"] {
        assert!(said.contains(part), "{said}");
    }
    assert!(blog.refused(&["seed"]).contains("not empty"));
    assert_eq!(blog.said(&["seed", "--if-empty"]), "");
    assert!(blog.said(&["migrate"]).contains("already"));
}

#[test]
fn a_blog_comes_out_and_goes_in_again() {
    let blog = BlogFolder::seeded();
    let file = blog.path("ghost.json");
    blog.said(&["export", &file]);
    let other = BlogFolder::empty();
    let done: Value = serde_json::from_str(&other.said(&["import", &file, "--json"])).unwrap();
    let numbers = ["posts", "pages", "tags", "users"].map(|what| done[what].as_u64().unwrap());
    assert_eq!(numbers, [12, 3, 6, 5], "{done:#}");
    let (before, after) = (blog.said(&["export", "-"]), other.said(&["export", "-"]));
    let data = |json: &str| serde_json::from_str::<Value>(json).unwrap()["db"][0]["data"].clone();
    assert!(data(&after)["posts"] == data(&before)["posts"], "other posts came back");
    assert_eq!(data(&after)["settings"], data(&before)["settings"]);
}

#[test]
fn users_are_made_and_given_new_passwords() {
    let blog = BlogFolder::empty();
    let said = blog.said(&["create-user", "--email", "Eva@example.org", "--role", "owner"]);
    assert!(said.contains("eva@example.org can log in") && said.contains("password is"), "{said}");
    let twice = blog.refused(&["create-user", "--email", "eva@example.org"]);
    assert!(twice.contains("--reset"), "{twice}");
    blog.said(&["create-user", "--email", "eva@example.org", "--reset"]);
    let nobody = blog.refused(&["create-user", "--email", "nobody@example.org", "--reset"]);
    assert!(nobody.contains("no user"), "{nobody}");
    let mut command = blog.command();
    command.env("BLOG_PASSWORD", "short").args(["create-user", "--email", "a@b.c"]);
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("BLOG_PASSWORD") && said.contains("at least"), "{said}");
    let key = blog.said(&["create-api-key", "a front end"]);
    assert_eq!(key.trim().len(), 26);
}

#[test]
fn an_error_says_what_to_do_and_no_secret() {
    let blog = BlogFolder::empty();
    let with = |url: &str| {
        let mut command = blog.command();
        let output = command.env("DATABASE_URL", url).arg("doctor").output().unwrap();
        String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap()
    };
    let unknown = with("oracle://app:hunter2@db/blog");
    assert!(unknown.contains("sqlite:blog.db") && !unknown.contains("hunter2"), "{unknown}");
    let away = with("mysql://app:hunter2@127.0.0.1:1/blog");
    assert!(away.contains("is it running") && !away.contains("hunter2"), "{away}");
    assert!(!format!("{away}{unknown}").contains(PASSWORD));
    let missing = blog.refused(&["import", "/nowhere.json"]);
    assert!(missing.contains("/nowhere.json can't be read"), "{missing}");
    let busy = blog.refused(&["serve", "--listen", "203.0.113.1:80"]);
    assert!(busy.contains("--listen"), "{busy}");
}
