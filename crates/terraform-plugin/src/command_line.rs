//! The few things a provider binary can be told by hand.

/// What the process is to do.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Command {
    /// Wait for whoever is pointed here.
    Debug,
    Help,
    /// Serve the client that started the process.
    Plugin,
    Version,
}

impl Command {
    /// Go programs take one dash or two, and so does this.
    pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut command = Self::Plugin;
        for argument in arguments {
            command = match argument.as_str() {
                "-debug" | "--debug" => Self::Debug,
                "-help" | "--help" | "-h" => Self::Help,
                "-version" | "--version" | "-V" => Self::Version,
                _ => return Err(format!("unknown argument {argument:?}")),
            };
        }
        Ok(command)
    }
}

pub(crate) fn help(name: &str) -> String {
    format!(
        "terraform-provider-{name} is a plugin: Terraform and OpenTofu start it, there is no need to run it by hand.\n\n\
         \x20 -debug     serve until Ctrl-C, and say how to point Terraform here\n\
         \x20 -version   print the version\n\
         \x20 -help      print this\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_dash_or_two() {
        let parse = |argument: &str| Command::parse([argument.to_owned()]);
        assert_eq!(Command::parse([]), Ok(Command::Plugin));
        assert_eq!(parse("-debug"), Ok(Command::Debug));
        assert_eq!(parse("--debug"), Ok(Command::Debug));
        assert_eq!(parse("--version"), Ok(Command::Version));
        assert_eq!(parse("serve"), Err("unknown argument \"serve\"".to_owned()));
    }
}
