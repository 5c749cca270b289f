//! The first set-up, logging in and out.

use axum::http::StatusCode;
use blog_demo::Config;
use blog_demo::model::{Role, now};

use crate::client::{Client, OWNER, PASSWORD};
use crate::databases::{on_every_database, sqlite};

on_every_database! {
    async fn a_new_blog_is_set_up_once_and_closed_afterwards(store: Store) {
        let client = Client::new(&store);
        assert!(client.get("/admin").await.leads_to("/admin/login"));
        assert!(client.get("/admin/login").await.leads_to("/admin/setup"));
        let answer = client.set_up(OWNER).await;
        assert!(answer.leads_to("/admin/posts"), "{answer:?}");
        assert_eq!(client.get("/admin/posts").await.status, StatusCode::OK);
        assert_eq!(store.site().await.unwrap().settings.title, "My blog");
        assert_eq!(client.get("/admin/setup").await.status, StatusCode::NOT_FOUND);
        let late = Client::new(&store);
        late.get("/admin/login").await;
        let token = late.get("/admin/login").await.field("csrf");
        let fields = [
            ("csrf", token.as_str()),
            ("title", "Mine"),
            ("name", "Eve"),
            ("email", "eve@example.org"),
            ("password", PASSWORD),
        ];
        assert_eq!(late.post("/admin/setup", &fields).await.status, StatusCode::NOT_FOUND);
        assert_eq!(store.users(now()).await.unwrap().len(), 1);
    }

    async fn of_many_who_set_up_at_once_one_becomes_owner(store: Store) {
        let clients: Vec<_> = (0..4).map(|_| Client::new(&store)).collect();
        for client in &clients {
            client.get("/admin/setup").await;
        }
        let (a, b, c, d) = tokio::join!(
            clients[0].set_up("a@example.org"),
            clients[1].set_up("b@example.org"),
            clients[2].set_up("c@example.org"),
            clients[3].set_up("d@example.org"),
        );
        let winners = [&a, &b, &c, &d].iter().filter(|answer| answer.leads_to("/admin/posts")).count();
        assert_eq!(winners, 1, "{a:?} {b:?} {c:?} {d:?}");
        assert_eq!(store.users(now()).await.unwrap().len(), 1);
    }

    async fn whoever_knows_the_password_gets_in_and_out_again(store: Store) {
        Client::owner(&store).await;
        let client = Client::new(&store);
        let answer = client.get("/admin/posts/new?kind=page").await;
        assert_eq!(answer.location(), "/admin/login?next=%2Fadmin%2Fposts%2Fnew%3Fkind%3Dpage");
        let wrong = client.log_in(OWNER, "wrong password", "").await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        assert!(wrong.body.contains("is wrong"));
        let answer = client.log_in(" ADA@example.org", PASSWORD, "/admin/posts/new?kind=page").await;
        assert_eq!(answer.location(), "/admin/posts/new?kind=page");
        assert_eq!(client.get("/admin/posts/new?kind=page").await.status, StatusCode::OK);
        let kept = client.cookie("session").unwrap();
        assert!(client.submit("/admin/posts", "/admin/logout", &[]).await.leads_to("/admin/login"));
        assert_eq!(client.cookie("session"), None);
        client.set_cookie("session", &kept);
        assert!(client.get("/admin/posts").await.leads_to("/admin/login"), "it ended here too");
    }

    async fn a_session_from_before_the_log_in_is_worth_nothing_after_it(store: Store) {
        Client::owner(&store).await;
        let client = Client::new(&store);
        let planted = "a".repeat(64);
        client.set_cookie("session", &planted);
        assert!(client.log_in(OWNER, PASSWORD, "").await.leads_to("/admin/posts"));
        let first = client.cookie("session").unwrap();
        assert_ne!(first, planted);
        assert!(client.log_in(OWNER, PASSWORD, "").await.leads_to("/admin/posts"));
        let attacker = Client::new(&store);
        for token in [&planted, &first] {
            attacker.set_cookie("session", token);
            assert!(attacker.get("/admin/posts").await.leads_to("/admin/login"));
        }
        assert_eq!(client.get("/admin/posts").await.status, StatusCode::OK);
    }

    async fn guessing_is_slowed_down_for_known_and_unknown_accounts_alike(store: Store) {
        Client::owner(&store).await;
        for email in [OWNER, "nobody@example.org"] {
            let client = Client::new(&store);
            let mut answers = Vec::new();
            for _ in 0..8 {
                let answer = client.log_in(email, "wrong password", "").await;
                answers.push((answer.status.as_u16(), !answer.header("retry-after").is_empty()));
            }
            let (wrong, blocked) = ((401, false), (429, true));
            let mut expected = vec![wrong; 6];
            expected.extend([blocked; 2]);
            assert_eq!(answers, expected, "{email}");
        }
        let right = Client::new(&store).log_in(OWNER, PASSWORD, "").await;
        assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS, "even with the right password");
    }

    async fn many_guesses_at_once_are_counted_like_one_after_the_other(store: Store) {
        Client::owner(&store).await;
        let client = Client::new(&store);
        let token = client.get("/admin/login").await.field("csrf");
        let fields = [("csrf", token.as_str()), ("email", OWNER), ("password", "wrong password")];
        let guess = async || client.post("/admin/login", &fields).await.status.as_u16();
        let answers = tokio::join!(
            guess(), guess(), guess(), guess(), guess(), guess(), guess(), guess(), guess(), guess()
        );
        let answers: [u16; 10] = answers.into();
        let wrong = answers.iter().filter(|status| **status == 401).count();
        let blocked = answers.iter().filter(|status| **status == 429).count();
        assert_eq!((wrong, blocked), (6, 4), "{answers:?}");
    }
}

#[tokio::test]
async fn a_set_up_token_keeps_others_out() {
    let store = sqlite().await;
    let config = Config { setup_token: Some("s3cret-token".to_owned()), ..Config::default() };
    assert!(!format!("{config:?}").contains("s3cret"));
    let client = Client::with(&store, config);
    let without = client.set_up(OWNER).await;
    assert_eq!(without.status, StatusCode::FORBIDDEN);
    assert!(!store.has_users().await.unwrap());
    let fields = [
        ("token", "s3cret-token"),
        ("title", "My blog"),
        ("name", "Ada"),
        ("email", OWNER),
        ("password", PASSWORD),
    ];
    let answer = client.submit("/admin/setup", "/admin/setup", &fields).await;
    assert!(answer.leads_to("/admin/posts"), "{answer:?}");
}

#[tokio::test]
async fn on_an_encrypted_site_cookies_are_bound_to_it() {
    let store = sqlite().await;
    Client::owner(&store).await;
    let mut client = Client::new(&store);
    client.is_https = true;
    let answer = client.log_in(OWNER, PASSWORD, "").await;
    let cookies: Vec<_> =
        answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect();
    let session = cookies.iter().find(|line| line.starts_with("__Host-session=")).unwrap();
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
        assert!(session.contains(part), "{session}");
    }
    assert_eq!(client.get("/admin/posts").await.status, StatusCode::OK);
    // What came in the clear, or from a neighbouring host, is not taken.
    let token = client.cookie("__Host-session").unwrap();
    let mut other = Client::new(&store);
    other.is_https = true;
    other.set_cookie("session", &token);
    assert!(other.get("/admin/posts").await.leads_to("/admin/login"));
}

#[tokio::test]
async fn a_user_who_is_shut_out_or_has_no_password_cannot_log_in() {
    let store = sqlite().await;
    let owner = Client::owner(&store).await;
    let author = Client::user(&store, Role::Author, "Bob").await;
    let bob = store.user_by_email("bob@example.org").await.unwrap().unwrap();
    let path = format!("/admin/users/{}", bob.id);
    let fields = [("name", "Bob"), ("email", "bob@example.org"), ("role", "author")];
    assert!(owner.submit(&path, &path, &fields).await.leads_to(&path));
    assert!(author.get("/admin/posts").await.leads_to("/admin/login"), "his session ended");
    let again = author.log_in("bob@example.org", PASSWORD, "").await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_log_in_leads_to_no_other_site() {
    let store = sqlite().await;
    Client::owner(&store).await;
    for next in
        ["https://evil.example/", "//evil.example", "/\\evil.example", "/admin//evil.example"]
    {
        let answer = Client::new(&store).log_in(OWNER, PASSWORD, next).await;
        assert_eq!(answer.location(), "/admin/posts", "{next}");
    }
}

#[tokio::test]
async fn nothing_of_the_administration_is_kept_in_a_cache() {
    let store = sqlite().await;
    let owner = Client::owner(&store).await;
    let outside = Client::new(&store);
    for answer in [
        outside.get("/admin/login").await,
        outside.get("/admin/posts").await,
        owner.get("/admin/posts").await,
        owner.get("/admin/posts/none").await,
        owner.get("/admin/settings").await,
    ] {
        assert_eq!(answer.header("cache-control"), "no-store", "{answer:?}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-frame-options"), "DENY");
    }
}
