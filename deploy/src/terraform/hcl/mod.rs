//! Terraform's language, written as `terraform fmt` would.

mod write;

use crate::tree::Value;

/// A value of an attribute; a reference is an expression such as `aws_iam_role.app.arn`.
pub(super) type Hcl = Value<String>;

/// A map of such values.
pub(super) type Map = crate::tree::Map<String>;

/// What stands between two braces.
#[derive(Clone, Debug, Default)]
pub(super) struct Body {
    pub(super) items: Vec<Item>,
    pending: Option<String>,
}

/// An attribute or a block.
#[derive(Clone, Debug)]
pub(super) struct Item {
    comment: Option<String>,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Attribute(String, Hcl),
    Block { name: String, labels: Vec<String>, body: Body },
}

/// An expression, written as it is.
pub(super) fn expression(text: impl Into<String>) -> Hcl {
    Value::Reference(text.into())
}

/// A document as JSON, as the value of a resource's attribute.
pub(super) fn json(map: Map) -> Hcl {
    expression(format!("jsonencode({})", write::written(&Value::Map(map), 1)))
}

impl Body {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Adds an attribute.
    pub(super) fn set(self, name: &str, value: impl Into<Hcl>) -> Self {
        self.push(Kind::Attribute(name.to_owned(), value.into()))
    }

    /// Adds an attribute if there is a value.
    pub(super) fn set_some(mut self, name: &str, value: Option<impl Into<Hcl>>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => {
                self.pending = None;
                self
            }
        }
    }

    /// Adds a block without labels.
    pub(super) fn block(self, name: &str, body: Self) -> Self {
        self.push(Kind::Block { name: name.to_owned(), labels: Vec::new(), body })
    }

    /// Adds a block if there is a body.
    pub(super) fn block_some(mut self, name: &str, body: Option<Self>) -> Self {
        match body {
            Some(body) => self.block(name, body),
            None => {
                self.pending = None;
                self
            }
        }
    }

    /// Adds a block with labels, such as a resource.
    pub(super) fn labelled(self, name: &str, labels: &[&str], body: Self) -> Self {
        let labels = labels.iter().map(|label| (*label).to_owned()).collect();
        self.push(Kind::Block { name: name.to_owned(), labels, body })
    }

    /// Adds a resource.
    pub(super) fn resource(self, kind: &str, name: &str, body: Self) -> Self {
        self.labelled("resource", &[kind, name], body)
    }

    /// A comment for what is added next.
    pub(super) fn note(mut self, comment: &str) -> Self {
        self.pending = Some(comment.to_owned());
        self
    }

    /// Adds everything of another body.
    pub(super) fn merge(mut self, other: Self) -> Self {
        self.items.extend(other.items);
        self
    }

    fn push(mut self, kind: Kind) -> Self {
        let comment = self.pending.take();
        self.items.push(Item { comment, kind });
        self
    }

    /// The text of a file.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        write::body(&mut out, self, 0);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_below_each_other_as_terraform_fmt_has_them() {
        let body = Body::new()
            .set("a", 1_u32)
            .set("longer", true)
            .set("map", Map::new().put("x", 1_u32).put("a-b", "c"))
            .set("b", "2")
            .note("why")
            .set("longest", "3")
            .block("inner", Body::new().set("c", expression("x.y")));
        assert_eq!(
            body.text(),
            "a      = 1\nlonger = true\nmap = {\n  x     = 1\n  \"a-b\" = \"c\"\n}\nb = \"2\"\n\
             # why\nlongest = \"3\"\n\ninner {\n  c = x.y\n}\n"
        );
    }
}
