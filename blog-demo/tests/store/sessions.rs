//! Sessions and failed attempts to log in.

use blog_demo::model::User;

use crate::databases::{author, on_every_database};

on_every_database! {
    async fn a_session_ends_at_its_time(store: Store) {
        let user = author(&store).await;
        store.begin_session("hash", &user, "csrf", 1_000, 2_000).await.unwrap();
        let session = store.session("hash", 1_999).await.unwrap().unwrap();
        assert_eq!((session.user.id, session.csrf_token.as_str()), (user, "csrf"));
        assert_eq!(store.session("hash", 2_000).await.unwrap(), None);
        store.prolong_session("hash", 1_500, 3_000).await.unwrap();
        assert!(store.session("hash", 2_999).await.unwrap().is_some());
        store.end_session("hash").await.unwrap();
        assert_eq!(store.session("hash", 1_000).await.unwrap(), None);
    }

    async fn a_changed_password_and_the_end_of_an_account_end_all_sessions(store: Store) {
        let id = author(&store).await;
        store.begin_session("hash", &id, "csrf", 1, 1_000).await.unwrap();
        let user = store.user(&id).await.unwrap().unwrap();
        let changed = User { password_hash: Some("new".to_owned()), ..user.clone() };
        store.save_user(&changed).await.unwrap();
        assert_eq!(store.session("hash", 2).await.unwrap(), None);
        store.begin_session("other", &id, "csrf", 1, 1_000).await.unwrap();
        store.save_user(&User { is_active: false, ..changed }).await.unwrap();
        assert_eq!(store.session("other", 2).await.unwrap(), None);
    }

    async fn the_sixth_failure_blocks_and_each_further_one_twice_as_long(store: Store) {
        for _ in 0..5 {
            store.count_failure("a@b", 1_000).await.unwrap();
        }
        assert_eq!(store.blocked_for_ms("a@b", 1_000).await.unwrap(), 0);
        store.count_failure("a@b", 1_000).await.unwrap();
        assert_eq!(store.blocked_for_ms("a@b", 1_000).await.unwrap(), 30_000);
        store.count_failure("a@b", 1_000).await.unwrap();
        assert_eq!(store.blocked_for_ms("a@b", 1_000).await.unwrap(), 60_000);
        for _ in 0..20 {
            store.count_failure("a@b", 1_000).await.unwrap();
        }
        assert_eq!(store.blocked_for_ms("a@b", 1_000).await.unwrap(), 900_000);
        assert_eq!(store.blocked_for_ms("c@d", 1_000).await.unwrap(), 0);
        store.forget_failures("a@b").await.unwrap();
        assert_eq!(store.blocked_for_ms("a@b", 1_000).await.unwrap(), 0);
    }
}
