//! Writing, publishing, scheduling, former versions.

use axum::http::StatusCode;
use blog_demo::model::{Format, Status, now};

use crate::client::Client;
use crate::databases::{on_every_database, sqlite};

on_every_database! {
    async fn a_draft_is_seen_by_authors_and_a_published_post_by_readers(store: Store) {
        let owner = Client::owner(&store).await;
        let id = owner.write("Hello, world", "Some *text*", "save").await;
        let reader = Client::new(&store);
        assert_eq!(reader.get("/hello-world/").await.status, StatusCode::NOT_FOUND);
        assert!(owner.get("/admin/posts").await.body.contains("Hello, world"));
        let answer = owner.change(&id, &[("source", "Some *text*"), ("action", "publish")]).await;
        assert!(answer.location().ends_with("?done=published"), "{answer:?}");
        let page = reader.get("/hello-world/").await;
        assert!(page.body.contains("Some <em>text</em>"), "{}", page.body);
        let answer = owner.change(&id, &[("source", "Some *text*"), ("action", "unpublish")]).await;
        assert!(answer.location().ends_with("?done=unpublished"), "{answer:?}");
        assert_eq!(reader.get("/hello-world/").await.status, StatusCode::NOT_FOUND);
    }

    async fn a_date_ahead_in_the_sites_time_zone_schedules_a_post(store: Store) {
        let owner = Client::owner(&store).await;
        let mut settings = store.site().await.unwrap().settings;
        settings.timezone = "Asia/Tokyo".to_owned();
        store.set_settings(&settings).await.unwrap();
        let id = owner.write("Later", "x", "save").await;
        let fields = [("source", "x"), ("publish_at", "2099-01-01T09:00"), ("action", "publish")];
        let answer = owner.change(&id, &fields).await;
        assert!(answer.location().ends_with("?done=scheduled"), "{answer:?}");
        let post = store.post(&id, now()).await.unwrap().unwrap();
        // Midnight in UTC.
        assert_eq!((post.status, post.published_at), (Status::Scheduled, Some(4_070_908_800_000)));
        let page = owner.get(&format!("/admin/posts/{id}")).await;
        assert_eq!(page.field("publish_at"), "2099-01-01T09:00");
        assert_eq!(owner.get("/later/").await.status, StatusCode::NOT_FOUND);
        owner.change(&id, &[("source", "x"), ("action", "publish-now")]).await;
        assert_eq!(owner.get("/later/").await.status, StatusCode::OK);
    }

    async fn a_new_address_leads_on_from_the_former_one(store: Store) {
        let owner = Client::owner(&store).await;
        let id = owner.write("First name", "x", "publish").await;
        let answer = owner.change(&id, &[("source", "x"), ("slug", "Second Name!")]).await;
        assert!(answer.leads_to("/admin/posts/"), "{answer:?}");
        let former = owner.get("/first-name/").await;
        assert_eq!((former.status.as_u16(), former.location()), (308, "/second-name/"));
        assert_eq!(owner.get("/second-name/").await.status, StatusCode::OK);
    }

    async fn a_draft_is_saved_by_itself_and_few_of_its_versions_are_kept(store: Store) {
        let owner = Client::owner(&store).await;
        let page = owner.get("/admin/posts/new").await;
        let csrf = page.field("csrf");
        let fields = [("csrf", csrf.as_str()), ("title", "Auto"), ("source", "1")];
        let made = owner.post("/admin/posts/autosave", &fields).await;
        assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
        let made: serde_json::Value = serde_json::from_str(&made.body).unwrap();
        let id = made["id"].as_str().unwrap();
        let mut version = made["version"].as_i64().unwrap();
        for text in ["12", "123", "1234", "12345"] {
            let at = version.to_string();
            let fields = [
                ("csrf", csrf.as_str()),
                ("version", at.as_str()),
                ("title", "Auto"),
                ("source", text),
                ("format", "markdown"),
            ];
            let saved = owner.post(&format!("/admin/posts/{id}/autosave"), &fields).await;
            assert_eq!(saved.status, StatusCode::OK, "{saved:?}");
            let saved: serde_json::Value = serde_json::from_str(&saved.body).unwrap();
            version = saved["version"].as_i64().unwrap();
        }
        let post = store.post(id, now()).await.unwrap().unwrap();
        assert_eq!((post.source.as_str(), post.version), ("12345", 5));
        assert_eq!(store.revisions(id).await.unwrap().len(), 1);
    }

    async fn what_was_not_saved_of_a_published_post_is_kept_aside(store: Store) {
        let owner = Client::owner(&store).await;
        let id = owner.write("Public", "old text", "publish").await;
        let path = format!("/admin/posts/{id}");
        let csrf = owner.get(&path).await.field("csrf");
        let fields = [
            ("csrf", csrf.as_str()),
            ("version", "2"),
            ("title", "Public"),
            ("source", "half a new te"),
            ("format", "markdown"),
        ];
        let kept = owner.post(&format!("{path}/autosave"), &fields).await;
        assert!(kept.body.contains("\"is_aside\":true"), "{kept:?}");
        assert!(owner.get("/public/").await.body.contains("old text"));
        let page = owner.get(&path).await;
        assert!(page.body.contains("You have unsaved changes"), "{}", page.body);
        let aside = store.revisions(&id).await.unwrap().remove(0);
        assert!(aside.is_autosaved);
        let page = owner.get(&format!("{path}?revision={}", aside.id)).await;
        assert!(page.body.contains("half a new te"), "{}", page.body);
        let other = owner.get(&format!("{path}/revisions/{}", aside.id)).await;
        assert_eq!(other.status, StatusCode::OK);
        owner.change(&id, &[("source", "a new text")]).await;
        assert!(!owner.get(&path).await.body.contains("You have unsaved changes"));
        owner.post(&format!("{path}/autosave"), &fields).await;
        let answer = owner.submit(&path, &format!("{path}/discard"), &[]).await;
        assert!(answer.location().ends_with("?done=discarded"), "{answer:?}");
        assert!(!owner.get(&path).await.body.contains("You have unsaved changes"));
    }

    async fn a_former_version_is_compared_and_restored(store: Store) {
        let owner = Client::owner(&store).await;
        let id = owner.write("Versions", "the quick fox\n", "save").await;
        owner.change(&id, &[("source", "the slow fox\n")]).await;
        let list = owner.get(&format!("/admin/posts/{id}/revisions")).await;
        let revision = store.revisions(&id).await.unwrap().remove(0);
        let path = format!("/admin/posts/{id}/revisions/{}", revision.id);
        assert!(list.body.contains(&path), "{}", list.body);
        let page = owner.get(&path).await;
        assert!(page.body.contains("<del>quick</del>"), "{}", page.body);
        assert!(page.body.contains("<ins>slow</ins>"), "{}", page.body);
        let editor = owner.get(&format!("/admin/posts/{id}?revision={}", revision.id)).await;
        assert!(editor.body.contains("the quick fox"), "{}", editor.body);
        let now_saved = store.post(&id, now()).await.unwrap().unwrap();
        assert_eq!(now_saved.source, "the slow fox\n", "until it is saved");
        let answer = owner.change_from(&editor, &id, &[("source", "the quick fox\n")]).await;
        assert!(answer.leads_to("/admin/posts/"), "{answer:?}");
        assert_eq!(store.revisions(&id).await.unwrap().len(), 2);
    }

    async fn a_list_is_filtered_and_searched(store: Store) {
        let owner = Client::owner(&store).await;
        owner.write("Apples", "about fruit", "publish").await;
        let id = owner.write("Pears", "about fruit", "save").await;
        owner.change(&id, &[("source", "about fruit"), ("tags", "Green, Ripe")]).await;
        let titles = async |query: &str| {
            let page = owner.get(&format!("/admin/posts?{query}")).await;
            assert_eq!(page.status, StatusCode::OK, "{query}");
            (page.body.contains(">Apples</a>"), page.body.contains(">Pears</a>"))
        };
        for (query, found) in [
            ("", (true, true)),
            ("q=fruit", (true, true)),
            ("q=apple", (true, false)),
            ("q=%3F", (false, false)),
            ("status=draft", (false, true)),
            ("status=published", (true, false)),
            ("status=scheduled", (false, false)),
            ("status=nonsense", (true, true)),
            ("tag=green", (false, true)),
            ("tag=red", (false, false)),
            ("kind=page", (false, false)),
            ("page=2", (false, false)),
            ("page=-1", (true, true)),
            ("page=99999999999999999999", (true, true)),
        ] {
            assert_eq!(titles(query).await, found, "{query}");
        }
    }

    async fn a_deleted_post_is_gone(store: Store) {
        let owner = Client::owner(&store).await;
        let id = owner.write("Gone", "x", "publish").await;
        let path = format!("/admin/posts/{id}/delete");
        assert!(owner.get(&path).await.body.contains("“Gone”"));
        assert!(owner.submit(&path, &path, &[]).await.leads_to("/admin/posts?done=deleted"));
        assert_eq!(owner.get("/gone/").await.status, StatusCode::NOT_FOUND);
        assert_eq!(owner.get(&path).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_preview_is_what_readers_get() {
    let store = sqlite().await;
    let owner = Client::owner(&store).await;
    let source = "## Head\n\n```rust\nfn main() {}\n```\n\n<script>alert(1)</script>";
    let fields = [("title", "Title"), ("source", source), ("format", "markdown")];
    let preview = owner.submit("/admin/posts/new", "/admin/preview", &fields).await;
    owner.write("Title", source, "publish").await;
    let published = owner.get("/title/").await;
    let prose = |page: &str| {
        let start = page.find("<div class=\"prose\">").unwrap();
        page[start..start + page[start..].find("</div>").unwrap()].to_owned()
    };
    assert_eq!(prose(&preview.body), prose(&published.body));
    assert!(!preview.body.contains("<script>alert"));
}

#[tokio::test]
async fn what_cannot_be_saved_is_shown_again_with_the_reason() {
    let store = sqlite().await;
    let owner = Client::owner(&store).await;
    let long = "x".repeat(301);
    for (name, value, why) in [
        ("title", "x".repeat(256).as_str(), "longer than 255"),
        ("custom_excerpt", long.as_str(), "longer than 300"),
        ("publish_at", "tomorrow", "no date and time"),
        ("cover_image", "javascript:alert(1)", "has to be a path"),
        ("canonical_url", "//evil.example", "has to be a path"),
        ("tags", "x".repeat(192).as_str(), "a tag is longer"),
        ("tags", "a,".repeat(101).as_str(), "more than 100 tags"),
    ] {
        let fields = [("source", "My <words>"), (name, value)];
        let answer = owner.submit("/admin/posts/new", "/admin/posts", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(
            answer.body.to_lowercase().contains(&why.to_lowercase()),
            "{name}: {}",
            answer.body
        );
        assert!(answer.body.contains("My &lt;words&gt;"), "{name}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_post_that_came_from_ghost_is_edited_as_html() {
    let store = sqlite().await;
    let owner = Client::owner(&store).await;
    let user = store.user_by_email("ada@example.org").await.unwrap().unwrap();
    let draft = blog_demo::model::Draft {
        title: "Imported".to_owned(),
        format: Format::Lexical,
        source: "{\"root\":{}}".to_owned(),
        authors: vec![user.id],
        ..Default::default()
    };
    let saved =
        store.create_post(&draft, Some("<p>From <b>Ghost</b></p>".to_owned())).await.unwrap();
    let page = owner.get(&format!("/admin/posts/{}", saved.id)).await;
    assert!(
        page.body.contains("&lt;p&gt;From &lt;b&gt;Ghost&lt;/b&gt;&lt;/p&gt;"),
        "{}",
        page.body
    );
    assert_eq!(page.field("format"), "html");
    let source = "<p>Edited</p><script>alert(1)</script>";
    owner.change_from(&page, &saved.id, &[("source", source)]).await;
    let post = store.post(&saved.id, now()).await.unwrap().unwrap();
    assert_eq!((post.format, post.html.as_str()), (Format::Html, "<p>Edited</p>"));
}
