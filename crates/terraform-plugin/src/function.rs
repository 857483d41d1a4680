//! Provider-defined functions: `provider::NAME::function(…)`.

use std::{collections::HashSet, fmt, sync::Arc};

use crate::{colors, generated::tfplugin6 as pb, schema::is_identifier, types::Type, value::Value};

/// A function that configurations can call.
///
/// Terraform also calls functions in `validate`, and in processes in which Terraform never configures the provider. A function must be
/// pure: its result depends only on the arguments, and not on network, clock or environment. Terraform checks that a function returns the
/// same result in plan and in apply. Functions run on the only thread of the process: see [`Server`](crate::Server).
pub trait Function: Send + Sync + 'static {
    /// Returns the name of the function, which follows `provider::NAME::`. It consists of lower-case letters, digits and
    /// underscores.
    fn name(&self) -> &'static str;

    /// Returns the parameters, the result type and the documentation.
    fn signature(&self) -> Signature;

    /// Runs the function. `arguments` has one value for each parameter, followed by any number of values for the variadic parameter. Each
    /// value has the type of its parameter. Terraform passes null only if the parameter allows null, and never passes unknown values.
    ///
    /// # Errors
    /// Returns an error if the arguments are not valid.
    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError>;
}

/// A list of functions: `Functions::new().with(A).with(B)`. The list itself implements [`Provider`](crate::Provider). The block of this
/// provider has no arguments.
#[derive(Clone, Default)]
pub struct Functions(pub(crate) Vec<Arc<dyn Function>>);

impl Functions {
    /// Creates an empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a function.
    #[must_use]
    pub fn with(mut self, function: impl Function) -> Self {
        self.0.push(Arc::new(function));
        self
    }
}

impl fmt::Debug for Functions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|function| function.name())).finish()
    }
}

/// The parameters, result and documentation of a [`Function`].
#[derive(Clone, Debug)]
pub struct Signature {
    parameters: Vec<Parameter>,
    variadic: Option<Parameter>,
    returns: Type,
    summary: String,
    description: String,
    deprecated: String,
}

impl Signature {
    /// Creates a signature without parameters. `summary` is one line of plain text.
    pub fn new(returns: Type, summary: impl Into<String>) -> Self {
        Self {
            parameters: Vec::new(),
            variadic: None,
            returns,
            summary: summary.into(),
            description: String::new(),
            deprecated: String::new(),
        }
    }

    /// Adds a parameter.
    #[must_use]
    pub fn parameter(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        self
    }

    /// Accepts any number of further arguments. `parameter` describes each of these arguments.
    #[must_use]
    pub fn variadic(mut self, parameter: Parameter) -> Self {
        self.variadic = Some(parameter);
        self
    }

    /// Sets the description, in Markdown.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Marks the function as deprecated. `advice` names the replacement. The protocol cannot mark a parameter as deprecated:
    /// mention the deprecation in the description of the parameter.
    #[must_use]
    pub fn deprecated(mut self, advice: impl Into<String>) -> Self {
        self.deprecated = advice.into();
        self
    }

    pub(crate) fn returns(&self) -> &Type {
        &self.returns
    }

    /// Returns the parameter for the argument at `index`.
    pub(crate) fn parameter_at(&self, index: usize) -> Option<&Parameter> {
        self.parameters.get(index).or(self.variadic.as_ref())
    }

    pub(crate) fn required_arguments(&self) -> usize {
        self.parameters.len()
    }

    /// Returns a message about the first rule of Terraform that this signature breaks, if any.
    pub(crate) fn flaw(&self) -> Option<String> {
        let mut parameters = self.parameters.iter().chain(&self.variadic);
        if parameters.clone().any(|parameter| parameter.ty.has_dynamic_elements())
            || self.returns.has_dynamic_elements()
        {
            return Some("a collection has dynamic elements, and Terraform needs elements of one type".to_owned());
        }
        let mut seen = HashSet::new();
        parameters.find_map(|parameter| {
            if !is_identifier(&parameter.name) {
                return Some(format!("{:?} is not a valid parameter name", parameter.name));
            }
            (!seen.insert(&parameter.name)).then(|| format!("the parameter {:?} is defined twice", parameter.name))
        })
    }

    /// Converts the signature to the protocol message. The message always has a return type, because Terraform panics on a function without
    /// a return type.
    pub(crate) fn to_wire(&self) -> pb::Function {
        pb::Function {
            parameters: self.parameters.iter().map(Parameter::to_wire).collect(),
            variadic_parameter: self.variadic.as_ref().map(Parameter::to_wire),
            r#return: Some(pb::function::Return { r#type: self.returns.to_wire() }),
            summary: self.summary.clone(),
            description: self.description.clone(),
            description_kind: pb::StringKind::Markdown.into(),
            deprecation_message: self.deprecated.clone(),
        }
    }
}

/// One parameter of a [`Function`].
#[derive(Clone, Debug)]
pub struct Parameter {
    name: String,
    ty: Type,
    nullable: bool,
    description: String,
}

impl Parameter {
    /// Creates a parameter that accepts neither null nor unknown values. Terraform handles calls with such values itself, without
    /// calling the provider.
    pub fn new(name: impl Into<String>, ty: Type) -> Self {
        Self { name: name.into(), ty, nullable: false, description: String::new() }
    }

    /// Allows null as the argument. The function then receives null.
    #[must_use]
    pub fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// Sets the description, in Markdown.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    pub(crate) fn ty(&self) -> &Type {
        &self.ty
    }

    fn to_wire(&self) -> pb::function::Parameter {
        pb::function::Parameter {
            name: self.name.clone(),
            r#type: self.ty.to_wire(),
            allow_null_value: self.nullable,
            allow_unknown_values: false,
            description: self.description.clone(),
            description_kind: pb::StringKind::Markdown.into(),
        }
    }
}

/// The error of a [`Function`] that cannot return a result. Terraform appends a period to the text, so the text must not end with
/// a period.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FunctionError {
    text: String,
    argument: Option<usize>,
}

impl FunctionError {
    /// Creates an error that is not about a single argument.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), argument: None }
    }

    /// Creates an error about one argument. The index of the first argument is 0. Use this constructor wherever possible: without
    /// an index, OpenTofu reports the error for argument 0.
    pub fn argument(index: usize, text: impl Into<String>) -> Self {
        Self { text: text.into(), argument: Some(index) }
    }

    /// Returns the text of the error.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn into_wire(self) -> pb::FunctionError {
        let function_argument = self.argument.and_then(|index| i64::try_from(index).ok());
        pb::FunctionError { text: colors::escape(&self.text), function_argument }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_always_names_its_return_type() {
        let signature = Signature::new(Type::String, "s").parameter(Parameter::new("a", Type::Bool).nullable());
        let wire = signature.deprecated("Use b.").to_wire();
        assert_eq!(wire.deprecation_message, "Use b.");
        assert_eq!(wire.r#return.expect("a return type").r#type, b"\"string\"");
        assert!(wire.parameters[0].allow_null_value && !wire.parameters[0].allow_unknown_values);
    }

    #[test]
    fn color_words_are_escaped() {
        assert_eq!(FunctionError::new("no host: [default]").into_wire().text, "no host: [ default ]");
    }

    #[test]
    fn variadic_arguments_share_one_parameter() {
        let signature = Signature::new(Type::String, "s")
            .parameter(Parameter::new("first", Type::Bool))
            .variadic(Parameter::new("rest", Type::Number));
        assert_eq!(signature.parameter_at(0).map(Parameter::ty), Some(&Type::Bool));
        assert_eq!(signature.parameter_at(7).map(Parameter::ty), Some(&Type::Number));
        assert!(Signature::new(Type::String, "s").parameter_at(0).is_none());
    }

    #[test]
    fn rejects_duplicate_and_invalid_parameter_names() {
        let signature = |names: [&str; 2]| {
            Signature::new(Type::Bool, "s")
                .parameter(Parameter::new(names[0], Type::Bool))
                .variadic(Parameter::new(names[1], Type::Bool))
        };
        assert_eq!(signature(["a", "b"]).flaw(), None);
        assert!(signature(["a", "a"]).flaw().is_some());
        assert!(signature(["a", "B!"]).flaw().is_some());
    }
}
