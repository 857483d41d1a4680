//! Runs a provider process from start to end.

use std::{
    io::{self, Write},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::debug;

use crate::{
    colors,
    command_line::{self, Command},
    connections, core_dumps,
    element_limit::ElementLimit,
    environment::Environment,
    go_plugin::GoPlugin,
    grpc::GrpcServices,
    handshake::{self, HandshakeError, Request},
    interrupt::Interrupt,
    lifecycle,
    listener::{ListenError, Listener, Port},
    logging::Logging,
    panics,
    provider::Provider,
    reattach,
    registry::SchemaFlaw,
    rpc::Service,
    tls::{Tls, TlsError},
};

/// The maximum time between a shutdown request and the end of the process. Terraform kills a plugin 2 s after the request.
const GRACE: Duration = Duration::from_secs(1);
/// The exit code for invalid arguments. For all other failures, the exit code is 1.
const USAGE: u8 = 2;

/// Runs a provider process. Return the result of [`run`](Self::run) from `main`.
///
/// Terraform starts the binary, reads one line from its stdout and connects. If a user starts the binary by hand, the process prints a
/// short explanation and fails. With `-debug`, the process serves in debug mode. With `-version` or `-help`, the process prints its version
/// or its options.
///
/// Calls run on a tokio runtime with one thread. This thread also handles interrupts from Terraform: never block this thread. Run blocking
/// work in `tokio::task::spawn_blocking`, and do not call `run` from within another runtime.
///
/// Other code must not write to stdout. Logs go to stderr through [`tracing`] if `TF_LOG` or a related variable enables them.
///
/// ```no_run
/// # use terraform_plugin::*;
/// # struct MyProvider;
/// # impl Provider for MyProvider {
/// #     type Config = Object;
/// #     type Client = ();
/// #     async fn configure(&self, _: Configure<Object>, _: &mut Diagnostics) -> Result<(), Diagnostics> { Ok(()) }
/// # }
/// fn main() -> std::process::ExitCode {
///     Server::builder("my-company/my-cloud", MyProvider)
///         .version(env!("CARGO_PKG_VERSION"))
///         .logging(Logging::new().own("my_client").silent("a_crate_that_logs_secrets"))
///         .run()
/// }
/// ```
#[derive(Debug)]
#[must_use]
pub struct Server<P> {
    address: &'static str,
    provider: P,
    version: &'static str,
    logging: Logging,
    most_elements: usize,
}

impl<P: Provider> Server<P> {
    /// Creates a server with version 0.0.0 and the default [`Logging`].
    ///
    /// `address` is the source address of the provider without the host, such as `terraform-ecr/ecr`. The name of the binary is
    /// `terraform-provider-` followed by the last part of the address. This part is also in the name of the variable that sets the log
    /// level of this provider, such as `TF_LOG_PROVIDER_ECR`. Terraform prints only the lines that `TF_LOG_PROVIDER` or `TF_LOG` allows:
    /// set one of these two variables too.
    pub fn builder(address: &'static str, provider: P) -> Self {
        Self { address, provider, version: "0.0.0", logging: Logging::new(), most_elements: ElementLimit::DEFAULT }
    }

    /// Sets the version that `-version` and the log show. The version must follow [Semantic Versioning](https://semver.org).
    pub fn version(mut self, version: &'static str) -> Self {
        self.version = version;
        self
    }

    /// Sets the crates that may log.
    pub fn logging(mut self, logging: Logging) -> Self {
        self.logging = logging;
        self
    }

    /// Limits the number of elements in a message. The count includes the elements of lists, sets, maps and tuples, and the attributes of
    /// nested objects. The default is 65,536. If a message has more elements, the user gets one error. The limit is necessary because an
    /// element that takes one byte in the message takes far more bytes in memory.
    pub fn most_elements(mut self, most_elements: usize) -> Self {
        self.most_elements = most_elements;
        self
    }

    /// Serves until Terraform shuts down the plugin, and returns the exit code of the process. If the command line has an option, handles
    /// this option instead.
    pub fn run(self) -> ExitCode {
        let arguments = std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned());
        let name = self.name();
        match Command::parse(arguments) {
            Ok(Command::Plugin) => reported(self.serve(&Environment::Process, None)),
            Ok(Command::Debug(port)) => reported(self.serve(&Environment::Process, Some(port))),
            Ok(Command::Help) => reported(print(&command_line::help(name))),
            Ok(Command::Version) => reported(print(&format!("terraform-provider-{name} {}\n", self.version))),
            Err(problem) => {
                print_error(&format!("{problem}\n\n{}", command_line::help(name)));
                ExitCode::from(USAGE)
            }
        }
    }

    fn name(&self) -> &'static str {
        self.address.rsplit('/').next().unwrap_or(self.address)
    }

    /// Serves clients. In debug mode, `debugged` specifies whether a TCP port is allowed. Otherwise, `debugged` is `None`.
    fn serve(self, environment: &Environment, debugged: Option<Port>) -> Result<(), ServeError> {
        // Parse the request first, so that a user who runs the binary by hand gets the explanation immediately.
        let (request, port) = match debugged {
            Some(port) => (Request::default(), port),
            None => {
                let request = Request::from_environment(environment)?;
                core_dumps::disable();
                let port = if request.client_certificate.is_some() { Port::Allowed } else { Port::Forbidden };
                (request, port)
            }
        };
        panics::install_hook();
        let name = self.name();
        self.logging.init::<P>(name, environment);
        debug!(version = self.version, "starting");
        // Use one thread, because calls spend most of their time waiting, and because one thread starts faster than several. Terraform
        // starts several of these processes for one command.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let outcome = runtime.block_on(serve_until_end(
            self.address,
            self.provider,
            self.most_elements,
            &request,
            port,
            debugged.is_some(),
        ));
        // Do not wait for the threads of the runtime. A DNS lookup that hangs would delay the end of the process.
        runtime.shutdown_background();
        outcome
    }
}

#[derive(Debug, thiserror::Error)]
enum ServeError {
    #[error(transparent)]
    Handshake(#[from] HandshakeError),
    #[error(transparent)]
    Listen(#[from] ListenError),
    #[error(transparent)]
    Schema(#[from] SchemaFlaw),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("{0}")]
    Io(#[from] io::Error),
}

async fn serve_until_end<P: Provider>(
    address: &'static str,
    provider: P,
    most_elements: usize,
    request: &Request,
    port: Port,
    debug: bool,
) -> Result<(), ServeError> {
    let (ending, interrupt) = (CancellationToken::new(), Arc::new(Interrupt::default()));
    // From here on, Ctrl-C does not kill the process, so that the socket file below is always removed.
    tokio::spawn(lifecycle::signals(ending.clone(), debug)?);

    let listener = Listener::bind(&request.socket, port).await?;
    let tls = request.client_certificate.clone().map(Tls::new).transpose()?;
    let socket = listener.address()?;
    let announcement = if debug {
        reattach::instructions(address, &socket)
    } else {
        request.answer(&socket, tls.as_ref().map(Tls::certificate)) + "\n"
    };
    debug!(address = %socket, tls = tls.is_some(), "listening");

    let service = Arc::new(Service::new(address, provider, most_elements, Arc::clone(&interrupt))?);
    let services = GrpcServices::new(Arc::clone(&service), GoPlugin { ending: ending.clone() });

    let (connections, live) = connections::accept(listener, tls);
    if !debug {
        tokio::spawn(lifecycle::watch_client(live, ending.clone()));
    }
    print(&announcement)?;

    let serving = async {
        services.serve(connections, ending.clone()).await;
        timeout(GRACE, service.finish()).await.ok();
    };
    let deadline = async {
        ending.cancelled().await;
        // Cancel all calls, because clients no longer wait for the responses.
        interrupt.cancel_all();
        sleep(GRACE).await;
    };
    tokio::select! {
        () = serving => {}
        () = deadline => debug!("a client did not disconnect in time, or the provider did not finish"),
    }
    Ok(())
}

fn print(text: &str) -> Result<(), ServeError> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}

/// Returns the exit code. If there is an error, prints the error to a stream that the user sees.
fn reported(outcome: Result<(), ServeError>) -> ExitCode {
    let Err(error) = outcome else { return ExitCode::SUCCESS };
    print_error(&match error {
        ServeError::Handshake(HandshakeError::NotAPlugin) => format!(
            "{error}.\nTerraform and OpenTofu start the plugin when a configuration needs it. Do not start it by hand.\n\
             For the options, run it with -help."
        ),
        error => {
            let message = format!("the provider cannot start: {error}");
            // Terraform does not show stderr. If the first line on stdout is not a handshake, Terraform quotes this line.
            drop(print(&(handshake::refusal(&colors::escape(&message)) + "\n")));
            message
        }
    });
    ExitCode::FAILURE
}

fn print_error(text: &str) {
    // Ignore a write error: if stderr is closed, nobody reads the text.
    drop(writeln!(io::stderr(), "{}", text.trim_end()));
}
