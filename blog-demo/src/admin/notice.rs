//! What was done last, as the address after it says: only words of this list are ever shown.

/// The text of a notice.
pub(super) fn text(code: &str) -> &'static str {
    match code {
        "saved" => "Saved.",
        "published" => "Published.",
        "scheduled" => "Scheduled.",
        "unpublished" => "Unpublished: readers don't find it any more.",
        "deleted" => "Deleted.",
        "discarded" => "The unsaved changes are gone.",
        "password" => "The password is changed. Other browsers are logged out.",
        "welcome" => "Welcome. Your blog is ready.",
        _ => "",
    }
}
