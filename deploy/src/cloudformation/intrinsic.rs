//! CloudFormation's references.

use crate::tree::{Value, json, texts, yaml};

/// A node of a CloudFormation template.
pub type Node = Value<Intrinsic>;

/// A map of a CloudFormation template.
pub type Map = crate::tree::Map<Intrinsic>;

/// What CloudFormation resolves.
#[derive(Clone, Debug, PartialEq)]
pub enum Intrinsic {
    /// `!Ref`
    Ref(String),
    /// `!GetAtt` of a resource's attribute.
    GetAtt(String, &'static str),
    /// `!Sub`: a text with `${...}`.
    Sub(String),
    /// `!If` of a condition.
    If(&'static str, Box<Node>, Box<Node>),
    /// `!Join` of texts, with nothing between them.
    Join(Vec<String>),
    /// The host name in a URL.
    HostOf(Box<Node>),
    /// `!Not` of a condition.
    Not(Box<Node>),
    /// `!Equals`
    Equals(Box<Node>, Box<Node>),
}

/// `!Ref`
pub(crate) fn reference(id: impl Into<String>) -> Node {
    Value::Reference(Intrinsic::Ref(id.into()))
}

/// `!GetAtt`
pub(crate) fn attribute(id: impl Into<String>, name: &'static str) -> Node {
    Value::Reference(Intrinsic::GetAtt(id.into(), name))
}

/// `!Sub`
pub(crate) fn substitute(text: impl Into<String>) -> Node {
    Value::Reference(Intrinsic::Sub(text.into()))
}

impl Intrinsic {
    fn operand(&self) -> Node {
        match self {
            Self::Ref(id) => id.into(),
            Self::GetAtt(id, name) => format!("{id}.{name}").into(),
            Self::Sub(text) => text.into(),
            Self::If(condition, yes, no) => {
                vec![(*condition).into(), (**yes).clone(), (**no).clone()].into()
            }
            Self::Join(parts) => vec!["".into(), texts(parts)].into(),
            Self::HostOf(url) => {
                let split = Map::new().put("Fn::Split", vec!["/".into(), (**url).clone()]);
                vec![Value::Number(2), split.into()].into()
            }
            Self::Not(condition) => vec![(**condition).clone()].into(),
            Self::Equals(left, right) => vec![(**left).clone(), (**right).clone()].into(),
        }
    }
}

impl yaml::Tagged for Intrinsic {
    fn tagged(&self) -> (&'static str, Node) {
        match self {
            Self::Ref(_) => ("!Ref", self.operand()),
            Self::GetAtt(..) => ("!GetAtt", self.operand()),
            Self::Sub(_) => ("!Sub", self.operand()),
            Self::If(..) => ("!If", self.operand()),
            Self::Join(_) => ("!Join", self.operand()),
            Self::HostOf(_) => ("!Select", self.operand()),
            Self::Not(_) => ("!Not", self.operand()),
            Self::Equals(..) => ("!Equals", self.operand()),
        }
    }
}

impl json::Named for Intrinsic {
    fn named(&self) -> (&'static str, Node) {
        match self {
            Self::Ref(_) => ("Ref", self.operand()),
            Self::GetAtt(id, name) => ("Fn::GetAtt", texts([id.as_str(), *name])),
            Self::Sub(_) => ("Fn::Sub", self.operand()),
            Self::If(..) => ("Fn::If", self.operand()),
            Self::Join(_) => ("Fn::Join", self.operand()),
            Self::HostOf(_) => ("Fn::Select", self.operand()),
            Self::Not(_) => ("Fn::Not", self.operand()),
            Self::Equals(..) => ("Fn::Equals", self.operand()),
        }
    }
}
