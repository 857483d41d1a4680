//! Describes the signature and the arguments of a function.

use terraform_plugin_testing::Function;

use crate::types;

/// Returns the signature as a block of code, such as `name(a string, b number...) string`.
pub(crate) fn signature(name: &str, function: &Function) -> String {
    let fixed = function.parameters.iter().map(|one| format!("{} {}", one.name, types::small(&one.r#type)));
    let last = function.variadic_parameter.iter().map(|one| format!("{} {}...", one.name, types::small(&one.r#type)));
    let parameters: Vec<_> = fixed.chain(last).collect();
    let result = types::small(&function.r#return.as_ref().expect("a result").r#type);
    format!("```text\n{name}({}) {result}\n```", parameters.join(", "))
}

/// Returns a list with the name, the type and the description of each argument.
pub(crate) fn arguments(function: &Function) -> String {
    let fixed = function.parameters.iter().map(|one| ("", one));
    let last = function.variadic_parameter.iter().map(|one| ("Variadic, ", one));
    let lines = fixed.chain(last).zip(1..).map(|((variadic, one), number)| {
        format!("{number}. `{}` ({variadic}{}) {}", one.name, types::capitalized(&one.r#type), one.description)
    });
    lines.collect::<Vec<_>>().join("\n")
}
