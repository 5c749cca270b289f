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

    async fn after_the_free_attempts_each_further_one_blocks_twice_as_long(store: Store) {
        for _ in 0..5 {
            assert_eq!(store.count_attempt("a@b", 5, 1_000).await.unwrap(), 0);
        }
        // The sixth is made, and blocks those after it.
        assert_eq!(store.count_attempt("a@b", 5, 1_000).await.unwrap(), 0);
        assert_eq!(store.count_attempt("a@b", 5, 1_000).await.unwrap(), 30_000);
        assert_eq!(store.count_attempt("a@b", 5, 2_000).await.unwrap(), 29_000);
        let mut time = 31_000;
        for expected in [60_000, 120_000, 240_000, 480_000, 900_000, 900_000] {
            assert_eq!(store.count_attempt("a@b", 5, time).await.unwrap(), 0);
            assert_eq!(store.count_attempt("a@b", 5, time).await.unwrap(), expected);
            time += expected;
        }
        assert_eq!(store.count_attempt("c@d", 5, 1_000).await.unwrap(), 0);
        store.forget_attempts("a@b").await.unwrap();
        assert_eq!(store.count_attempt("a@b", 5, time).await.unwrap(), 0);
    }

    async fn failures_are_forgotten_after_a_day(store: Store) {
        for _ in 0..6 {
            store.count_attempt("a@b", 5, 1_000).await.unwrap();
        }
        let later = 1_000 + 24 * 60 * 60_000 + 1;
        for _ in 0..5 {
            assert_eq!(store.count_attempt("a@b", 5, later).await.unwrap(), 0);
        }
    }

    async fn many_attempts_at_once_are_all_counted(store: Store) {
        let count = async || store.count_attempt("a@b", 5, 1_000).await.unwrap();
        let waits: [i64; 8] = tokio::join!(
            count(), count(), count(), count(), count(), count(), count(), count()
        ).into();
        assert_eq!(waits.iter().filter(|wait| **wait == 0).count(), 6, "{waits:?}");
    }
}
