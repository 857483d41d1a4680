//! One row of the test table: a Terraform configuration with its environment, and the expected outcome.

mod expectations;

use std::{ops::RangeInclusive, time::Duration};

use serde_json::Value as Json;

use crate::{answer::Answer, expected_diagnostics::ExpectedDiagnostics};

/// The Region of rows that do not configure another Region.
pub const REGION: &str = "eu-west-1";

/// The default time limit. It is long enough for every row that does not wait on purpose.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// A configuration, the responses of AWS, and the expected requests and messages of the provider.
///
/// In every text of a row, `<home>` stands for the home directory. Another name in angle brackets stands for `host:port` of a
/// server: see [`crate::world`]. `<name.port>` stands for only the port of a server, and `<ca.pem>` stands for the CA certificate
/// of the servers. Every secret of a row contains `hunter2`.
#[derive(Debug)]
pub struct Row {
    /// The name, which is unique among the rows of the same theme.
    pub name: &'static str,
    /// The environment variables. Values may be any bytes.
    pub environment: Vec<(String, Vec<u8>)>,
    /// The files of the home directory, and their content. A file that begins with `#!` is executable.
    pub files: Vec<(String, Vec<u8>)>,
    /// The files in the directory of `main.tf`, and their content.
    pub module_files: Vec<(String, Vec<u8>)>,
    /// Named pipes in the home directory. Reads from these pipes block, because nothing writes to them.
    pub pipes: Vec<&'static str>,
    /// The arguments of the provider block.
    pub block: Vec<Argument>,
    /// The type of the ephemeral block.
    pub token: &'static str,
    /// The arguments of the ephemeral block.
    pub arguments: Vec<Argument>,
    /// The responses to each action, in order. The last response is repeated.
    pub answers: Vec<(&'static str, Vec<Answer>)>,
    /// A part of the header `User-Agent`. If a request has this part, the line of the request ends with `as …`.
    pub agent: Option<&'static str>,
    /// The requests that must reach a server.
    pub asked: Asked,
    /// The diagnostics that must be printed.
    pub diagnostics: ExpectedDiagnostics,
    /// Words that the log must contain.
    pub logged: Vec<&'static str>,
    /// The time that the provider may take.
    pub limit: Duration,
    /// The programs that the provider runs, and the programs that these programs run.
    pub programs: &'static [&'static str],
    /// Whether the row also runs with real Terraform.
    pub is_for_terraform: bool,
    /// Whether the guide to troubleshooting contains Terraform's output for this row.
    pub is_in_the_guide: bool,
    /// The outcome with hashicorp/aws.
    pub peer: Peer,
}

/// An attribute or a nested block.
#[derive(Clone, Debug)]
pub enum Argument {
    /// An attribute.
    Set(String, Json),
    /// A nested block, with its attributes.
    Block(String, Vec<(String, Json)>),
}

impl Argument {
    fn block(name: impl Into<String>, arguments: Json) -> Self {
        let Json::Object(arguments) = arguments else { panic!("a block is an object") };
        Self::Block(name.into(), arguments.into_iter().collect())
    }
}

/// The requests that must reach a server.
#[derive(Clone, Debug)]
pub enum Asked {
    /// Exactly these requests, in the form of [`crate::recorded`].
    Exactly(Vec<String>),
    /// This number of requests.
    Times(RangeInclusive<usize>),
}

/// The outcome of a row with hashicorp/aws of version 5.
#[derive(Debug)]
pub enum Peer {
    /// If the row lists the requests, hashicorp/aws must have the same outcome as this provider.
    Same,
    /// hashicorp/aws must send these requests, and print these diagnostics instead of the diagnostics of this provider. The text
    /// is the reason why this provider does not copy the behavior of hashicorp/aws.
    Differs(Vec<String>, ExpectedDiagnostics, &'static str),
    /// The row cannot run with version 5 of hashicorp/aws, for this reason.
    CannotTell(&'static str),
}

/// Returns a row that configures only a Region and an endpoint for all of AWS's services.
#[must_use]
pub fn row(name: &'static str) -> Row {
    let row = Row {
        name,
        environment: Vec::new(),
        files: Vec::new(),
        module_files: Vec::new(),
        pipes: Vec::new(),
        block: Vec::new(),
        token: "aws_ecr_authorization_token",
        arguments: Vec::new(),
        answers: Vec::new(),
        agent: None,
        asked: Asked::Times(1..=1),
        diagnostics: ExpectedDiagnostics::nothing(),
        logged: Vec::new(),
        limit: TIME_LIMIT,
        programs: &[],
        is_for_terraform: false,
        is_in_the_guide: false,
        peer: Peer::Same,
    };
    row.env("HOME", "<home>")
        .env("AWS_REGION", REGION)
        .env("AWS_ENDPOINT_URL", "http://<aws>")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        // No request must reach the Internet.
        .env("HTTPS_PROXY", "http://127.0.0.1:1")
}

/// Returns a row with the key `AKIDENV` in the environment.
#[must_use]
pub fn keys(name: &'static str) -> Row {
    row(name).env_keys()
}

/// Functions that change the configuration of a row.
impl Row {
    /// Sets an environment variable.
    #[must_use]
    pub fn env(self, name: impl Into<String>, value: impl AsRef<[u8]>) -> Self {
        let name = name.into();
        let mut row = self.without([&*name]);
        row.environment.push((name, value.as_ref().to_owned()));
        row
    }

    /// Removes environment variables.
    #[must_use]
    pub fn without<const N: usize>(mut self, names: [&str; N]) -> Self {
        self.environment.retain(|(other, _)| !names.contains(&&**other));
        self
    }

    /// Puts the key `AKIDENV` into the environment.
    #[must_use]
    pub fn env_keys(self) -> Self {
        self.env("AWS_ACCESS_KEY_ID", "AKIDENV").env("AWS_SECRET_ACCESS_KEY", "hunter2/secret/key")
    }

    /// Sets the environment variables that name a role and the file with a web identity token. Writes this file.
    #[must_use]
    pub fn web_identity(self, role: &str) -> Self {
        self.env("AWS_ROLE_ARN", format!("arn:aws:iam::123456789012:role/{role}"))
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/token")
            .file("token", "hunter2-identity")
    }

    /// Sets the URL of a container's agent, which serves credentials at `<aws>`.
    #[must_use]
    pub fn in_a_container(self) -> Self {
        self.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://<aws>/v1/credentials")
    }

    /// Sets the endpoint of all services.
    #[must_use]
    pub fn at(self, url: &'static str) -> Self {
        self.env("AWS_ENDPOINT_URL", url)
    }

    /// Uses AWS's own endpoints through the proxy `<proxy>`, which does not connect to AWS.
    #[must_use]
    pub fn default_endpoints(self) -> Self {
        self.without(["AWS_ENDPOINT_URL"]).env("HTTPS_PROXY", "http://<proxy>")
    }

    /// Enables EC2's instance metadata service, at `<aws>`.
    #[must_use]
    pub fn on_ec2(self) -> Self {
        self.without(["AWS_EC2_METADATA_DISABLED"]).env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://<aws>")
    }

    /// Writes a file in the home directory.
    #[must_use]
    pub fn file(mut self, name: impl Into<String>, content: impl AsRef<[u8]>) -> Self {
        self.files.push((name.into(), content.as_ref().to_owned()));
        self
    }

    /// Writes a file in the directory of `main.tf`, in which Terraform runs.
    #[must_use]
    pub fn module_file(mut self, name: impl Into<String>, content: impl AsRef<[u8]>) -> Self {
        self.module_files.push((name.into(), content.as_ref().to_owned()));
        self
    }

    /// Writes `~/.aws/config`.
    #[must_use]
    pub fn config(self, content: impl AsRef<[u8]>) -> Self {
        self.file(".aws/config", content)
    }

    /// Writes `~/.aws/credentials`.
    #[must_use]
    pub fn credentials(self, content: impl AsRef<[u8]>) -> Self {
        self.file(".aws/credentials", content)
    }

    /// Creates a named pipe in the home directory. Reads from the pipe block, because nothing writes to it.
    #[must_use]
    pub fn pipe(mut self, name: &'static str) -> Self {
        self.pipes.push(name);
        self
    }

    /// Sets an argument of the provider block.
    #[must_use]
    pub fn set(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.block.push(Argument::Set(name.into(), value.into()));
        self
    }

    /// Sets `profile` in the provider block.
    #[must_use]
    pub fn profile(self, name: &str) -> Self {
        self.set("profile", name)
    }

    /// Sets the key `AKIDBLOCK` in the provider block.
    #[must_use]
    pub fn block_keys(self) -> Self {
        self.set("access_key", "AKIDBLOCK").set("secret_key", "hunter2")
    }

    /// Adds a block `endpoints` to the provider block, with the URL of one service.
    #[must_use]
    pub fn endpoint(self, service: &str, url: &str) -> Self {
        self.block("endpoints", serde_json::json!({service: url}))
    }

    /// Adds a nested block to the provider block. `arguments` is a JSON object.
    ///
    /// # Panics
    /// If `arguments` is not an object.
    #[must_use]
    pub fn block(mut self, name: impl Into<String>, arguments: Json) -> Self {
        self.block.push(Argument::block(name, arguments));
        self
    }

    /// Adds `assume_role` with this role to the provider block.
    #[must_use]
    pub fn role(self, arn: &str) -> Self {
        self.block("assume_role", serde_json::json!({"role_arn": arn}))
    }

    /// Sets an argument of the ephemeral block.
    #[must_use]
    pub fn argument(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.arguments.push(Argument::Set(name.into(), value.into()));
        self
    }

    /// Adds a nested block to the ephemeral block. `arguments` is a JSON object.
    ///
    /// # Panics
    /// If `arguments` is not an object.
    #[must_use]
    pub fn own_block(mut self, name: impl Into<String>, arguments: Json) -> Self {
        self.arguments.push(Argument::block(name, arguments));
        self
    }

    /// Adds `assume_role` with this role to the ephemeral block.
    #[must_use]
    pub fn own_role(self, arn: &str) -> Self {
        self.own_block("assume_role", serde_json::json!({"role_arn": arn}))
    }

    /// Requests a token of ECR Public instead of ECR.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.token = "aws_ecrpublic_authorization_token";
        self
    }

    /// Sets the responses to an action, in order. The last response is repeated.
    #[must_use]
    pub fn answer<const N: usize>(mut self, action: &'static str, answers: [Answer; N]) -> Self {
        self.answers.push((action, answers.into()));
        self
    }

    /// Sets the responses of ECR, in order. The last response is repeated.
    #[must_use]
    pub fn ecr<const N: usize>(self, answers: [Answer; N]) -> Self {
        self.answer("GetAuthorizationToken", answers)
    }

    /// Marks requests that have this part in the header `User-Agent`: the lines of such requests end with `as …`.
    #[must_use]
    pub fn agent(mut self, part: &'static str) -> Self {
        self.agent = Some(part);
        self
    }

    /// Declares the programs that the row needs.
    #[must_use]
    pub fn needs(mut self, programs: &'static [&'static str]) -> Self {
        self.programs = programs;
        self
    }
}

impl Row {
    /// Whether every run makes the same number of requests.
    #[must_use]
    pub fn is_deterministic(&self) -> bool {
        !matches!(&self.asked, Asked::Times(count) if count.start() != count.end())
    }

    /// Whether the row has the default time limit. Rows that wait on purpose have a longer limit.
    #[must_use]
    pub fn is_quick(&self) -> bool {
        self.limit <= TIME_LIMIT
    }

    /// Returns all texts of the configuration that can contain placeholders.
    pub fn texts(&self) -> impl Iterator<Item = String> {
        let texts = self.environment.iter().chain(&self.files).chain(&self.module_files);
        let bytes = texts.map(|(_, value)| value);
        let arguments = self.block.iter().chain(&self.arguments).map(|argument| format!("{argument:?}"));
        bytes.map(|value| String::from_utf8_lossy(value).into_owned()).chain(arguments)
    }

    /// Returns all listed requests that this provider or hashicorp/aws must make.
    pub fn expected_requests(&self) -> impl Iterator<Item = &str> {
        let ours = match &self.asked {
            Asked::Exactly(requests) => requests.as_slice(),
            Asked::Times(_) => &[],
        };
        let peers = match &self.peer {
            Peer::Differs(requests, ..) => requests.as_slice(),
            Peer::Same | Peer::CannotTell(_) => &[],
        };
        ours.iter().chain(peers).map(String::as_str)
    }
}
