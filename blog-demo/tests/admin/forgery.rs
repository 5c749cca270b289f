//! Requests that another site has the browser send.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use blog_demo::model::now;
use blog_demo::store::Selection;

use crate::client::{Client, OWNER, PASSWORD};
use crate::databases::sqlite;

/// Every address that changes something.
const ACTIONS: [&str; 21] = [
    "/admin/images",
    "/admin/images/direct",
    "/admin/images/direct/done",
    "/admin/logout",
    "/admin/posts",
    "/admin/posts/autosave",
    "/admin/posts/ID",
    "/admin/posts/ID/autosave",
    "/admin/posts/ID/discard",
    "/admin/posts/ID/delete",
    "/admin/preview",
    "/admin/tags/ID",
    "/admin/tags/ID/delete",
    "/admin/users",
    "/admin/users/ID",
    "/admin/users/ID/invitation",
    "/admin/profile",
    "/admin/profile/account",
    "/admin/settings",
    "/admin/login",
    "/admin/setup",
];

#[tokio::test]
async fn without_the_token_of_the_session_nothing_is_changed() {
    let store = sqlite().await;
    let owner = Client::owner(&store).await;
    let other = Client::new(&store);
    other.log_in(OWNER, PASSWORD, "").await;
    let others = other.get("/admin/posts").await.field("csrf");
    let id = owner.write("One", "text", "save").await;
    for action in ACTIONS {
        let path = action.replace("ID", &id);
        for token in ["", "0", "null", &"a".repeat(64), others.as_str()] {
            let fields = [("csrf", token), ("title", "x"), ("version", "1")];
            let answer = owner.post(&path, &fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {token}: {answer:?}");
        }
    }
    assert_eq!(store.post(&id, now()).await.unwrap().unwrap().version, 1);
}

#[tokio::test]
async fn even_with_the_token_another_site_is_refused() {
    let store = sqlite().await;
    let owner = Client::owner(&store).await;
    let token = owner.get("/admin/posts/new").await.field("csrf");
    let fields = [("csrf", token.as_str()), ("title", "forged"), ("source", "x")];
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        for action in ACTIONS {
            let request = Request::post(action).header(name, value);
            let answer = owner.send_form(request, &fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{action} {name}: {value}");
        }
    }
    let (posts, _) = store.selected(&Selection::default(), now(), 9, 0).await.unwrap();
    assert_eq!(posts, []);
}

#[tokio::test]
async fn a_log_in_form_counts_only_in_the_browser_that_fetched_it() {
    let store = sqlite().await;
    Client::owner(&store).await;
    let attacker = Client::new(&store);
    let token = attacker.get("/admin/login").await.field("csrf");
    let fields = [("csrf", token.as_str()), ("email", OWNER), ("password", PASSWORD)];
    let victim = Client::new(&store);
    assert_eq!(victim.post("/admin/login", &fields).await.status, StatusCode::FORBIDDEN);
    victim.get("/admin/login").await;
    assert_eq!(victim.post("/admin/login", &fields).await.status, StatusCode::FORBIDDEN);
    assert_eq!(victim.cookie("session"), None);
}

#[tokio::test]
async fn nothing_is_changed_by_following_a_link() {
    let store = sqlite().await;
    let owner = Client::owner(&store).await;
    let id = owner.write("One", "text", "save").await;
    for action in ACTIONS {
        owner.get(&action.replace("ID", &id)).await;
    }
    assert_eq!(store.post(&id, now()).await.unwrap().unwrap().version, 1);
    assert_eq!(owner.get("/admin/posts").await.status, StatusCode::OK, "still logged in");
}

#[tokio::test]
async fn other_bodies_and_methods_are_refused() {
    let store = sqlite().await;
    let owner = Client::owner(&store).await;
    let token = owner.get("/admin/posts/new").await.field("csrf");
    for kind in ["text/plain", "application/json", "multipart/form-data; boundary=x", ""] {
        let body = format!("csrf={token}&title=x");
        let request = Request::post("/admin/posts").header("content-type", kind);
        let answer = owner.send(request, Body::from(body)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{kind}");
        let request = Request::post("/admin/posts")
            .header("content-type", kind)
            .header("x-csrf-token", token.as_str());
        let answer = owner.send(request, Body::from("title=x")).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
    for method in ["PUT", "DELETE", "PATCH"] {
        let request = Request::builder().method(method).uri("/admin/posts");
        let status = owner.send(request, Body::empty()).await.status;
        assert!(status.is_client_error(), "{method}: {status}");
    }
}

#[tokio::test]
async fn who_is_logged_out_while_writing_gets_the_text_back() {
    let store = sqlite().await;
    let owner = Client::owner(&store).await;
    let page = owner.get("/admin/posts/new").await;
    let token = page.field("csrf");
    let text = "A long <b>text</b>";
    let fields = [("csrf", token.as_str()), ("title", "x"), ("source", text)];
    let kept = owner.cookie("session").unwrap();
    owner.set_cookie("session", &"b".repeat(64));
    let answer = owner.post("/admin/posts", &fields).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.body.contains("A long &lt;b&gt;text&lt;/b&gt;"), "{}", answer.body);
    owner.set_cookie("session", &kept);
    let again = owner.post("/admin/posts", &fields).await;
    assert!(again.leads_to("/admin/posts/"), "{again:?}");
}

#[tokio::test]
async fn an_upload_needs_the_token_too() {
    let store = sqlite().await;
    let owner = Client::owner(&store).await;
    let token = owner.get("/admin/posts/new").await.field("csrf");
    let upload = async |name: &str, token: &str, query: &str| {
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n\
             --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n\
             no picture\r\n--x--\r\n"
        );
        let request = Request::post(format!("/admin/images{query}"))
            .header("content-type", "multipart/form-data; boundary=x")
            .header(name, token);
        owner.send(request, Body::from(body)).await.status
    };
    assert_eq!(upload("x-other", &token, "").await, StatusCode::FORBIDDEN);
    assert_eq!(upload("x-csrf-token", "0", "").await, StatusCode::FORBIDDEN);
    let query = format!("?csrf={token}");
    assert_eq!(upload("x-other", &token, &query).await, StatusCode::FORBIDDEN);
    let refused = upload("x-csrf-token", &token, "").await;
    assert_eq!(refused, StatusCode::UNSUPPORTED_MEDIA_TYPE, "it is no picture");
    let nobody = Client::new(&store);
    let request = Request::post("/admin/images").header("x-csrf-token", token.as_str());
    assert_eq!(nobody.send(request, Body::empty()).await.status, StatusCode::UNAUTHORIZED);
}
