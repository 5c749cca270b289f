//! Tags and users.

use blog_demo::model::{Draft, Role, Tag, User, now};
use blog_demo::store::{Error, Filter, NewUser, Store, When};

use crate::databases::{author, on_every_database};

fn new_user(name: &str, email: &str) -> NewUser {
    NewUser {
        name: name.to_owned(),
        email: email.to_owned(),
        password_hash: Some("hash".to_owned()),
        role: Role::Author,
    }
}

async fn tagged(store: &Store, author: &str, title: &str, tags: &[&str]) -> String {
    let draft = Draft {
        title: title.to_owned(),
        authors: vec![author.to_owned()],
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        ..Draft::default()
    };
    let saved = store.create_post(&draft, None).await.unwrap();
    store.publish(&saved.id, saved.version, When::Now).await.unwrap();
    saved.id
}

on_every_database! {
    async fn a_tag_is_made_once_however_it_is_written(store: Store) {
        let author = author(&store).await;
        tagged(&store, &author, "One", &["Rust", "#internal"]).await;
        tagged(&store, &author, "Two", &[" rust ", "RUST"]).await;
        let tags = store.tags(now()).await.unwrap();
        let seen: Vec<_> =
            tags.iter().map(|t| (t.tag.name.as_str(), t.tag.is_internal, t.posts)).collect();
        assert_eq!(seen, [("#internal", true, 1), ("Rust", false, 2)]);
        let page = store.published(&Filter::Tag("rust".to_owned()), now(), 10, 0).await.unwrap();
        assert_eq!(page.total, 2);
    }

    async fn a_renamed_tag_shows_in_its_posts_and_a_deleted_one_does_not(store: Store) {
        let author = author(&store).await;
        let id = tagged(&store, &author, "One", &["Rust"]).await;
        let tag = store.tag("rust").await.unwrap().unwrap();
        let renamed = Tag { name: "Ferris".to_owned(), slug: String::new(), ..tag.clone() };
        store.save_tag(&renamed).await.unwrap();
        let post = store.post(&id, now()).await.unwrap().unwrap();
        assert_eq!((post.tags[0].name.as_str(), post.tags[0].slug.as_str()), ("Ferris", "ferris"));
        store.delete_tag(&tag.id).await.unwrap();
        assert_eq!(store.post(&id, now()).await.unwrap().unwrap().tags, []);
        let again = store.delete_tag(&tag.id).await;
        assert!(matches!(again, Err(Error::Missing("tag"))), "{again:?}");
    }

    async fn an_address_logs_in_one_user_however_it_is_written(store: Store) {
        store.create_user(&new_user("Ada", "ada@example.org")).await.unwrap();
        let again = store.create_user(&new_user("Eve", " ADA@example.org")).await;
        assert!(matches!(&again, Err(Error::Invalid(why)) if why.contains("e-mail")), "{again:?}");
        assert!(store.user_by_email("Ada@Example.ORG ").await.unwrap().is_some());
        for none in ["", "ada", "@x", "a@", "a b@c"] {
            assert!(store.create_user(&new_user("X", none)).await.is_err(), "{none}");
        }
    }

    async fn only_the_first_user_becomes_owner_by_set_up(store: Store) {
        let first = store.create_owner(&new_user("Ada", "a@b")).await.unwrap();
        assert_eq!(first.unwrap().role, Role::Owner);
        assert_eq!(store.create_owner(&new_user("Eve", "e@b")).await.unwrap(), None);
    }

    async fn there_is_always_an_owner(store: Store) {
        let owner = store.create_owner(&new_user("Ada", "a@b")).await.unwrap().unwrap();
        let lesser = User { role: Role::Editor, ..owner.clone() };
        assert!(matches!(store.save_user(&lesser).await, Err(Error::Invalid(_))));
        let second = store.create_user(&new_user("Bob", "b@b")).await.unwrap();
        store.save_user(&User { role: Role::Owner, ..second }).await.unwrap();
        store.save_user(&lesser).await.unwrap();
    }

    async fn a_renamed_author_shows_in_the_posts(store: Store) {
        let user = store.create_user(&new_user("Ada", "a@b")).await.unwrap();
        let id = tagged(&store, &user.id, "One", &[]).await;
        store.save_user(&User { name: "Countess".to_owned(), ..user }).await.unwrap();
        assert_eq!(store.post(&id, now()).await.unwrap().unwrap().authors[0].name, "Countess");
        let authors = store.users(now()).await.unwrap();
        assert_eq!(authors[0].posts, 1);
    }
}
