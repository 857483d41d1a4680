//! One row of the table: what is configured, and what that leads to.

/// A configuration as a person leaves it behind, and what must come of it.
///
/// In every text of a row,
/// - `<home>` stands for the home directory,
/// - `<tls>` for the URL of the sandbox with a certificate of the CA in `~/ca.pem` and in the directory `~/authorities`,
/// - `<proxy>`, or another name that ends so, for its `host:port` as a proxy,
/// - `<name>` for its URL at a port without TLS, recorded with ` at name` unless it is `all`,
/// - `<name.port>` for its port.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) environment: Vec<(&'static str, &'static str)>,
    /// Their names relative to the home directory.
    pub(crate) files: Vec<(&'static str, &'static str)>,
    /// The arguments of the provider block.
    pub(crate) block: Vec<&'static str>,
    /// The arguments of the ephemeral block.
    pub(crate) arguments: &'static str,
    /// How often ECR throttles before it answers.
    pub(crate) throttles: u64,
    /// A part of `User-Agent` that is recorded as `as …` wherever it is there.
    pub(crate) agent: Option<&'static str>,
    /// The programs that the provider runs.
    pub(crate) programs: &'static [&'static str],
    pub(crate) expected: Expected,
    pub(crate) peer: Peer,
}

/// What a configuration leads to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expected {
    /// In order, as [`crate::recorded`] writes them.
    pub(crate) requests: Vec<&'static str>,
    /// Whether the plan fails for another reason than a default endpoint that cannot be reached.
    pub(crate) fails: bool,
    /// All are in what Terraform prints, in small letters or capitals.
    pub(crate) words: Vec<&'static str>,
}

/// What hashicorp/aws makes of the same row.
#[derive(Debug)]
pub(crate) enum Peer {
    Same,
    /// Something else, and why this provider does not do that.
    Differs(Expected, &'static str),
    /// Version 5 cannot be asked, and why.
    CannotTell(&'static str),
}

/// A row in which nothing is configured but `AWS_REGION=us-east-1` and where AWS is.
pub(crate) fn row(name: &'static str) -> Row {
    Row {
        name,
        environment: vec![
            ("AWS_REGION", "us-east-1"),
            ("AWS_ENDPOINT_URL", "<all>"),
            // The peer does not take the variable above for STS.
            ("AWS_ENDPOINT_URL_STS", "<all>"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            // Nothing here may reach the Internet.
            ("HTTPS_PROXY", "http://127.0.0.1:1"),
        ],
        files: Vec::new(),
        block: Vec::new(),
        arguments: "",
        throttles: 0,
        agent: None,
        programs: &[],
        expected: Expected::default(),
        peer: Peer::Same,
    }
}

impl Row {
    /// Declares the programs that the row needs.
    pub(crate) fn needs(mut self, programs: &'static [&'static str]) -> Self {
        self.programs = programs;
        self
    }

    /// Sets a variable.
    pub(crate) fn env(mut self, name: &'static str, value: &'static str) -> Self {
        self = self.without(name);
        self.environment.push((name, value));
        self
    }

    /// Removes a variable.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.environment.retain(|(other, _)| *other != name);
        self
    }

    /// Puts `AKIDENV` into the environment.
    pub(crate) fn env_keys(self) -> Self {
        self.env("AWS_ACCESS_KEY_ID", "AKIDENV").env("AWS_SECRET_ACCESS_KEY", "hunter2")
    }

    /// Asks AWS itself, by way of a proxy that only seems to lead there: `<proxy>`, in `HTTPS_PROXY`.
    pub(crate) fn default_endpoints(self) -> Self {
        self.without("AWS_ENDPOINT_URL").without("AWS_ENDPOINT_URL_STS").env("HTTPS_PROXY", "http://<proxy>")
    }

    /// Lets the metadata service of EC2 be asked: `<all>`.
    pub(crate) fn on_ec2(self) -> Self {
        self.without("AWS_EC2_METADATA_DISABLED").env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "<all>")
    }

    /// Writes `~/.aws/config`.
    pub(crate) fn config(self, content: &'static str) -> Self {
        self.file(".aws/config", content)
    }

    /// Writes `~/.aws/credentials`.
    pub(crate) fn credentials(self, content: &'static str) -> Self {
        self.file(".aws/credentials", content)
    }

    /// Writes a file in the home directory; one that starts with `#!` can be run.
    pub(crate) fn file(mut self, name: &'static str, content: &'static str) -> Self {
        self.files.push((name, content));
        self
    }

    /// Adds arguments to the provider block.
    pub(crate) fn block(mut self, arguments: &'static str) -> Self {
        self.block.push(arguments);
        self
    }

    /// Sets the arguments of the ephemeral block.
    pub(crate) fn arguments(mut self, arguments: &'static str) -> Self {
        self.arguments = arguments;
        self
    }

    /// Has ECR throttle this often before it answers.
    pub(crate) fn throttles(mut self, times: u64) -> Self {
        self.throttles = times;
        self
    }

    /// Records where this part of `User-Agent` is there.
    pub(crate) fn agent(mut self, part: &'static str) -> Self {
        self.agent = Some(part);
        self
    }

    /// Exactly these requests are made.
    pub(crate) fn sees<const N: usize>(mut self, requests: [&'static str; N]) -> Self {
        self.expected.requests = requests.into();
        self
    }

    /// The plan fails, and says these words.
    pub(crate) fn fails<const N: usize>(mut self, words: [&'static str; N]) -> Self {
        self.expected.fails = true;
        self.says(words)
    }

    /// These words are printed.
    pub(crate) fn says<const N: usize>(mut self, words: [&'static str; N]) -> Self {
        self.expected.words.extend(words);
        self
    }

    /// The peer makes these requests instead, and its plan goes well; that is not copied for this reason.
    pub(crate) fn peer_sees<const N: usize>(mut self, requests: [&'static str; N], why: &'static str) -> Self {
        self.peer = Peer::Differs(Expected { requests: requests.into(), ..Expected::default() }, why);
        self
    }

    /// The peer fails with these words after these requests; that is not copied for this reason.
    pub(crate) fn peer_fails<const N: usize, const M: usize>(
        mut self,
        requests: [&'static str; N],
        words: [&'static str; M],
        why: &'static str,
    ) -> Self {
        self.peer = Peer::Differs(Expected { requests: requests.into(), fails: true, words: words.into() }, why);
        self
    }

    /// Version 5 of the peer cannot be asked, for this reason.
    pub(crate) fn ours_only(mut self, why: &'static str) -> Self {
        self.peer = Peer::CannotTell(why);
        self
    }

    /// Every request that this provider or the peer is to make.
    pub(crate) fn expectations(&self) -> impl Iterator<Item = &'static str> {
        let of_peer = match &self.peer {
            Peer::Differs(expected, _) => &expected.requests[..],
            Peer::Same | Peer::CannotTell(_) => &[],
        };
        self.expected.requests.iter().chain(of_peer).copied()
    }

    /// Every text of the row, to look for placeholders.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &'static str> {
        let environment = self.environment.iter().map(|(_, value)| *value);
        let files = self.files.iter().map(|(_, content)| *content);
        environment.chain(files).chain(self.block.iter().copied()).chain([self.arguments])
    }
}
