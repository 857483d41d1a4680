//! `ecr-sandbox`: a local stand-in for Amazon ECR, ECR Public and STS. Container clients can log in with its tokens.

mod command_line;
mod failure;
mod listen;
mod unrepeated;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;
use ecr_sandbox::Sandbox;
use tokio::{runtime, signal::ctrl_c};

use crate::{command_line::CommandLine, failure::Failure};

fn main() -> ExitCode {
    match run(&CommandLine::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            writeln!(io::stderr(), "ecr-sandbox: {failure}").ok();
            ExitCode::FAILURE
        }
    }
}

/// Runs the sandbox until Ctrl-C.
fn run(command_line: &CommandLine) -> Result<(), Failure> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::System)?;
    runtime.block_on(async {
        if let Some(warning) = command_line.warning() {
            writeln!(io::stderr(), "ecr-sandbox: warning: {warning}").ok();
        }
        let sandbox = Sandbox::start(command_line.options()).await?;
        command_line.write_ca(&sandbox)?;
        match writeln!(io::stdout(), "{}", command_line.ready(&sandbox)) {
            // `BrokenPipe` means that nobody reads the line. The sandbox continues, because other programs may use the sandbox.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(Failure::Output(error)),
            _ => {}
        }
        ctrl_c().await.map_err(Failure::System)
    })
}
