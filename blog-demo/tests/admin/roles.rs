//! What each role reaches: every page and every action, through the router.

use axum::http::StatusCode;
use blog_demo::model::{Role, now};

use crate::client::{Answer, Client, OWNER};
use crate::databases::sqlite;

/// Whether a role gets further than the door.
fn is_let_in(answer: &Answer) -> bool {
    answer.status != StatusCode::FORBIDDEN && answer.status != StatusCode::UNAUTHORIZED
}

#[tokio::test]
async fn each_role_reaches_what_the_table_says_and_nothing_else() {
    let store = sqlite().await;
    let owner = Client::owner(&store).await;
    let editor = Client::user(&store, Role::Editor, "Bob").await;
    let author = Client::user(&store, Role::Author, "Cleo").await;
    let theirs = owner.write("The owner's", "x", "publish").await;
    let own = author.write("The author's", "x", "save").await;
    owner.change(&theirs, &[("source", "y"), ("tags", "Rust")]).await;
    let tag = store.tag("rust").await.unwrap().unwrap().id;
    let bob = store.user_by_email("bob@example.org").await.unwrap().unwrap().id;
    let revision = store.revisions(&theirs).await.unwrap().remove(0).id;
    // A page or an action, then whether authors, editors, owners get to it.
    let table = [
        ("GET /admin/posts".to_owned(), [true, true, true]),
        ("GET /admin/posts/new".to_owned(), [true, true, true]),
        ("GET /admin/posts?kind=page".to_owned(), [false, true, true]),
        ("GET /admin/posts/new?kind=page".to_owned(), [false, true, true]),
        (format!("GET /admin/posts/{own}"), [true, true, true]),
        (format!("GET /admin/posts/{theirs}"), [false, true, true]),
        (format!("GET /admin/posts/{theirs}/revisions"), [false, true, true]),
        (format!("GET /admin/posts/{theirs}/revisions/{revision}"), [false, true, true]),
        (format!("GET /admin/posts/{own}/revisions"), [true, true, true]),
        (format!("GET /admin/posts/{theirs}/delete"), [false, true, true]),
        ("GET /admin/tags".to_owned(), [false, true, true]),
        (format!("GET /admin/tags/{tag}"), [false, true, true]),
        ("GET /admin/users".to_owned(), [false, false, true]),
        (format!("GET /admin/users/{bob}"), [false, false, true]),
        ("GET /admin/settings".to_owned(), [false, false, true]),
        ("GET /admin/profile".to_owned(), [true, true, true]),
        ("POST /admin/preview".to_owned(), [true, true, true]),
        (format!("POST /admin/posts/{theirs}"), [false, true, true]),
        (format!("POST /admin/posts/{theirs}/autosave"), [false, true, true]),
        (format!("POST /admin/posts/{theirs}/discard"), [false, true, true]),
        (format!("POST /admin/posts/{own}/autosave"), [true, true, true]),
        ("POST /admin/posts kind=page".to_owned(), [false, true, true]),
        ("POST /admin/posts/autosave kind=page".to_owned(), [false, true, true]),
        (format!("POST /admin/tags/{tag}"), [false, true, true]),
        (format!("POST /admin/users/{bob}/invitation"), [false, false, true]),
        ("POST /admin/users".to_owned(), [false, false, true]),
        ("POST /admin/settings".to_owned(), [false, false, true]),
        ("POST /admin/profile".to_owned(), [true, true, true]),
    ];
    for (target, allowed) in table {
        for (client, allowed) in [&author, &editor, &owner].into_iter().zip(allowed) {
            let answer = ask(client, &target).await;
            assert_eq!(is_let_in(&answer), allowed, "{target}: {answer:?}");
        }
    }
    let gone = ["delete", "tag"];
    for (target, kind) in [
        (format!("POST /admin/posts/{theirs}/delete"), gone[0]),
        (format!("POST /admin/tags/{tag}/delete"), gone[1]),
    ] {
        assert!(!is_let_in(&ask(&author, &target).await), "{kind}");
        assert!(is_let_in(&ask(&editor, &target).await), "{kind}");
    }
}

async fn ask(client: &Client, target: &str) -> Answer {
    let mut parts = target.split(' ');
    let (method, path) = (parts.next().unwrap(), parts.next().unwrap());
    if method == "GET" {
        return client.get(path).await;
    }
    let mut fields: Vec<(&str, &str)> = parts.filter_map(|pair| pair.split_once('=')).collect();
    // A version that nobody has: nothing is saved by accident.
    fields.extend([("version", "1000"), ("title", "x"), ("name", ""), ("format", "markdown")]);
    client.submit("/admin/posts", path, &fields).await
}

#[tokio::test]
async fn an_author_does_not_get_further_by_fields_that_the_form_does_not_have() {
    let store = sqlite().await;
    let owner = Client::owner(&store).await;
    let author = Client::user(&store, Role::Author, "Cleo").await;
    let ada = store.user_by_email(OWNER).await.unwrap().unwrap();
    // A post by somebody else.
    let fields = [
        ("title", "By whom?"),
        ("has_authors", "1"),
        ("authors", ada.id.as_str()),
        ("source", "x"),
    ];
    let answer = author.submit("/admin/posts/new", "/admin/posts", &fields).await;
    let id = answer.location().strip_prefix("/admin/posts/").unwrap()[..24].to_owned();
    let post = store.post(&id, now()).await.unwrap().unwrap();
    assert_eq!(post.authors[0].name, "Cleo");
    // A post that becomes a page.
    author.change(&id, &[("source", "x"), ("kind", "page")]).await;
    let post = store.post(&id, now()).await.unwrap().unwrap();
    assert_eq!(post.kind, blog_demo::model::Kind::Post);
    // Another role, or another's profile.
    let fields = [
        ("name", "Cleo"),
        ("role", "owner"),
        ("id", ada.id.as_str()),
        ("is_active", "1"),
        ("email", "x@example.org"),
        ("password_hash", "x"),
    ];
    author.submit("/admin/profile", "/admin/profile", &fields).await;
    let cleo = store.user_by_email("cleo@example.org").await.unwrap().unwrap();
    assert_eq!(cleo.role, Role::Author);
    assert_eq!(store.user(&ada.id).await.unwrap().unwrap().name, "Ada");
    // The list of all posts.
    owner.write("Secret plans", "x", "save").await;
    let list = author.get(&format!("/admin/posts?author={}", ada.id)).await;
    assert!(!list.body.contains("Secret plans"), "{}", list.body);
    let list = author.get("/admin/posts?q=secret").await;
    assert!(!list.body.contains("Secret plans"), "{}", list.body);
}

#[tokio::test]
async fn a_revision_is_read_only_with_its_own_post() {
    let store = sqlite().await;
    let owner = Client::owner(&store).await;
    let author = Client::user(&store, Role::Author, "Cleo").await;
    let secret = owner.write("Secret", "the secret text", "save").await;
    owner.change(&secret, &[("source", "another")]).await;
    let revision = store.revisions(&secret).await.unwrap().remove(0).id;
    let own = author.write("Own", "x", "save").await;
    for path in [
        format!("/admin/posts/{own}/revisions/{revision}"),
        format!("/admin/posts/{own}?revision={revision}"),
    ] {
        let answer = author.get(&path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!answer.body.contains("the secret text"), "{path}");
    }
}

#[tokio::test]
async fn a_role_that_is_taken_away_counts_at_once() {
    let store = sqlite().await;
    let owner = Client::owner(&store).await;
    let editor = Client::user(&store, Role::Editor, "Bob").await;
    assert_eq!(editor.get("/admin/tags").await.status, StatusCode::OK);
    let bob = store.user_by_email("bob@example.org").await.unwrap().unwrap();
    let path = format!("/admin/users/{}", bob.id);
    let fields =
        [("name", "Bob"), ("email", "bob@example.org"), ("role", "author"), ("is_active", "1")];
    assert!(owner.submit(&path, &path, &fields).await.leads_to(&path));
    assert!(editor.get("/admin/tags").await.leads_to("/admin/login"));
}
