//! Invitations, roles, profiles, passwords.

use axum::http::StatusCode;
use blog_demo::model::Role;

use crate::client::{Client, OWNER, PASSWORD};
use crate::databases::{on_every_database, sqlite};

async fn invite(owner: &Client, email: &str) -> String {
    let fields = [("name", "Bob"), ("email", email), ("role", "editor")];
    let answer = owner.submit("/admin/users", "/admin/users", &fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    link_of(&answer.body)
}

fn link_of(page: &str) -> String {
    let start = page.find("http://blog.example/admin/invitation/").unwrap();
    let path = &page[start + "http://blog.example".len()..];
    path[..path.find('"').unwrap()].to_owned()
}

on_every_database! {
    async fn an_invitation_sets_a_password_once(store: Store) {
        let owner = Client::owner(&store).await;
        let link = invite(&owner, "bob@example.org").await;
        let bob = Client::new(&store);
        let weak = bob.submit(&link, &link, &[("password", "short")]).await;
        assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
        let answer = bob.submit(&link, &link, &[("password", "bobs own password")]).await;
        assert!(answer.leads_to("/admin/posts"), "{answer:?}");
        assert_eq!(bob.get("/admin/tags").await.status, StatusCode::OK, "as an editor");
        assert_eq!(bob.get(&link).await.status, StatusCode::NOT_FOUND);
        let again = Client::new(&store).log_in("bob@example.org", "bobs own password", "").await;
        assert!(again.leads_to("/admin/posts"), "{again:?}");
    }

    async fn a_new_link_ends_the_earlier_one(store: Store) {
        let owner = Client::owner(&store).await;
        let first = invite(&owner, "bob@example.org").await;
        let bob = store.user_by_email("bob@example.org").await.unwrap().unwrap();
        let path = format!("/admin/users/{}", bob.id);
        let answer = owner.submit(&path, &format!("{path}/invitation"), &[]).await;
        let second = link_of(&answer.body);
        let client = Client::new(&store);
        assert_eq!(client.get(&first).await.status, StatusCode::NOT_FOUND);
        assert_eq!(client.get(&second).await.status, StatusCode::OK);
        let none = format!("/admin/invitation/{}", "0".repeat(64));
        assert_eq!(client.get(&none).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_new_password_needs_the_old_one_and_ends_other_sessions(store: Store) {
        let owner = Client::owner(&store).await;
        let elsewhere = Client::new(&store);
        elsewhere.log_in(OWNER, PASSWORD, "").await;
        let path = "/admin/profile/account";
        let new = "another password";
        let fields = [("email", OWNER), ("new_password", new), ("password", "wrong")];
        let refused = owner.submit("/admin/profile", path, &fields).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let before = owner.cookie("session");
        let fields = [("email", OWNER), ("new_password", new), ("password", PASSWORD)];
        let answer = owner.submit("/admin/profile", path, &fields).await;
        assert_eq!(answer.location(), "/admin/profile?done=password");
        assert_ne!(owner.cookie("session"), before);
        assert_eq!(owner.get("/admin/profile").await.status, StatusCode::OK);
        assert!(elsewhere.get("/admin/posts").await.leads_to("/admin/login"));
        let again = Client::new(&store).log_in(OWNER, new, "").await;
        assert!(again.leads_to("/admin/posts"), "{again:?}");
    }

    async fn a_profile_shows_on_the_authors_page(store: Store) {
        let owner = Client::owner(&store).await;
        let fields =
            [("name", "Ada L."), ("slug", "ada"), ("bio", "Countess"), ("location", "London")];
        let answer = owner.submit("/admin/profile", "/admin/profile", &fields).await;
        assert!(answer.leads_to("/admin/profile"), "{answer:?}");
        owner.write("One", "x", "publish").await;
        let page = owner.get("/author/ada/").await;
        for text in ["Ada L.", "Countess", "London"] {
            assert!(page.body.contains(text), "{text}: {}", page.body);
        }
    }

    async fn the_last_owner_stays(store: Store) {
        let owner = Client::owner(&store).await;
        let ada = store.user_by_email(OWNER).await.unwrap().unwrap();
        let path = format!("/admin/users/{}", ada.id);
        let fields = [("name", "Ada"), ("email", OWNER), ("role", "editor"), ("is_active", "1")];
        let answer = owner.submit(&path, &path, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("A blog needs an owner"), "{}", answer.body);
        let ada = store.user(&ada.id).await.unwrap().unwrap();
        assert_eq!(ada.role, Role::Owner);
    }
}

#[tokio::test]
async fn guessing_the_password_from_an_open_session_is_slowed_down() {
    let store = sqlite().await;
    let owner = Client::owner(&store).await;
    let fields = [("email", OWNER), ("new_password", ""), ("password", "wrong")];
    let mut last = StatusCode::OK;
    for _ in 0..8 {
        last = owner.submit("/admin/profile", "/admin/profile/account", &fields).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn an_address_that_is_taken_is_refused_with_the_reason() {
    let store = sqlite().await;
    let owner = Client::owner(&store).await;
    let fields = [("name", "Eve"), ("email", "ADA@example.org "), ("role", "author")];
    let answer = owner.submit("/admin/users", "/admin/users", &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("There is a user with this e-mail address"), "{}", answer.body);
}
