//! What stands around each page.

use minijinja::Value;
use serde::Serialize;

use crate::auth::Action;
use crate::model::{Kind, Role, Settings, User};
use crate::theme::view;

/// Title, navigation, token of forms.
#[derive(Debug, Default, Serialize)]
pub(super) struct Shell {
    site_title: String,
    language: String,
    timezone: String,
    accent_url: String,
    csrf: String,
    /// What was done last.
    notice: &'static str,
    /// The section of the navigation that the page belongs to.
    section: &'static str,
    /// Empty before the log-in.
    user_name: String,
    role: &'static str,
    may: May,
    /// Pictures go to the bucket by themselves.
    has_direct_uploads: bool,
}

/// What the navigation offers. What is not offered is refused all the same.
#[derive(Debug, Default, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "one for each link")]
struct May {
    pages: bool,
    tags: bool,
    users: bool,
    settings: bool,
}

impl Shell {
    /// Around a page before the log-in.
    pub(super) fn outside(settings: &Settings, csrf: &str) -> Self {
        Self {
            site_title: settings.title.clone(),
            language: settings.language.clone(),
            timezone: settings.timezone.clone(),
            accent_url: crate::view::accent_url(settings),
            csrf: csrf.to_owned(),
            ..Self::default()
        }
    }

    /// Around a page behind it.
    pub(super) fn inside(
        settings: &Settings,
        csrf: &str,
        user: &User,
        section: &'static str,
        notice: &'static str,
    ) -> Self {
        Self {
            notice,
            section,
            user_name: user.name.clone(),
            role: role_name(user.role),
            may: May {
                pages: user.may(Action::Create(Kind::Page)),
                tags: user.may(Action::EditTags),
                users: user.may(Action::EditUsers),
                settings: user.may(Action::EditSettings),
            },
            ..Self::outside(settings, csrf)
        }
    }

    /// Whether scripts may send pictures to the bucket.
    pub(super) fn with_direct_uploads(self, has_direct_uploads: bool) -> Self {
        Self { has_direct_uploads, ..self }
    }

    pub(super) fn view(self) -> Value {
        view(self)
    }
}

/// A role as people call it.
pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Author => "Author",
        Role::Editor => "Editor",
        Role::Owner => "Owner",
    }
}
