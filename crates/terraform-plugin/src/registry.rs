//! The schemas, resources and functions of a provider. The schemas and names are checked once, when the process starts.

use std::{collections::BTreeMap, sync::Arc};

use tracing::Span;

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    dynamic_value,
    element_limit::ElementLimit,
    ephemeral::Erased,
    function::{Function, FunctionError, Signature},
    generated::tfplugin6 as pb,
    provider::Provider,
    schema::{Schema, is_identifier},
    types::Type,
    value::{Object, Value},
};

/// The schemas, resources and functions of one provider.
pub(crate) struct Registry<C> {
    pub(crate) provider: Typed,
    meta: Option<Schema>,
    resources: BTreeMap<&'static str, Resource<C>>,
    functions: BTreeMap<&'static str, RegisteredFunction>,
}

/// A schema, and the type of values with this schema.
pub(crate) struct Typed {
    pub(crate) schema: Schema,
    ty: Type,
}

pub(crate) struct Resource<C> {
    pub(crate) implementation: Box<dyn Erased<C>>,
    pub(crate) typed: Typed,
}

pub(crate) struct RegisteredFunction {
    pub(crate) implementation: Arc<dyn Function>,
    pub(crate) signature: Signature,
}

/// A bug in a schema of the provider. Terraform would crash on this schema, or report an error that does not name the bug.
#[derive(Debug, thiserror::Error)]
#[error("the schema of {place} is not valid: {flaw}")]
pub(crate) struct SchemaFlaw {
    place: String,
    flaw: String,
}

impl<C> Registry<C> {
    pub(crate) fn new<P: Provider<Client = C>>(provider: &P) -> Result<Self, SchemaFlaw> {
        let meta = provider.meta_schema();
        checked("provider_meta", meta.as_ref().and_then(Schema::flaw))?;
        let mut registry = Self {
            provider: Typed::new(provider.schema(), "the provider")?,
            meta,
            resources: BTreeMap::new(),
            functions: BTreeMap::new(),
        };
        for implementation in provider.ephemeral_resources().0 {
            let name = implementation.type_name();
            let typed = Typed::new(implementation.schema(), name)?;
            check_unique(name, registry.resources.insert(name, Resource { implementation, typed }).is_none())?;
        }
        for implementation in provider.functions().0 {
            let name = implementation.name();
            let signature = implementation.signature();
            checked(name, signature.flaw())?;
            let function = RegisteredFunction { implementation, signature };
            check_unique(name, registry.functions.insert(name, function).is_none())?;
        }
        Ok(registry)
    }

    /// Returns the resource with this name. Adds the name to the fields of the current log span.
    pub(crate) fn resource(&self, type_name: &str) -> Result<&Resource<C>, Diagnostic> {
        let resource = self.resources.get(type_name);
        Span::current().record("tf_ephemeral_resource_type", resource.map(|_| type_name));
        resource.ok_or_else(|| Diagnostic::bug(format_args!("The ephemeral resource {type_name:?} does not exist.")))
    }

    pub(crate) fn resource_schema(&self, type_name: &str) -> Option<&Schema> {
        Some(&self.resources.get(type_name)?.typed.schema)
    }

    /// Returns the function with this name. Adds the name to the fields of the current log span.
    pub(crate) fn function(&self, name: &str) -> Option<&RegisteredFunction> {
        let function = self.functions.get(name);
        Span::current().record("tf_function_name", function.map(|_| name));
        function
    }

    pub(crate) fn metadata_to_wire(&self) -> pb::get_metadata::Response {
        let functions = self.functions.keys().map(|&name| pb::get_metadata::FunctionMetadata { name: name.into() });
        let resources =
            self.resources.keys().map(|&name| pb::get_metadata::EphemeralMetadata { type_name: name.into() });
        pb::get_metadata::Response {
            server_capabilities: Some(capabilities()),
            diagnostics: Vec::new(),
            functions: functions.collect(),
            ephemeral_resources: resources.collect(),
        }
    }

    pub(crate) fn schema_to_wire(&self) -> pb::get_provider_schema::Response {
        let resources = self.resources.iter();
        pb::get_provider_schema::Response {
            provider: Some(self.provider.schema.to_wire()),
            diagnostics: Vec::new(),
            provider_meta: self.meta.as_ref().map(Schema::to_wire),
            server_capabilities: Some(capabilities()),
            functions: self.functions_to_wire(),
            ephemeral_resource_schemas: resources
                .map(|(&name, resource)| (name.into(), resource.typed.schema.to_wire()))
                .collect(),
        }
    }

    pub(crate) fn functions_to_wire(&self) -> std::collections::HashMap<String, pb::Function> {
        self.functions.iter().map(|(&name, function)| (name.into(), function.signature.to_wire())).collect()
    }
}

/// Returns the capabilities of the provider. With these capabilities, Terraform requests the schema only once, and not again
/// from every process.
fn capabilities() -> pb::ServerCapabilities {
    pb::ServerCapabilities { get_provider_schema_optional: true, ..Default::default() }
}

fn checked(place: &str, flaw: Option<String>) -> Result<(), SchemaFlaw> {
    flaw.map_or(Ok(()), |flaw| Err(SchemaFlaw { place: place.to_owned(), flaw }))
}

fn check_unique(name: &str, free: bool) -> Result<(), SchemaFlaw> {
    checked(name, (!free).then(|| "the name is defined twice".to_owned()))?;
    checked(name, (!is_identifier(name)).then(|| "the name is not valid".to_owned()))
}

impl Typed {
    fn new(schema: Schema, place: &str) -> Result<Self, SchemaFlaw> {
        checked(place, schema.flaw())?;
        Ok(Self { ty: schema.value_type(), schema })
    }

    /// Decodes a configuration. A missing configuration is treated as a configuration without settings.
    pub(crate) fn decode(
        &self,
        wire: Option<pb::DynamicValue>,
        mut limit: ElementLimit,
    ) -> Result<Object, Diagnostics> {
        match dynamic_value::decode(&wire.unwrap_or_default(), &self.ty, &mut limit) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(Value::Null) => Ok(self.empty()),
            Ok(_) => Err(Diagnostic::error(
                "Unknown Configuration",
                "The whole configuration from Terraform is unknown. Please report this.",
            )
            .into()),
            Err(error) if error.is_too_large() => Err(Diagnostic::error(
                "Configuration Too Large",
                format!(
                    "{error}.\n\nThis provider does not read more elements of lists, sets, maps and blocks. Remove some of them."
                ),
            )
            .into()),
            Err(error) => Err(Diagnostic::error(
                "Unreadable Configuration",
                format!(
                    "The values from Terraform do not fit the schema of this provider: {error}.\n\nIf the provider was \
                     replaced while Terraform ran, run the command again. Otherwise, please report this."
                ),
            )
            .into()),
        }
    }

    pub(crate) fn encode(&self, object: Object) -> Result<pb::DynamicValue, Diagnostics> {
        dynamic_value::encode(&Value::Object(object), &self.ty)
            .map_err(|error| Diagnostic::bug(format_args!("The result does not fit the schema: {error}.")).into())
    }

    /// Returns an object in which every attribute is null and every collection of blocks is empty.
    fn empty(&self) -> Object {
        let attributes = self.schema.block.attributes.iter().map(|attribute| (attribute.name.clone(), Value::Null));
        let blocks = self.schema.block.blocks.iter().map(|block| (block.name.clone(), block.empty()));
        attributes.chain(blocks).collect::<Object>().complete()
    }
}

impl RegisteredFunction {
    /// Decodes the arguments, calls the function, and encodes the result.
    pub(crate) fn call(
        &self,
        wires: &[pb::DynamicValue],
        mut limit: ElementLimit,
    ) -> Result<pb::DynamicValue, FunctionError> {
        let signature = &self.signature;
        if wires.len() < signature.required_arguments() {
            return Err(FunctionError::new(format!(
                "at least {} arguments are needed",
                signature.required_arguments()
            )));
        }
        limit.take(wires.len()).map_err(|error| FunctionError::new(error.to_string()))?;
        let argument = |(index, wire)| {
            let parameter = signature.parameter_at(index);
            let parameter = parameter.ok_or_else(|| FunctionError::argument(index, "that parameter does not exist"))?;
            dynamic_value::decode(wire, parameter.ty(), &mut limit)
                .map_err(|error| FunctionError::argument(index, error.to_string()))
        };
        let arguments = wires.iter().enumerate().map(argument).collect::<Result<_, _>>()?;
        let result = self.implementation.call(arguments)?;
        dynamic_value::encode(&result, signature.returns()).map_err(|error| {
            FunctionError::new(format!("the result does not fit the declared type ({error}): please report this"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Attribute, Block, Configure, EphemeralResource, EphemeralResources, NestedBlock, Open, Opened};

    struct Named(&'static str);

    impl EphemeralResource<()> for Named {
        type Model = Object;

        fn type_name(&self) -> &'static str {
            self.0
        }

        fn schema(&self) -> Schema {
            Schema::new(Block::new("").attribute(Attribute::bool("on").optional()))
        }

        async fn open(
            &self,
            (): &(),
            request: Open<Object>,
            _: &mut Diagnostics,
        ) -> Result<Opened<Object>, Diagnostics> {
            Ok(Opened::new(request.config))
        }
    }

    #[derive(Default)]
    struct With(Vec<&'static str>, Option<Schema>);

    impl Provider for With {
        type Config = Object;
        type Client = ();

        fn schema(&self) -> Schema {
            let nested = Block::new("").attribute(Attribute::string("url").optional());
            Schema::new(
                Block::new("")
                    .attribute(Attribute::string("region").optional())
                    .block(NestedBlock::set("endpoints", nested)),
            )
        }

        fn meta_schema(&self) -> Option<Schema> {
            self.1.clone()
        }

        async fn configure(&self, _: Configure<Object>, _: &mut Diagnostics) -> Result<(), Diagnostics> {
            Ok(())
        }

        fn ephemeral_resources(&self) -> EphemeralResources<()> {
            self.0.iter().fold(EphemeralResources::new(), |resources, &name| resources.with(Named(name)))
        }
    }

    #[test]
    fn rejects_duplicate_and_invalid_names() {
        let flaw = |names| Registry::new(&With(names, None)).err().map(|flaw| flaw.to_string());
        assert_eq!(flaw(vec!["test_a", "test_b"]), None);
        assert_eq!(
            flaw(vec!["test_a", "test_a"]).as_deref(),
            Some("the schema of test_a is not valid: the name is defined twice")
        );
        assert!(flaw(vec!["Test"]).is_some());
    }

    #[test]
    fn a_missing_configuration_is_an_empty_one() {
        let registry = Registry::new(&With::default()).expect("a valid schema");
        let empty = registry.provider.decode(None, ElementLimit::new(0)).expect("a configuration");
        assert!(empty.attribute("region").is_null());
        assert_eq!(empty.attribute("endpoints").as_list(), Some(&[][..]));
        registry.provider.encode(empty).expect("the object fits the schema");
    }

    #[test]
    fn has_the_fields_that_terraform_requires() {
        let registry = Registry::new(&With(vec!["test_a"], None)).expect("a valid schema");
        let wire = registry.schema_to_wire();
        assert!(wire.provider.expect("a provider schema").block.is_some());
        assert!(wire.ephemeral_resource_schemas["test_a"].block.is_some());
        assert!(wire.server_capabilities.expect("capabilities").get_provider_schema_optional);
    }

    #[test]
    fn the_schema_of_provider_meta_is_checked_and_passed_on() {
        let with = |attribute: &str| {
            let block = Block::new("").attribute(Attribute::string(attribute).optional());
            Registry::new(&With(Vec::new(), Some(Schema::new(block))))
        };
        let meta = |registry: Registry<()>| registry.schema_to_wire().provider_meta;
        assert_eq!(meta(Registry::new(&With::default()).expect("a valid schema")), None);
        let block = meta(with("user_agent").expect("a valid schema")).and_then(|schema| schema.block);
        assert_eq!(block.expect("a block").attributes[0].name, "user_agent");
        let flaw = with("User").err().map(|flaw| flaw.to_string());
        assert_eq!(flaw.as_deref(), Some("the schema of provider_meta is not valid: \"User\" is not a valid name"));
    }
}
