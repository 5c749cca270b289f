//! Settings and tags.

use axum::http::StatusCode;

use crate::client::Client;
use crate::databases::{on_every_database, sqlite};

const SETTINGS: [(&str, &str); 8] = [
    ("title", "Notes"),
    ("description", "On things"),
    ("language", "de-AT"),
    ("timezone", "Europe/Vienna"),
    ("posts_per_page", "5"),
    ("accent_color", "#aa0000"),
    ("navigation_label", "About"),
    ("navigation_url", "/about/"),
];

on_every_database! {
    async fn settings_show_on_readers_pages(store: Store) {
        let owner = Client::owner(&store).await;
        let answer = owner.submit("/admin/settings", "/admin/settings", &SETTINGS).await;
        assert!(answer.leads_to("/admin/settings?done=saved"), "{answer:?}");
        let page = owner.get("/").await.body;
        for text in ["Notes", "On things", "lang=\"de-AT\"", "/accent/aa0000.css", "href=\"/about/\""]
        {
            assert!(page.contains(text), "{text}: {page}");
        }
        assert_eq!(store.site().await.unwrap().settings.posts_per_page, 5);
        assert_eq!(owner.get("/admin/settings").await.field("timezone"), "Europe/Vienna");
    }

    async fn a_tag_is_renamed_described_and_deleted(store: Store) {
        let owner = Client::owner(&store).await;
        let id = owner.write("One", "x", "publish").await;
        owner.change(&id, &[("source", "x"), ("tags", "Rust")]).await;
        let tag = store.tag("rust").await.unwrap().unwrap();
        assert!(owner.get("/admin/tags").await.body.contains(&tag.id));
        let path = format!("/admin/tags/{}", tag.id);
        let fields = [("name", "Ferris"), ("slug", ""), ("description", "A crab")];
        assert!(owner.submit(&path, &path, &fields).await.leads_to(&path));
        let page = owner.get("/tag/ferris/").await;
        assert!(page.body.contains("A crab"), "{}", page.body);
        let nameless = owner.submit(&path, &path, &[("name", " ")]).await;
        assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(owner.submit(&path, &format!("{path}/delete"), &[]).await.leads_to("/admin/tags"));
        assert_eq!(owner.get("/tag/ferris/").await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused_with_the_reason() {
    let store = sqlite().await;
    let owner = Client::owner(&store).await;
    for (name, value, why) in [
        ("title", "", "needs a title"),
        ("language", "english_please", "tag such as en"),
        ("timezone", "Mars/Olympus", "no such time zone"),
        ("posts_per_page", "0", "1 to 100"),
        ("posts_per_page", "101", "1 to 100"),
        ("navigation_url", "javascript:alert(1)", "needs a text and an address"),
        ("navigation_url", "//evil.example", "needs a text and an address"),
        ("navigation_label", "", "needs a text and an address"),
    ] {
        let fields: Vec<_> = SETTINGS
            .iter()
            .map(|(key, old)| if *key == name { (*key, value) } else { (*key, *old) })
            .collect();
        let answer = owner.submit("/admin/settings", "/admin/settings", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}={value}");
        assert!(answer.body.contains(why), "{name}={value}: {}", answer.body);
    }
    assert_eq!(store.site().await.unwrap().settings.title, "My blog");
}
