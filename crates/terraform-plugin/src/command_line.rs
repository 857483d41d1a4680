//! Parses the arguments of a provider binary that a user starts by hand.

use crate::listener::Port;

/// Whether the program runs on Windows. On Windows, a Unix socket cannot be limited to its owner.
const WINDOWS: bool = cfg!(windows);

/// The command that the process runs.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Command {
    /// Serve any Terraform that connects to this process.
    Debug(Port),
    Help,
    /// Serve the Terraform that started the process.
    Plugin,
    Version,
}

impl Command {
    /// Parses the arguments. Options can begin with one dash or two, as in Go programs.
    pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        Self::parse_on(WINDOWS, arguments)
    }

    fn parse_on(windows: bool, arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut command = Self::Plugin;
        for argument in arguments {
            command = match argument.as_str() {
                "-debug" | "--debug" if windows => {
                    return Err(
                        "-debug is not available on Windows, which has no private sockets: use -debug-tcp".into()
                    );
                }
                "-debug" | "--debug" => Self::Debug(Port::Forbidden),
                "-debug-tcp" | "--debug-tcp" if windows => Self::Debug(Port::Allowed),
                "-debug-tcp" | "--debug-tcp" => {
                    return Err("-debug-tcp is for Windows: use -debug, which has a private socket".into());
                }
                "-help" | "--help" | "-h" => Self::Help,
                "-version" | "--version" | "-V" => Self::Version,
                _ => return Err(format!("unknown argument {argument:?}")),
            };
        }
        Ok(command)
    }
}

pub(crate) fn help(name: &str) -> String {
    help_on(WINDOWS, name)
}

fn help_on(windows: bool, name: &str) -> String {
    let debug = if windows {
        "  -debug-tcp serve on a port of 127.0.0.1 until Ctrl-C, and print the setting for Terraform.\n\
        \x20            Every user of this machine can then connect, and run programs as you.\n"
    } else {
        "  -debug     serve until Ctrl-C, and print the setting for Terraform\n"
    };
    format!(
        "terraform-provider-{name} is a plugin. Terraform and OpenTofu start it.\n\n\
         {debug}\
         \x20 -version   print the version\n\
         \x20 -help      print this help\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(windows: bool, argument: &str) -> Result<Command, String> {
        Command::parse_on(windows, [argument.to_owned()])
    }

    #[test]
    fn flags_have_one_or_two_dashes() {
        assert_eq!(Command::parse([]), Ok(Command::Plugin));
        assert_eq!(parse(false, "-debug"), Ok(Command::Debug(Port::Forbidden)));
        assert_eq!(parse(false, "--debug"), Ok(Command::Debug(Port::Forbidden)));
        assert_eq!(parse(false, "--version"), Ok(Command::Version));
        assert_eq!(parse(false, "serve"), Err("unknown argument \"serve\"".to_owned()));
    }

    #[test]
    fn a_public_debug_port_requires_its_own_flag() {
        for debug in ["-debug", "--debug"] {
            assert!(parse(true, debug).expect_err("Windows has no private sockets").contains("-debug-tcp"));
        }
        for port in ["-debug-tcp", "--debug-tcp"] {
            assert_eq!(parse(true, port), Ok(Command::Debug(Port::Allowed)));
            assert!(parse(false, port).expect_err("Unix has private sockets").contains("-debug,"));
        }
        assert!(help_on(true, "ecr").contains("-debug-tcp") && !help_on(false, "ecr").contains("-debug-tcp"));
    }
}
