//! `ecr-sandbox`: a local stand-in for Amazon ECR, ECR Public and STS whose tokens really log in.

mod command_line;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;
use ecr_sandbox::Sandbox;
use tokio::{runtime, signal::ctrl_c};

use crate::command_line::CommandLine;

fn main() -> ExitCode {
    let command_line = CommandLine::parse();
    let run = async {
        let options = command_line.options();
        if !options.listen.ip().is_loopback() {
            let warning =
                "ecr-sandbox: warning: whoever can reach this machine can use the sandbox, and the registry behind it";
            writeln!(io::stderr(), "{warning}").ok();
        }
        let sandbox = Sandbox::start(options).await?;
        command_line.write_ca(&sandbox)?;
        // A reader that is gone already wants to know nothing.
        writeln!(io::stdout(), "{}", command_line.ready(&sandbox)).ok();
        ctrl_c().await.map_err(Box::<dyn std::error::Error>::from)
    };
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    match runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(run)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            writeln!(io::stderr(), "ecr-sandbox: {error}").ok();
            ExitCode::FAILURE
        }
    }
}
