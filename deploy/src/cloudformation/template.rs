//! A template's sections, in the order in which they are read best.

use super::{Map, Node};
use crate::deployment::Deployment;
use crate::tree::{json, yaml};

/// A CloudFormation template, or what of it another format embeds.
pub(crate) struct Template {
    description: String,
    pub(crate) transform: Option<&'static str>,
    pub(crate) parameters: Map,
    pub(crate) conditions: Map,
    resources: Map,
    pub(crate) outputs: Map,
}

impl Template {
    pub(crate) fn new(deployment: &Deployment) -> Self {
        Self {
            description: format!("{} by lambdafy", deployment.name),
            transform: None,
            parameters: Map::new(),
            conditions: Map::new(),
            resources: Map::new(),
            outputs: Map::new(),
        }
    }

    pub(crate) fn add(&mut self, resources: Map) {
        let all = std::mem::take(&mut self.resources);
        self.resources = all.merge(resources);
    }

    pub(crate) fn yaml(self) -> String {
        yaml::document(&self.sections(), 2)
    }

    pub(crate) fn json(self) -> serde_json::Value {
        json::value(&Node::Map(self.sections()))
    }

    /// The sections alone, without version and description.
    pub(crate) fn into_resources(self) -> Map {
        Map::new().put("Resources", self.resources).put_filled("Outputs", self.outputs)
    }

    fn sections(self) -> Map {
        Map::new()
            .put("AWSTemplateFormatVersion", "2010-09-09")
            .put_some("Transform", self.transform)
            .put("Description", self.description)
            .put_filled("Parameters", self.parameters)
            .put_filled("Conditions", self.conditions)
            .put("Resources", self.resources)
            .put_filled("Outputs", self.outputs)
    }
}

/// A resource of a type.
pub(crate) fn resource(kind: &str, properties: Map) -> Map {
    Map::new().put("Type", kind).put("Properties", properties)
}

impl Map {
    /// The resource after another one.
    pub(crate) fn after(self, logical_id: Option<&str>) -> Self {
        match logical_id {
            Some(id) => self.put_second("DependsOn", id),
            None => self,
        }
    }

    /// A resource that outlives the stack, but not the attempt to make it: what an attempt that failed
    /// leaves would be in the next one's way, and nobody has put anything into it.
    pub(crate) fn kept(self) -> Self {
        self.put_second("UpdateReplacePolicy", "Retain")
            .put_second("DeletionPolicy", "RetainExceptOnCreate")
    }

    /// A database, of which a snapshot outlives the stack.
    pub(crate) fn kept_as_snapshot(self) -> Self {
        self.put_second("UpdateReplacePolicy", "Snapshot").put_second("DeletionPolicy", "Snapshot")
    }
}
