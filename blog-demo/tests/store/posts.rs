//! Posts.

use blog_demo::model::{Draft, Kind, Status, now};
use blog_demo::store::{Error, Filter, Store, When};

use crate::databases::{author, on_every_database};

fn draft(author: &str, title: &str, source: &str) -> Draft {
    Draft {
        title: title.to_owned(),
        source: source.to_owned(),
        authors: vec![author.to_owned()],
        ..Draft::default()
    }
}

async fn publish(store: &Store, draft: &Draft, when: When) -> String {
    let saved = store.create_post(draft, None).await.unwrap();
    store.publish(&saved.id, saved.version, when).await.unwrap();
    saved.id
}

on_every_database! {
    async fn a_new_post_is_a_draft_that_readers_do_not_see(store: Store) {
        let author = author(&store).await;
        let saved = store.create_post(&draft(&author, "Grüße, Welt", "*Hi*"), None).await.unwrap();
        assert_eq!((saved.slug.as_str(), saved.version), ("grusse-welt", 1));
        let post = store.post(&saved.id, now()).await.unwrap().unwrap();
        assert_eq!(post.html, "<p><em>Hi</em></p>\n");
        assert_eq!((post.status, post.published_at, post.version), (Status::Draft, None, 1));
        assert_eq!(post.authors[0].name, "Ada Lovelace");
        assert_eq!(store.published_by_slug("grusse-welt", now()).await.unwrap().post, None);
    }

    async fn a_list_has_the_newest_first_and_counts_all(store: Store) {
        let author = author(&store).await;
        for number in 1..=5 {
            publish(&store, &draft(&author, &format!("Post {number}"), ""), When::At(number)).await;
        }
        publish(&store, &Draft { kind: Kind::Page, ..draft(&author, "About", "") }, When::Now).await;
        store.create_post(&draft(&author, "Unfinished", ""), None).await.unwrap();
        let page = store.published(&Filter::All, now(), 2, 2).await.unwrap();
        let titles: Vec<_> = page.posts.iter().map(|post| post.title.as_str()).collect();
        assert_eq!((titles, page.total), (vec!["Post 3", "Post 2"], 5));
        let beyond = store.published(&Filter::All, now(), 2, 100).await.unwrap();
        assert_eq!((beyond.posts.len(), beyond.total), (0, 5));
    }

    async fn an_empty_blog_has_an_empty_page(store: Store) {
        let page = store.published(&Filter::All, now(), 10, 0).await.unwrap();
        assert_eq!((page.posts.len(), page.total, page.next_at), (0, 0, None));
        assert_eq!(page.site.settings.title, "A new blog");
    }

    async fn a_scheduled_post_appears_at_its_time(store: Store) {
        let author = author(&store).await;
        let at = now() + 3_600_000;
        let id = publish(&store, &draft(&author, "Later", ""), When::At(at)).await;
        let before = store.published(&Filter::All, at - 1, 10, 0).await.unwrap();
        assert_eq!((before.total, before.next_at), (0, Some(at)));
        assert_eq!(store.post(&id, now()).await.unwrap().unwrap().status, Status::Scheduled);
        let after = store.published(&Filter::All, at, 10, 0).await.unwrap();
        assert_eq!((after.total, after.next_at), (1, None));
        assert!(store.published_by_slug("later", at).await.unwrap().post.is_some());
    }

    async fn who_saves_an_older_version_is_told_and_nothing_is_lost(store: Store) {
        let author = author(&store).await;
        let saved = store.create_post(&draft(&author, "One", "first"), None).await.unwrap();
        let mine = draft(&author, "One", "mine");
        let theirs = draft(&author, "One", "theirs");
        store.save_post(&saved.id, 1, &theirs, None, Some(&author)).await.unwrap();
        let conflict = store.save_post(&saved.id, 1, &mine, None, Some(&author)).await;
        assert!(matches!(conflict, Err(Error::Conflict)), "{conflict:?}");
        assert_eq!(store.post(&saved.id, now()).await.unwrap().unwrap().source, "theirs");
        let stale = store.publish(&saved.id, 1, When::Now).await;
        assert!(matches!(stale, Err(Error::Conflict)), "{stale:?}");
        let missing = store.save_post("none", 1, &mine, None, None).await;
        assert!(matches!(missing, Err(Error::Missing("post"))), "{missing:?}");
    }

    async fn a_former_text_is_a_revision(store: Store) {
        let author = author(&store).await;
        let saved = store.create_post(&draft(&author, "One", "first"), None).await.unwrap();
        store.save_post(&saved.id, 1, &draft(&author, "One", "second"), None, Some(&author)).await.unwrap();
        store.save_post(&saved.id, 2, &draft(&author, "Two", "second"), None, Some(&author)).await.unwrap();
        let mut revisions = Vec::new();
        for former in store.revisions(&saved.id).await.unwrap() {
            assert_eq!(former.source, "", "lists come without texts");
            revisions.push(store.revision_of(&saved.id, &former.id).await.unwrap().unwrap());
        }
        let texts: Vec<_> = revisions.iter().map(|r| (r.title.as_str(), r.source.as_str(), r.version)).collect();
        assert_eq!(texts, [("One", "second", 2), ("One", "first", 1)]);
        assert_eq!(revisions[0].editor.as_deref(), Some("Ada Lovelace"));
    }

    async fn a_changed_slug_leaves_a_redirect(store: Store) {
        let author = author(&store).await;
        let id = publish(&store, &draft(&author, "Old name", ""), When::Now).await;
        let renamed = Draft { slug: "new-name".to_owned(), ..draft(&author, "Old name", "") };
        store.save_post(&id, 2, &renamed, None, None).await.unwrap();
        assert_eq!(store.moved_to("old-name", now()).await.unwrap().as_deref(), Some("new-name"));
        // Somebody else takes the old address: it leads there.
        publish(&store, &draft(&author, "Old name", ""), When::Now).await;
        let other = store.published_by_slug("old-name", now()).await.unwrap();
        assert!(other.post.is_some());
    }

    async fn slugs_are_unique_and_none_takes_a_path_of_the_blog(store: Store) {
        let author = author(&store).await;
        let mut slugs = Vec::new();
        for title in ["Same", "Same", "same!", "Admin", "Same 2"] {
            let saved = store.create_post(&draft(&author, title, ""), None).await.unwrap();
            slugs.push(saved.slug);
        }
        assert_eq!(slugs, ["same", "same-2", "same-3", "admin-2", "same-2-2"]);
    }

    async fn the_search_finds_all_words_and_beginnings_of_words(store: Store) {
        let author = author(&store).await;
        let mut rust = draft(&author, "Learning Rust", "Ownership, borrowing and lifetimes.");
        rust.tags = vec!["Programming".to_owned()];
        publish(&store, &rust, When::Now).await;
        publish(&store, &draft(&author, "Old iron", "It rusts: nothing is lost."), When::Now).await;
        store.create_post(&draft(&author, "Rust draft", "rust rust"), None).await.unwrap();
        let titles = async |query: &str| -> Vec<String> {
            let found = store.search(query, now(), 10).await.unwrap();
            found.into_iter().map(|post| post.title).collect()
        };
        assert_eq!(titles("rust").await, ["Learning Rust", "Old iron"]);
        assert_eq!(titles("RÜST lifetime").await, ["Learning Rust"]);
        assert_eq!(titles("program").await, ["Learning Rust"]);
        assert_eq!(titles("rust nowhere").await, Vec::<String>::new());
        assert_eq!(titles("%' OR 1=1 --").await, Vec::<String>::new());
        assert_eq!(titles("").await, Vec::<String>::new());
    }

    async fn related_posts_share_the_most_tags(store: Store) {
        let author = author(&store).await;
        let tagged = |title: &str, tags: &[&str]| Draft {
            tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
            ..draft(&author, title, "")
        };
        let id = publish(&store, &tagged("This", &["a", "b"]), When::At(1)).await;
        publish(&store, &tagged("One", &["b"]), When::At(2)).await;
        publish(&store, &tagged("Two", &["A", "b"]), When::At(1)).await;
        publish(&store, &tagged("None", &["c"]), When::At(3)).await;
        let related = store.related(&id, now(), 5).await.unwrap();
        let titles: Vec<_> = related.iter().map(|post| post.title.as_str()).collect();
        assert_eq!(titles, ["Two", "One"]);
    }

    async fn text_of_any_script_and_any_character_comes_back(store: Store) {
        let author = author(&store).await;
        let source = "日本語 🦀 \u{202e} 'quote' \"double\" \\ % _ ? $1 \u{0301}";
        let saved = store.create_post(&draft(&author, "🦀 日本", source), None).await.unwrap();
        let post = store.post(&saved.id, now()).await.unwrap().unwrap();
        assert_eq!((post.title.as_str(), post.source.as_str()), ("🦀 日本", source));
    }

    async fn every_change_that_readers_notice_raises_the_revision(store: Store) {
        let author = author(&store).await;
        let mut last = store.revision().await.unwrap();
        let mut raised = async |what: &str| {
            let revision = store.revision().await.unwrap();
            assert!(revision > last, "{what} did not raise the revision");
            last = revision;
        };
        let saved = store.create_post(&draft(&author, "One", ""), None).await.unwrap();
        raised("a new post").await;
        store.publish(&saved.id, 1, When::Now).await.unwrap();
        raised("publishing").await;
        let site = store.site().await.unwrap();
        store.set_settings(&site.settings).await.unwrap();
        raised("settings").await;
        store.delete_post(&saved.id).await.unwrap();
        raised("deleting").await;
    }
}
