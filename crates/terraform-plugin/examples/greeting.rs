//! A provider with one function: `provider::greeting::hello("world")` is `Hello, world!`.

use terraform_plugin::*;

struct Hello;

impl Function for Hello {
    fn name(&self) -> &'static str {
        "hello"
    }

    fn signature(&self) -> Signature {
        Signature::new(Type::String, "Greets.").parameter(Parameter::new("name", Type::String))
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let name = arguments[0].as_str().filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| FunctionError::argument(0, "the name is empty"))?;
        Ok(format!("Hello, {name}!").into())
    }
}

fn main() -> std::process::ExitCode {
    Server::builder("example/greeting", Functions::new().with(Hello)).version(env!("CARGO_PKG_VERSION")).run()
}
