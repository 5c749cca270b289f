//! What an attacker would send.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use blog_demo::model::{Role, now};

use crate::client::Client;
use crate::databases::{on_every_database, sqlite};

const ATTACKS: [&str; 6] = [
    "\"><script>alert(1)</script><img src=x onerror=alert(1)>'",
    "</textarea><script>alert(1)</script>",
    "</title></option></select><svg onload=alert(1)>",
    "'; DROP TABLE posts; -- \\",
    "' OR '1'='1",
    "{{ 7*7 }}{% include 'base.html' %}\0\u{202e}\u{feff}%00%0d%0aSet-Cookie: a=b",
];

/// Each form with its fields.
const FORMS: [(&str, &[&str]); 6] = [
    (
        "/admin/posts/POST",
        &[
            "title",
            "slug",
            "source",
            "format",
            "kind",
            "tags",
            "publish_at",
            "version",
            "custom_excerpt",
            "cover_image",
            "cover_alt",
            "cover_caption",
            "meta_title",
            "meta_description",
            "canonical_url",
            "action",
            "authors",
            "is_featured",
        ],
    ),
    (
        "/admin/tags/TAG",
        &["name", "slug", "description", "image", "meta_title", "meta_description"],
    ),
    ("/admin/users/BOB", &["name", "email", "role", "is_active"]),
    ("/admin/users", &["name", "email", "role"]),
    ("/admin/profile", &["name", "slug", "bio", "image", "website", "location"]),
    (
        "/admin/settings",
        &[
            "title",
            "description",
            "language",
            "timezone",
            "accent_color",
            "logo",
            "icon",
            "cover_image",
            "navigation_label",
            "navigation_url",
            "meta_title",
            "meta_description",
            "twitter",
            "posts_per_page",
        ],
    ),
];

/// What the other fields hold, so that a form gets as far as it can.
const GOOD: [(&str, &str); 13] = [
    ("name", "Bob"),
    ("email", "bob@example.org"),
    ("role", "author"),
    ("is_active", "1"),
    ("language", "en"),
    ("timezone", "UTC"),
    ("posts_per_page", "10"),
    ("title", "Title"),
    ("source", "text"),
    ("format", "markdown"),
    ("tags", "Tag"),
    ("navigation_label", "Home"),
    ("navigation_url", "/"),
];

/// Where what was sent may show.
const PAGES: [&str; 12] = [
    "/admin/posts",
    "/admin/tags",
    "/admin/users",
    "/admin/settings",
    "/admin/profile",
    "/admin/posts/POST",
    "/admin/posts/POST/revisions",
    "/admin/posts/POST/delete",
    "/",
    "/archive/",
    "/rss/",
    "/sitemap.xml",
];

/// No text of an attack stands in a page as markup, and none was taken for a template.
fn check(page: &str, what: &str) {
    let lower = page.to_lowercase();
    for bad in
        ["<script>alert", "<img src=x", "<svg onload", "href=\"javascript:", "src=\"javascript:"]
    {
        assert!(!lower.contains(bad), "{what}: {page}");
    }
    assert!(!page.contains("49{%"), "{what}: {page}");
}

on_every_database! {
    async fn no_field_of_any_form_becomes_markup_a_statement_or_a_fault(store: Store) {
        let owner = Client::owner(&store).await;
        let id = owner.write("Target", "x", "publish").await;
        owner.change(&id, &[("source", "x"), ("tags", "Tag")]).await;
        let tag = store.tag("tag").await.unwrap().unwrap().id;
        Client::user(&store, Role::Author, "Bob").await;
        let bob = store.user_by_email("bob@example.org").await.unwrap().unwrap().id;
        for (action, names) in FORMS {
            let action = action.replace("POST", &id).replace("TAG", &tag).replace("BOB", &bob);
            for attack in ATTACKS {
                for name in names {
                    let version = store.post(&id, now()).await.unwrap().unwrap().version.to_string();
                    let good = GOOD.into_iter().filter(|(other, _)| other != name);
                    let mut fields: Vec<_> = good.collect();
                    fields.extend([(*name, attack), ("version", version.as_str())]);
                    let answer = owner.submit("/admin/posts", &action, &fields).await;
                    let label = format!("{action} {name} = {attack}");
                    assert!(!answer.status.is_server_error(), "{label}: {answer:?}");
                    check(&answer.body, &label);
                }
                for page in PAGES {
                    let page = page.replace("POST", &id);
                    let answer = owner.get(&page).await;
                    let label = format!("{page} after {action} {attack}");
                    assert_eq!(answer.status, StatusCode::OK, "{label}");
                    check(&answer.body, &label);
                }
            }
        }
    }

    async fn no_address_becomes_markup_a_statement_or_a_fault(store: Store) {
        let owner = Client::owner(&store).await;
        let id = owner.write("Target", "x", "publish").await;
        for attack in ATTACKS {
            let encoded: String = form_urlencoded::byte_serialize(attack.as_bytes()).collect();
            let encoded = encoded.replace('+', "%20");
            for path in [
                format!("/admin/login?next={encoded}"),
                format!("/admin/posts?q={encoded}"),
                format!("/admin/posts?tag={encoded}"),
                format!("/admin/posts?author={encoded}"),
                format!("/admin/posts?kind={encoded}&status={encoded}&page={encoded}"),
                format!("/admin/posts?done={encoded}"),
                format!("/admin/posts/{encoded}"),
                format!("/admin/posts/{id}?revision={encoded}"),
                format!("/admin/posts/{id}/revisions/{encoded}"),
                format!("/admin/tags/{encoded}"),
                format!("/admin/users/{encoded}"),
                format!("/admin/invitation/{encoded}"),
                format!("/{encoded}/"),
                format!("/tag/{encoded}/"),
                format!("/author/{encoded}/"),
                format!("/search/?q={encoded}"),
                format!("/page/{encoded}/"),
            ] {
                let answer = owner.get(&path).await;
                assert!(!answer.status.is_server_error(), "{path}: {answer:?}");
                assert!(answer.headers.get("set-cookie").is_none_or(|it| !it.as_bytes().starts_with(b"a=")));
                check(&answer.body, &path);
            }
        }
        assert!(store.post(&id, now()).await.unwrap().is_some(), "the table is there");
    }

    async fn attacks_on_the_log_in_end_as_wrong_passwords(store: Store) {
        Client::owner(&store).await;
        for attack in ATTACKS {
            for (email, password) in [(attack, "x"), ("ada@example.org", attack), (attack, attack)] {
                let answer = Client::new(&store).log_in(email, password, attack).await;
                let status = answer.status.as_u16();
                assert!(matches!(status, 401 | 429), "{attack}: {answer:?}");
                check(&answer.body, attack);
            }
        }
    }
}

#[tokio::test]
async fn a_text_that_is_too_long_is_refused_and_the_program_lives_on() {
    let store = sqlite().await;
    let owner = Client::owner(&store).await;
    let token = owner.get("/admin/posts/new").await.field("csrf");
    let send = async |body: String| {
        let request = Request::post("/admin/posts")
            .header("origin", "http://blog.example")
            .header("content-type", "application/x-www-form-urlencoded");
        owner.send(request, Body::from(body)).await.status
    };
    let long = "x".repeat((2 << 20) + 1);
    let status = send(format!("csrf={token}&title=x&source={long}")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let longer = "x".repeat(8 << 20);
    let status = send(format!("csrf={token}&title=x&source={longer}")).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let many = "&a=b".repeat(200_000);
    let status = send(format!("csrf={token}&title=x&source=y{many}")).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let broken = "%%%&=&==&&%zz=%f0%28%8c%28";
    let status = send(format!("{broken}&csrf={token}&title=%ff&source=y")).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn tampered_cookies_are_no_session() {
    let store = sqlite().await;
    let owner = Client::owner(&store).await;
    let token = owner.cookie("session").unwrap();
    let mut flipped = token.clone().into_bytes();
    flipped[0] = if flipped[0] == b'0' { b'1' } else { b'0' };
    for value in [
        String::from_utf8(flipped).unwrap(),
        token.to_uppercase().replace("0", "O"),
        token[..63].to_owned(),
        format!("{token}0"),
        format!("\"{token}\""),
        "' OR 1=1 --".to_owned(),
        "a".repeat(8000),
        String::new(),
        format!("{token}; session={}", "0".repeat(64)),
    ] {
        let client = Client::new(&store);
        client.set_cookie("session", &value);
        let answer = client.get("/admin/posts").await;
        assert!(answer.leads_to("/admin/login"), "{value}: {answer:?}");
    }
}

#[tokio::test]
async fn a_forged_host_does_not_get_into_links() {
    let store = sqlite().await;
    let config = blog_demo::Config {
        url: Some("https://blog.example".to_owned()),
        ..blog_demo::Config::default()
    };
    let mut owner = Client::with(&store, config);
    owner.is_https = true;
    owner.set_up("ada@example.org").await;
    let token = owner.get("/admin/users").await.field("csrf");
    let fields =
        [("csrf", &*token), ("name", "Bob"), ("email", "b@example.org"), ("role", "author")];
    let request = Request::post("/admin/users")
        .header("x-forwarded-host", "evil.example")
        .header("forwarded", "host=evil.example")
        .header("origin", "https://blog.example");
    let answer = owner.send_form(request, &fields).await;
    assert!(answer.body.contains("https://blog.example/admin/invitation/"), "{}", answer.body);
    assert!(!answer.body.contains("evil.example"));
}
