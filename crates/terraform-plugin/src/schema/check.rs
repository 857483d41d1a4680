//! Runs the checks on the values of a configuration, and finds the unknown values that can affect the results of the provider.

use std::{fmt, sync::Arc};

use super::{Attribute, AttributeKind, Block, NestedBlock, Nesting, Schema};
use crate::{
    diagnostics::Diagnostics,
    path::{AttributePath, Step},
    problem::{Place, Problem},
    value::{Object, Value},
};

/// A function that checks a value, and returns a problem if the value is not valid. The function is called only for values that are known
/// and not null.
#[derive(Clone)]
pub(crate) struct Check(Arc<Run>);

type Run = dyn Fn(&Value) -> Result<(), Problem> + Send + Sync;

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Check")
    }
}

impl Attribute {
    /// Adds a check for values that are known and not null. Parts of a value can be unknown. The check runs in `validate`, and again before
    /// the value is used. If the check returns a problem, Terraform shows the problem at the attribute.
    ///
    /// ```
    /// use terraform_plugin::{Attribute, Problem};
    ///
    /// Attribute::string("name").optional().check(|name| match name.as_str() {
    ///     Some("") => Err(Problem::new("Invalid Name", "The name is empty.")),
    ///     _ => Ok(()),
    /// });
    /// ```
    #[must_use]
    pub fn check(mut self, check: impl Fn(&Value) -> Result<(), Problem> + Send + Sync + 'static) -> Self {
        self.checks.push(Check(Arc::new(check)));
        self
    }

    fn check_in(&self, object: &Object, place: &Place, diagnostics: &mut Diagnostics) {
        // Skip the lookup of the value if the attribute does not have a check, because a lookup takes time. Most attributes do not have a
        // check.
        if self.checks.is_empty() && matches!(self.kind, AttributeKind::Plain(_)) {
            return;
        }
        let value = object.attribute(&self.name);
        if value.is_null() || value.is_unknown() {
            return;
        }
        let place = place.attribute(&self.name, self.holds_secret());
        let problems = self.checks.iter().filter_map(|Check(check)| check(value).err());
        problems.for_each(|problem| diagnostics.push_problem(&place, problem));
        let AttributeKind::Nested(nesting, attributes) = &self.kind else { return };
        for (place, element) in nesting.elements(value, &place) {
            let Some(object) = element.as_object() else { continue };
            attributes.iter().for_each(|inner| inner.check_in(object, &place, diagnostics));
        }
    }
}

impl Nesting {
    /// Returns each object in `value`, together with the place of the object. The object can be unknown.
    pub(crate) fn elements<'a>(
        self,
        value: &'a Value,
        place: &Place,
    ) -> Box<dyn Iterator<Item = (Place, &'a Value)> + 'a> {
        let place = place.clone();
        match value {
            Value::List(objects) => Box::new(objects.iter().enumerate().map(move |(index, object)| {
                let place = match self {
                    Self::Set => place.element_of_set(),
                    _ => place.step(Step::index(index)),
                };
                (place, object)
            })),
            Value::Map(objects) => {
                Box::new(objects.iter().map(move |(key, object)| (place.step(Step::Key(key.clone())), object)))
            }
            Value::Object(_) => Box::new([(place, value)].into_iter()),
            _ => Box::new([].into_iter()),
        }
    }
}

impl Schema {
    /// Runs the checks of the attributes, and adds the problems that the checks return to `diagnostics`.
    pub(crate) fn check(&self, config: &Object, diagnostics: &mut Diagnostics) {
        self.block.check(config, &Place::default(), diagnostics);
    }

    /// Returns `diagnostics`, but removes every path to a line that may contain a secret. Terraform would print this line. If `config` is
    /// `None`, every attribute is assumed to be set.
    pub(crate) fn shown(&self, diagnostics: Diagnostics, config: Option<&Object>) -> Diagnostics {
        let prints_secret = |path: &AttributePath| self.block.prints_secret(config, path.steps());
        diagnostics
            .into_iter()
            .map(|diagnostic| match diagnostic.path().is_some_and(prints_secret) {
                true => diagnostic.at(AttributePath::default()),
                false => diagnostic,
            })
            .collect()
    }

    /// Returns the paths of the first 20 unknown values. Skips attributes and blocks that are marked as without effect.
    pub(crate) fn unknown_paths(&self, config: &Object) -> Vec<AttributePath> {
        let is_known = config.iter().all(|(_, value)| !value.has_unknown());
        if is_known { Vec::new() } else { self.block.with_effect(config).unknown_paths() }
    }
}

impl Attribute {
    /// Returns whether the attribute is sensitive, or contains a sensitive inner attribute at any level.
    pub(crate) fn holds_secret(&self) -> bool {
        let holds_inner = match &self.kind {
            AttributeKind::Plain(_) => false,
            AttributeKind::Nested(_, attributes) => attributes.iter().any(Self::holds_secret),
        };
        self.sensitive || holds_inner
    }
}

impl NestedBlock {
    /// Returns whether Terraform would print a secret for a diagnostic that points into this block. `steps` is the part of the diagnostic's
    /// path after the name of the block, and can be empty.
    ///
    /// If a path ends at a block, or at an attribute that is not set, Terraform 1.15 prints the last line of the block. In
    /// `login { password = "…" }`, the last line is the only line, and contains the secret.
    fn prints_secret(&self, value: Option<&Value>, steps: &[Step]) -> bool {
        let block = match (value, steps.first()) {
            (Some(Value::List(blocks)), Some(Step::Index(index))) => {
                usize::try_from(*index).ok().and_then(|index| blocks.get(index)?.as_object())
            }
            (Some(Value::Object(block)), _) => Some(block),
            _ => None,
        };
        let may_be_set = |name: &str| block.is_none_or(|block| !block.attribute(name).is_null());
        let secret_is_set = self.block.attributes.iter().any(|inner| inner.holds_secret() && may_be_set(&inner.name));
        let target_is_set = first_attribute(steps).is_some_and(|(name, _)| {
            let is_set = |block: &Object| block.contains(name) && !block.attribute(name).is_null();
            block.is_some_and(is_set)
        });
        secret_is_set && !target_is_set || self.block.prints_secret(block, steps)
    }
}

/// Returns the name of the first attribute in a path, and the steps after this attribute.
fn first_attribute(steps: &[Step]) -> Option<(&str, &[Step])> {
    steps.iter().enumerate().find_map(|(position, step)| match step {
        Step::Attribute(name) => Some((name.as_str(), &steps[position + 1..])),
        Step::Index(_) | Step::Key(_) => None,
    })
}

impl Block {
    /// Returns whether Terraform would print a secret for a diagnostic that points at `steps` in this block.
    fn prints_secret(&self, block: Option<&Object>, steps: &[Step]) -> bool {
        let Some((name, inner)) = first_attribute(steps) else { return false };
        let value = block.filter(|block| block.contains(name)).map(|block| block.attribute(name));
        self.attributes.iter().any(|attribute| attribute.name == name && attribute.holds_secret())
            || self.blocks.iter().any(|nested| nested.name == name && nested.prints_secret(value, inner))
    }

    fn check(&self, object: &Object, place: &Place, diagnostics: &mut Diagnostics) {
        self.attributes.iter().for_each(|attribute| attribute.check_in(object, place, diagnostics));
        for nested in &self.blocks {
            let value = object.attribute(&nested.name);
            for (place, block) in nested.nesting.elements(value, &place.attribute(&nested.name, false)) {
                if let Some(block) = block.as_object() {
                    nested.block.check(block, &place, diagnostics);
                }
            }
        }
    }

    /// Returns the configuration without the values of attributes and blocks that are marked as without effect.
    fn with_effect(&self, config: &Object) -> Object {
        let value = |name: &String| (name.clone(), config.attribute(name).clone());
        let attributes = self.attributes.iter().filter(|attribute| !attribute.without_effect);
        let blocks = self.blocks.iter().filter(|nested| !nested.without_effect).map(|nested| {
            let (name, value) = value(&nested.name);
            let with_effect = |block: Value| match block {
                Value::Object(block) => nested.block.with_effect(&block).into(),
                other => other,
            };
            let value = match value {
                Value::List(blocks) => Value::List(blocks.into_iter().map(with_effect).collect()),
                single => with_effect(single),
            };
            (name, value)
        });
        attributes.map(|attribute| value(&attribute.name)).chain(blocks).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Diagnostic, NestedBlock, Type};

    fn problems(schema: &Schema, config: &Object) -> Vec<(String, String)> {
        let mut diagnostics = Diagnostics::new();
        schema.check(config, &mut diagnostics);
        let path = |path: &AttributePath| path.to_string();
        diagnostics
            .iter()
            .map(|found| (found.path().map(path).unwrap_or_default(), found.detail().to_owned()))
            .collect()
    }

    /// Makes the attribute optional, and adds a check that rejects every value.
    fn wrong(attribute: Attribute) -> Attribute {
        attribute.optional().check(|_| Err(Problem::naming("Wrong", |path| path.to_string())))
    }

    #[test]
    fn a_check_points_at_its_attribute_unless_it_is_secret() {
        let nested = || Block::new("").attribute(wrong(Attribute::string("a")));
        let schema = Schema::new(
            Block::new("")
                .attribute(wrong(Attribute::string("plain")))
                .attribute(wrong(Attribute::string("secret").sensitive()))
                .attribute(
                    Attribute::string("quoted")
                        .optional()
                        .check(|_| Err(Problem::new("Wrong", "hidden").hides_value(true))),
                )
                .attribute(Attribute::nested("map", Nesting::Map, vec![wrong(Attribute::bool("a"))]).optional())
                .block(NestedBlock::list("list", nested()))
                .block(NestedBlock::set("set", nested()))
                .block(NestedBlock::single("single", nested())),
        );
        let a = || Value::from(Object::new().with("a", "x"));
        let value = |name: &str, value: Value| problems(&schema, &Object::new().with(name, value));
        let expected = |path: &str, text: &str| vec![(path.to_owned(), text.to_owned())];
        assert_eq!(value("plain", "x".into()), expected("plain", "plain"));
        assert_eq!(value("secret", "x".into()), expected("", "secret"));
        assert_eq!(value("quoted", "x".into()), expected("", "hidden"));
        assert_eq!(value("map", Value::Map([("k".to_owned(), a())].into())), expected("map[\"k\"].a", "map[\"k\"].a"));
        assert_eq!(value("list", vec![Value::Unknown, a()].into()), expected("list[1].a", "list[1].a"));
        assert_eq!(value("set", vec![a()].into()), expected("set", "set.a"));
        assert_eq!(value("single", a()), expected("single.a", "single.a"));
        for nothing in [Value::Null, Value::Unknown] {
            for name in ["plain", "secret", "map", "list", "set", "single"] {
                assert_eq!(value(name, nothing.clone()), [], "{name}");
            }
        }
    }

    #[test]
    fn diagnostics_do_not_point_at_a_line_with_a_secret() {
        let inner = Block::new("").attribute(Attribute::string("token").sensitive()).attribute(Attribute::string("b"));
        let auth = Attribute::nested("auth", Nesting::Single, vec![Attribute::string("key").sensitive()]);
        let schema = Schema::new(inner.clone().attribute(auth).block(NestedBlock::list("role", inner)));
        let role = || AttributePath::new("role").index(0);
        let block = |set: &str| Object::new().with("role", vec![Object::new().with(set, "x")]);
        let (token, b) = (block("token"), block("b"));
        for (path, config, is_shown) in [
            (AttributePath::new("token"), None, false),
            (AttributePath::new("token").index(1), None, false),
            (AttributePath::new("b"), None, true),
            (AttributePath::new("auth"), None, false),
            (AttributePath::new("absent"), None, true),
            (role().attribute("token"), Some(&token), false),
            // `role { token = "x" }`
            (role(), Some(&token), false),
            (role().attribute("b"), Some(&token), false),
            (AttributePath::new("role"), Some(&token), false),
            (role(), Some(&b), true),
            (role().attribute("b"), Some(&b), true),
            (role(), None, false),
        ] {
            let shown = schema.shown(Diagnostic::warning("s", "d").at(path.clone()).into(), config).into_wire();
            assert_eq!(shown[0].attribute.is_some(), is_shown, "{path} in {config:?}");
        }
    }

    #[test]
    fn unknown_values_without_effect_are_ignored() {
        let service = |name| Attribute::string(name).optional();
        let endpoints = Block::new("").attribute(service("ecr")).attribute(service("s3").without_effect());
        let schema = Schema::new(
            Block::new("")
                .attribute(Attribute::set("accounts", Type::String).optional())
                .attribute(Attribute::bool("path_style").optional().without_effect())
                .block(NestedBlock::set("endpoints", endpoints))
                .block(NestedBlock::list("tags", Block::new("")).without_effect()),
        );
        let endpoint = |name: &str| Value::from(Object::new().with(name, Value::Unknown));
        for (config, expected) in [
            (Object::new().with("accounts", vec![Value::Unknown]), &["accounts[0]"][..]),
            (Object::new().with("path_style", Value::Unknown).with("tags", Value::Unknown), &[]),
            (Object::new().with("endpoints", vec![endpoint("s3"), endpoint("ecr")]), &["endpoints[1].ecr"]),
            (Object::new().with("endpoints", Value::Unknown), &["endpoints"]),
        ] {
            let paths: Vec<_> = schema.unknown_paths(&config).iter().map(ToString::to_string).collect();
            assert_eq!(paths, expected, "{config:?}");
        }
    }
}
