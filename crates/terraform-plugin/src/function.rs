//! Provider-defined functions: `provider::NAME::function(…)`.

use std::{collections::HashSet, fmt, sync::Arc};

use crate::{colors, generated::tfplugin6 as pb, schema::is_identifier, types::Type, value::Value};

/// A function that configurations can call.
///
/// It runs in processes that were never configured, also in `validate`. It must be pure: the same arguments give the same result, without
/// network, clock or environment. Terraform checks that between plan and apply. It is called on the
/// one thread of the process: see [`Server`](crate::Server).
pub trait Function: Send + Sync + 'static {
    /// The name behind `provider::NAME::`: lower-case letters, digits and underscores.
    fn name(&self) -> &'static str;

    /// Parameters, result and documentation.
    fn signature(&self) -> Signature;

    /// Calls it with one value for each parameter, and after those any number of variadic ones. Values are of the
    /// parameters' types. Terraform calls with null only where the parameter allows it, and never with unknown values.
    ///
    /// # Errors
    /// The flaw of the arguments.
    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError>;
}

/// Functions, one after the other: `Functions::new().with(A).with(B)`. They are a [`Provider`](crate::Provider) by themselves, whose
/// block has no arguments.
#[derive(Clone, Default)]
pub struct Functions(pub(crate) Vec<Arc<dyn Function>>);

impl Functions {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
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
    /// A function without parameters. `summary` is one plain line.
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

    /// Takes any number of further arguments.
    #[must_use]
    pub fn variadic(mut self, parameter: Parameter) -> Self {
        self.variadic = Some(parameter);
        self
    }

    /// The description, in Markdown.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Marks the function as deprecated; `advice` says what to use instead. The protocol has no such mark for a parameter: say it in
    /// its description.
    #[must_use]
    pub fn deprecated(mut self, advice: impl Into<String>) -> Self {
        self.deprecated = advice.into();
        self
    }

    pub(crate) fn returns(&self) -> &Type {
        &self.returns
    }

    /// The parameter that the argument at `index` goes to.
    pub(crate) fn parameter_at(&self, index: usize) -> Option<&Parameter> {
        self.parameters.get(index).or(self.variadic.as_ref())
    }

    pub(crate) fn required_arguments(&self) -> usize {
        self.parameters.len()
    }

    /// The first rule of Terraform's that this signature breaks.
    pub(crate) fn flaw(&self) -> Option<String> {
        let mut parameters = self.parameters.iter().chain(&self.variadic);
        if parameters.clone().any(|parameter| parameter.ty.has_dynamic_elements())
            || self.returns.has_dynamic_elements()
        {
            return Some("a collection has dynamic elements: Terraform wants them all of one type".to_owned());
        }
        let mut seen = HashSet::new();
        parameters.find_map(|parameter| {
            if !is_identifier(&parameter.name) {
                return Some(format!("{:?} is not a valid parameter name", parameter.name));
            }
            (!seen.insert(&parameter.name)).then(|| format!("the parameter {:?} is defined twice", parameter.name))
        })
    }

    /// The message always names a return type: Terraform panics on a function without one.
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
    /// A parameter that takes neither null nor unknown values: Terraform answers for those by itself.
    pub fn new(name: impl Into<String>, ty: Type) -> Self {
        Self { name: name.into(), ty, nullable: false, description: String::new() }
    }

    /// Lets null through to the function.
    #[must_use]
    pub fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// The description, in Markdown.
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

/// The reason why a [`Function`] has no result. Terraform appends a period: end the text without one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FunctionError {
    text: String,
    argument: Option<usize>,
}

impl FunctionError {
    /// An error that no single argument is to blame for.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), argument: None }
    }

    /// An error of one argument; the first is 0. Say so wherever it is true: OpenTofu blames argument 0 otherwise.
    pub fn argument(index: usize, text: impl Into<String>) -> Self {
        Self { text: text.into(), argument: Some(index) }
    }

    /// The text of the error.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn into_wire(self) -> pb::FunctionError {
        let function_argument = self.argument.and_then(|index| i64::try_from(index).ok());
        pb::FunctionError { text: colors::kept(&self.text), function_argument }
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
    fn words_that_terraform_takes_for_colors_arrive() {
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
    fn equal_or_odd_parameter_names_are_a_flaw() {
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
