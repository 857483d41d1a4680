//! A provider with one function: `provider::greeting::hello("world")` is `Hello, world!`.

use terraform_plugin::*;

struct Greeting;

impl Provider for Greeting {
    type Config = Object;
    type Client = ();

    async fn configure(&self, _: Configure<Object>, _: &mut Diagnostics) -> Result<(), Diagnostics> {
        Ok(())
    }

    fn functions(&self) -> Vec<Box<dyn Function>> {
        vec![Box::new(Hello)]
    }
}

struct Hello;

impl Function for Hello {
    fn name(&self) -> &'static str {
        "hello"
    }

    fn signature(&self) -> Signature {
        Signature::new(Type::String, "Greets.").parameter(Parameter::new("name", Type::String))
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        match arguments[0].as_str() {
            Some(name) if !name.is_empty() => Ok(format!("Hello, {name}!").into()),
            _ => Err(FunctionError::argument(0, "the name is empty")),
        }
    }
}

fn main() -> std::process::ExitCode {
    Server::builder("example/greeting", Greeting).version(env!("CARGO_PKG_VERSION")).run()
}
