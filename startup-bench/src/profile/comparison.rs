//! The same app before and after a change, step by step.

use super::merged::{Figure, Found, Profile, Step, weave};

/// A profile, and the earlier one that it is compared with, if there is one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Comparison<'a> {
    pub(super) before: Option<&'a Profile>,
    pub(super) after: &'a Profile,
}

/// A step of one or both.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<'a> {
    pub(super) before: Option<&'a Step>,
    pub(super) after: Option<&'a Step>,
}

/// What has become of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is not there any more.
    Cured,
    /// It was there before, and is.
    Remains,
    /// It was not there before.
    New,
}

impl<'a> Comparison<'a> {
    /// All steps, in the order of both.
    pub(super) fn pairs(&self) -> Vec<Pair<'a>> {
        let mut order = Vec::new();
        for profile in self.before.into_iter().chain([self.after]) {
            weave(&mut order, profile.steps.iter().map(|step| step.key.as_str()));
        }
        let pair = |key| Pair {
            before: self.before.and_then(|before| before.step(key)),
            after: self.after.step(key),
        };
        order.into_iter().map(pair).collect()
    }

    /// The findings of both; `None` if one of the apps can't tell.
    pub(super) fn findings(&self) -> Option<Vec<(Fate, &'a Found)>> {
        let after = self.after.findings.as_ref()?;
        let Some(before) = self.before else {
            return Some(after.iter().map(|found| (Fate::New, found)).collect());
        };
        let before = before.findings.as_ref()?;
        let is_in = |all: &[Found], found: &Found| all.iter().any(|other| other.is_same(found));
        let fate = |found| if is_in(before, found) { Fate::Remains } else { Fate::New };
        let there = after.iter().map(|found| (fate(found), found));
        let cured = before.iter().filter(|found| !is_in(after, found));
        Some(there.chain(cured.map(|found| (Fate::Cured, found))).collect())
    }
}

impl<'a> Pair<'a> {
    /// The one that is there; of two the later.
    pub(super) fn any(&self) -> Option<&'a Step> {
        self.after.or(self.before)
    }

    /// Its name, behind so much for each step that it is in.
    pub(super) fn label(&self, indentation: &str) -> String {
        let label = |step: &Step| indentation.repeat(step.depth) + &step.label;
        self.any().map(label).unwrap_or_default()
    }
}

/// After in proportion to before: with `~` where the two intervals overlap, so that chance may be all
/// that there is.
pub(super) fn ratio(before: Option<&Figure>, after: Option<&Figure>) -> String {
    match (before, after) {
        (Some(_), None) => "gone".to_owned(),
        (None, Some(_)) => "new".to_owned(),
        (Some(before), Some(after)) if before.median > 0.0 => {
            let ratio = after.median / before.median;
            let decimals = if ratio < 0.1 { 3 } else { 2 };
            let chance = if before.overlaps(after) { "~" } else { "" };
            format!("{chance}{ratio:.decimals$}")
        }
        _ => String::new(),
    }
}

impl Fate {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Cured => "cured",
            Self::Remains => "remains",
            Self::New => "new",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_within_the_scatter_is_marked() {
        let figure = |median, low, high| Figure { median, low, high };
        let (slow, fast) = (figure(10.0, 9.0, 11.0), figure(5.0, 4.0, 6.0));
        let (close, tiny) = (figure(8.0, 7.0, 10.0), figure(0.2, 0.1, 0.3));
        assert_eq!(ratio(Some(&slow), Some(&fast)), "0.50");
        assert_eq!(ratio(Some(&slow), Some(&close)), "~0.80");
        assert_eq!(ratio(Some(&slow), Some(&tiny)), "0.020");
        assert_eq!(ratio(None, Some(&fast)), "new");
        assert_eq!(ratio(Some(&slow), None), "gone");
        assert_eq!(ratio(Some(&figure(0.0, 0.0, 0.0)), Some(&fast)), "");
    }
}
