//! Two who save the same post.

use axum::http::StatusCode;
use blog_demo::model::{Role, now};

use crate::client::Client;
use crate::databases::on_every_database;

on_every_database! {
    async fn who_saves_second_sees_both_texts_and_neither_is_lost(store: Store) {
        let owner = Client::owner(&store).await;
        let editor = Client::user(&store, Role::Editor, "Bob").await;
        let id = owner.write("Shared", "first", "publish").await;
        let path = format!("/admin/posts/{id}");
        let stale = editor.get(&path).await;
        owner.change(&id, &[("source", "by the owner")]).await;
        let fields = [("source", "by the editor"), ("tags", "kept"), ("action", "save")];
        let page = editor.change_from(&stale, &id, &fields).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        for text in ["by the owner", "by the editor", "Somebody else has saved", "kept"] {
            assert!(page.body.contains(text), "{text}: {}", page.body);
        }
        assert!(editor.get("/shared/").await.body.contains("by the owner"));
        let answer = editor.change_from(&page, &id, &[("source", "by both")]).await;
        assert!(answer.leads_to(&path), "{answer:?}");
        let post = store.post(&id, now()).await.unwrap().unwrap();
        assert_eq!((post.source.as_str(), post.tags[0].name.as_str()), ("by both", "kept"));
        let former = store.revisions(&id).await.unwrap().remove(0);
        let former = store.revision_of(&id, &former.id).await.unwrap().unwrap();
        assert_eq!(former.source, "by the owner");
    }

    async fn of_two_at_once_one_is_told_of_the_other(store: Store) {
        let owner = Client::owner(&store).await;
        let id = owner.write("Race", "first", "save").await;
        let page = owner.get(&format!("/admin/posts/{id}")).await;
        let (one, other) = tokio::join!(
            owner.change_from(&page, &id, &[("source", "one")]),
            owner.change_from(&page, &id, &[("source", "other")]),
        );
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409]);
        let lost = if one.status == StatusCode::CONFLICT { &one } else { &other };
        assert!(lost.body.contains("one") && lost.body.contains("other"), "{}", lost.body);
    }

    async fn a_conflict_found_by_autosave_keeps_the_text_aside(store: Store) {
        let owner = Client::owner(&store).await;
        let id = owner.write("Draft", "first", "save").await;
        let path = format!("/admin/posts/{id}");
        let stale = owner.get(&path).await;
        owner.change(&id, &[("source", "elsewhere")]).await;
        let (csrf, version) = (stale.field("csrf"), stale.field("version"));
        let fields = [
            ("csrf", csrf.as_str()),
            ("version", version.as_str()),
            ("title", "Draft"),
            ("source", "typed here"),
            ("format", "markdown"),
        ];
        let answer = owner.post(&format!("{path}/autosave"), &fields).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        let post = store.post(&id, now()).await.unwrap().unwrap();
        assert_eq!(post.source, "elsewhere");
        let former = store.revisions(&id).await.unwrap();
        let aside = former.iter().find(|former| former.is_autosaved).unwrap();
        let aside = store.revision_of(&id, &aside.id).await.unwrap().unwrap();
        assert_eq!(aside.source, "typed here");
    }
}
