//! One row of the table: what is configured, what goes wrong, and what comes of it.

use std::{ops::RangeInclusive, time::Duration};

use expect_test::Expect;

use crate::answer::Answer;

/// Long enough for anything that is not waited for on purpose.
const SOON: Duration = Duration::from_secs(5);

/// A configuration, what AWS does, and what a person is told.
///
/// In every text of a row, `<home>` stands for the home directory, and another name in angle brackets for `host:port` of
/// a server of the row: see [`crate::world`].
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) environment: Vec<(&'static str, &'static str)>,
    /// Their names relative to the home directory.
    pub(crate) files: Vec<(&'static str, Vec<u8>)>,
    /// Pipes that nobody writes to, in the home directory.
    pub(crate) pipes: Vec<&'static str>,
    pub(crate) block: Vec<Argument>,
    /// The type of the ephemeral block.
    pub(crate) token: &'static str,
    /// Its arguments.
    pub(crate) arguments: Vec<(&'static str, &'static str)>,
    /// What is answered to an action, one after the other, and the last one for ever.
    pub(crate) answers: Vec<(&'static str, Vec<Answer>)>,
    /// What the provider tells, if anything.
    pub(crate) told: Option<Expect>,
    /// How many requests reach a server.
    pub(crate) requests: RangeInclusive<usize>,
    /// How long it may take until the provider has answered.
    pub(crate) limit: Duration,
    /// What the log says.
    pub(crate) logged: Vec<&'static str>,
    /// The programs that the provider runs, or has run by a program.
    pub(crate) programs: &'static [&'static str],
    pub(crate) is_in_the_guide: bool,
    /// Whether it is run with real Terraform whatever its place in the table.
    pub(crate) needs_terraform: bool,
}

/// An argument of the provider block.
#[derive(Clone, Debug)]
pub(crate) enum Argument {
    /// An attribute, with its value in HCL.
    Set(&'static str, Value),
    /// A nested block, with its attributes.
    Block(&'static str, Vec<(&'static str, Value)>),
}

#[derive(Clone, Debug)]
pub(crate) enum Value {
    Bool(bool),
    Number(u64),
    Text(&'static str),
    Texts(Vec<&'static str>),
}

/// A row in which keys, a Region and a fake AWS are configured, and that ends well after one request.
pub(crate) fn row(name: &'static str) -> Row {
    Row {
        name,
        environment: vec![
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ENDPOINT_URL", "http://<aws>"),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "hunter2/secret/key"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            // Nothing here may reach the Internet.
            ("HTTPS_PROXY", "http://127.0.0.1:1"),
            ("NO_PROXY", "127.0.0.1"),
        ],
        files: Vec::new(),
        pipes: Vec::new(),
        block: Vec::new(),
        token: "aws_ecr_authorization_token",
        arguments: Vec::new(),
        answers: Vec::new(),
        told: None,
        requests: 1..=1,
        limit: SOON,
        logged: Vec::new(),
        programs: &[],
        is_in_the_guide: false,
        needs_terraform: false,
    }
}

impl Row {
    /// Sets a variable.
    pub(crate) fn env(mut self, name: &'static str, value: &'static str) -> Self {
        self = self.without(&[name]);
        self.environment.push((name, value));
        self
    }

    /// Removes variables.
    pub(crate) fn without(mut self, names: &[&str]) -> Self {
        self.environment.retain(|(other, _)| !names.contains(other));
        self
    }

    /// Removes the keys.
    pub(crate) fn without_keys(self) -> Self {
        self.without(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
    }

    /// Makes this the endpoint of all services.
    pub(crate) fn at(self, url: &'static str) -> Self {
        self.env("AWS_ENDPOINT_URL", url)
    }

    /// Writes a file in the home directory.
    pub(crate) fn file(mut self, name: &'static str, content: impl Into<Vec<u8>>) -> Self {
        self.files.push((name, content.into()));
        self
    }

    /// Makes a pipe in the home directory that nobody writes to.
    pub(crate) fn pipe(mut self, name: &'static str) -> Self {
        self.pipes.push(name);
        self
    }

    /// Writes `~/.aws/config`, in place of the keys in the environment.
    pub(crate) fn config(self, content: &'static str) -> Self {
        self.without_keys().file(".aws/config", content)
    }

    /// Sets an argument of the provider block.
    pub(crate) fn set(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.block.push(Argument::Set(name, value.into()));
        self
    }

    /// Adds a block to the provider block.
    pub(crate) fn block<const N: usize>(mut self, name: &'static str, arguments: [(&'static str, Value); N]) -> Self {
        self.block.push(Argument::Block(name, arguments.into()));
        self
    }

    /// Adds a role to the provider block.
    pub(crate) fn role(self, arn: &'static str) -> Self {
        self.block("assume_role", [("role_arn", arn.into())])
    }

    /// Sets an argument of the ephemeral block.
    pub(crate) fn argument(mut self, name: &'static str, value: &'static str) -> Self {
        self.arguments.push((name, value));
        self
    }

    /// Asks for a token of ECR Public.
    pub(crate) fn public(mut self) -> Self {
        self.token = "aws_ecrpublic_authorization_token";
        self
    }

    /// Has the action answered with these, one after the other, and with the last one for ever.
    pub(crate) fn answer<const N: usize>(mut self, action: &'static str, answers: [Answer; N]) -> Self {
        self.answers.push((action, answers.into()));
        self
    }

    /// Has ECR answer with these, one after the other, and with the last one for ever.
    pub(crate) fn ecr<const N: usize>(self, answers: [Answer; N]) -> Self {
        self.answer("GetAuthorizationToken", answers)
    }

    /// This is what a person is told.
    pub(crate) fn tells(mut self, told: Expect) -> Self {
        self.told = Some(told);
        self
    }

    /// So many requests are made.
    pub(crate) fn requests(self, count: usize) -> Self {
        self.requests_between(count..=count)
    }

    /// About so many requests are made, since waits are random.
    pub(crate) fn requests_between(mut self, count: RangeInclusive<usize>) -> Self {
        self.requests = count;
        self
    }

    /// It may take so long.
    pub(crate) fn within(mut self, seconds: u64) -> Self {
        self.limit = Duration::from_secs(seconds);
        self
    }

    /// The log says this.
    pub(crate) fn logs(mut self, words: &'static str) -> Self {
        self.logged.push(words);
        self
    }

    /// Declares the programs that the row needs.
    pub(crate) fn needs(mut self, programs: &'static [&'static str]) -> Self {
        self.programs = programs;
        self
    }

    /// What real Terraform prints is in the guide to troubleshooting.
    pub(crate) fn in_the_guide(mut self) -> Self {
        self.is_in_the_guide = true;
        self
    }

    /// Real Terraform prints it, whatever the place of the row in the table.
    pub(crate) fn with_terraform(mut self) -> Self {
        self.needs_terraform = true;
        self
    }

    /// Whether it tells the same every time.
    pub(crate) fn is_certain(&self) -> bool {
        self.requests.start() == self.requests.end()
    }

    /// Every text of the row, to look for placeholders.
    pub(crate) fn texts(&self) -> impl Iterator<Item = String> {
        let environment = self.environment.iter().map(|(_, value)| (*value).to_owned());
        let files = self.files.iter().map(|(_, content)| String::from_utf8_lossy(content).into_owned());
        environment.chain(files).chain(self.block.iter().map(|argument| format!("{argument:?}")))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<u64> for Value {
    fn from(value: u64) -> Self {
        Self::Number(value)
    }
}

impl From<&'static str> for Value {
    fn from(value: &'static str) -> Self {
        Self::Text(value)
    }
}

impl<const N: usize> From<[&'static str; N]> for Value {
    fn from(value: [&'static str; N]) -> Self {
        Self::Texts(value.into())
    }
}
