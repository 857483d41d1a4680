//! Credentials from a program that a profile sets as its `credential_process`.
//!
//! AWS documents the required output: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>.

use std::{
    borrow::Cow,
    io,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use aws_credential_types::Credentials;
#[cfg(unix)]
use nix::unistd::{getpgrp, tcgetpgrp};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::{Child, Command},
    time::timeout,
};
use tracing::info;

use super::{descendants::Descendants, within::SOURCE_TIMEOUT};
use crate::{
    document::{Document, NotText, time},
    foreign::Foreign,
    problem::SourceProblem,
    redaction::named_secrets,
    secret::Secret,
    secrets::Secrets,
};

/// The time limit for reading the rest of the output after the program has ended. A process that the program started may keep the
/// output open for longer.
const OUTPUT_GRACE: Duration = Duration::from_secs(1);
/// The maximum size of the output, in bytes. Credentials are much smaller.
const MAX_OUTPUT: usize = 64 << 10;

/// Runs the command, and reads credentials from its output.
///
/// # Errors
/// Returns an error if the command fails, or if its output does not contain valid credentials. The error shows only the first line
/// of the program's standard error. Secrets from the program's output are hidden in this line.
pub(super) async fn credentials(command: &str, secrets: &Secrets) -> Result<Credentials, SourceProblem> {
    info!("running the credential_process of the profile");
    // If the caller drops this future, the future that waits for the program is also dropped. Dropping that future kills the
    // program.
    let printed = timeout(SOURCE_TIMEOUT, stdout_of(shell(&for_terminal(command)), secrets))
        .await
        .unwrap_or_else(|_| Err(format!("did not end within {} s, and was stopped", SOURCE_TIMEOUT.as_secs())));
    printed.and_then(|printed| read(&printed)).map_err(|words| SourceProblem::Process { words })
}

/// The shell that runs the command. AWS's SDK for Go uses the same shells. Small container images do not have a shell.
const SHELL: &str = if cfg!(windows) { "cmd.exe" } else { "sh" };

#[cfg(unix)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new(SHELL);
    shell.args(["-c", command]);
    shell
}

/// Passes the command without escaping, because `cmd.exe` does not parse its arguments with the rules of the C library. With `/S`,
/// `cmd.exe` removes only the first and the last quotation mark, which this function adds
/// ([reference](https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/cmd)). Without these quotation
/// marks, `cmd.exe` would damage a command that contains a quoted path and a quoted argument.
#[cfg(windows)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new(SHELL);
    shell.args(["/S", "/C"]).raw_arg(format!("\"{command}\""));
    shell
}

/// Prepares the command for the case that its standard input is Terraform's terminal.
///
/// If Terraform runs as a background job, and the command reads or configures the terminal, the system stops the whole job.
/// Terraform is then also stopped until a user continues the job. The command in a background job therefore ignores the signals
/// `TTIN` and `TTOU`, so that reading from the terminal is an error instead.
#[cfg(unix)]
fn for_terminal(command: &str) -> Cow<'_, str> {
    let in_background = tcgetpgrp(io::stdin()).is_ok_and(|foreground| foreground != getpgrp());
    if in_background { format!("trap '' TTIN TTOU\n{command}").into() } else { command.into() }
}

#[cfg(not(unix))]
fn for_terminal(command: &str) -> Cow<'_, str> {
    command.into()
}

async fn stdout_of(mut command: Command, secrets: &Secrets) -> Result<Vec<u8>, String> {
    // The program may ask the user for a code on Terraform's terminal.
    command.stdin(Stdio::inherit()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child =
        command.spawn().map_err(|error| format!("needs the program {SHELL}, which cannot be started: {error}"))?;
    // `descendants` is dropped before `child`, so that the descendants of `child` can still be found.
    let descendants = Descendants::new(&child);
    let (mut stdout, mut stderr) = (Output::default(), Output::default());
    let status = wait_for_end(&mut child, &mut stdout, &mut stderr, || descendants.disarm()).await;
    let status = status.map_err(|error| format!("cannot be waited for: {error}"))?;
    if !status.success() {
        // Words in the output that look like secrets are hidden only in this message. Other messages still show these words,
        // because some of them, such as a host name, are not secret.
        let all = Secrets::default();
        all.add(secrets.all().into_iter().chain(secrets_in(&stdout.kept)));
        let message = Foreign::from(&*stderr.kept).quote(&all);
        let message = message.map(|message| format!(": {message}")).unwrap_or_default();
        return Err(format!("failed ({status}){message}"));
    }
    if stdout.too_long { Err("printed more than 64 KiB".to_owned()) } else { Ok(stdout.kept) }
}

/// Returns the secrets in the output of a program. Also finds secrets in output that is incomplete or is not JSON.
fn secrets_in(printed: &[u8]) -> Vec<Secret> {
    /// The minimum length, in characters, of a word that is treated as a secret. AWS's secret keys have 40 characters, and session
    /// tokens are longer.
    const MIN_SECRET: usize = 16;
    let printed = String::from_utf8_lossy(printed);
    let is_of_secret = |letter: char| letter.is_ascii_alphanumeric() || "+/=_-.".contains(letter);
    let words = printed.split(|letter| !is_of_secret(letter));
    let long = words.filter(|word| word.len() >= MIN_SECRET && word.bytes().any(|byte| byte.is_ascii_digit()));
    let document = Document::parse(&printed).secrets();
    document.into_iter().chain(named_secrets(&printed)).chain(long.map(Secret::from)).collect()
}

/// Waits until the program has ended. Reads the program's output meanwhile, because a program that cannot write to a full pipe
/// does not end. Calls `ended` as soon as the program has ended.
async fn wait_for_end(
    child: &mut Child,
    stdout: &mut Output,
    stderr: &mut Output,
    ended: impl FnOnce(),
) -> io::Result<ExitStatus> {
    let (from_stdout, from_stderr) = (child.stdout.take(), child.stderr.take());
    let reading = async { tokio::join!(stdout.fill(from_stdout), stderr.fill(from_stderr)) };
    tokio::pin!(reading);
    tokio::select! {
        status = child.wait() => {
            ended();
            drop(timeout(OUTPUT_GRACE, reading).await);
            status
        }
        // The program may continue after closing its output.
        _ = &mut reading => {
            let status = child.wait().await;
            ended();
            status
        }
    }
}

/// The first [`MAX_OUTPUT`] bytes of a program's output.
#[derive(Default)]
struct Output {
    kept: Vec<u8>,
    too_long: bool,
}

impl Output {
    async fn fill(&mut self, stream: Option<impl AsyncRead + Unpin>) {
        let Some(mut stream) = stream else { return };
        let mut buffer = vec![0; 4096];
        // A read error is handled as the end of the output.
        while let Ok(length @ 1..) = stream.read(&mut buffer).await {
            let room = MAX_OUTPUT - self.kept.len();
            self.too_long |= length > room;
            self.kept.extend_from_slice(&buffer[..length.min(room)]);
        }
    }
}

fn read(printed: &[u8]) -> Result<Credentials, String> {
    let printed: Document = serde_json::from_slice(printed).map_err(|_| "did not print a JSON object".to_owned())?;
    let version = printed.value("Version").ok_or("did not print a `Version`")?;
    match version.as_u64() {
        Some(1) => {}
        Some(other) => return Err(format!("printed credentials of version {other}: only version 1 is supported")),
        None => return Err("printed a `Version` that is not a whole number: print 1, without quotes".to_owned()),
    }
    let text = |key: &str| printed.text(key).map_err(|NotText| format!("printed {key} without quotes around it"));
    let needed = |key: &str| text(key)?.ok_or_else(|| format!("did not print {key}"));
    let (id, secret, token) = (needed("AccessKeyId")?, needed("SecretAccessKey")?, text("SessionToken")?);
    let not_a_time = "printed an Expiration that is not a valid time";
    let expiry = text("Expiration")?.map(|at| time(at).ok_or(not_a_time)).transpose()?;
    Ok(Credentials::new(id, secret, token.map(ToOwned::to_owned), expiry, "credential_process"))
}

#[cfg(all(test, unix))]
mod tests {
    use tokio::time::Instant;

    use super::*;

    async fn credentials(command: &str) -> Result<Credentials, String> {
        let found = super::credentials(command, &Secrets::default()).await;
        found.map_err(|problem| problem.to_string())
    }

    async fn problem(command: &str) -> String {
        credentials(command).await.expect_err(command)
    }

    #[tokio::test]
    async fn reads_credentials_from_stdout() {
        let json = r#"{"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"sekrit","SessionToken":"t",
                       "Expiration":"2099-01-01T00:00:00+01:00"}"#;
        let found = credentials(&format!("echo noise >&2; echo '{json}'")).await.expect("credentials");
        assert_eq!((found.access_key_id(), found.secret_access_key()), ("AKID", "sekrit"));
        assert_eq!((found.session_token(), found.expiry()), (Some("t"), time("2098-12-31T23:00:00Z")));
        let other = r#"{"version":1,"accesskeyid":"A","ACCESSKEYID":"AKID","secretAccessKey":"sekrit","SessionToken":"","Expiration":null}"#;
        let found = credentials(&format!("echo '{other}'")).await.expect("credentials");
        assert_eq!((found.access_key_id(), found.session_token(), found.expiry()), ("AKID", None, None));
        let found = credentials(r#"echo '{"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"sekrit"}'"#).await;
        let found = found.expect("credentials");
        assert_eq!((found.session_token(), found.expiry()), (None, None));
    }

    #[tokio::test]
    async fn errors_state_the_cause_and_hide_stdout() {
        let secret = r#""SecretAccessKey":"hunter2""#;
        for (command, words) in [
            ("exit 3".to_owned(), "failed (exit status: 3)"),
            (
                "echo hunter2; printf 'no\\033[1m session\\nmore' >&2; exit 1".to_owned(),
                "failed (exit status: 1): no session",
            ),
            (
                "echo 'key: hunter2/that/is/long'; echo 'no hunter2/that/is/long here' >&2; exit 1".to_owned(),
                "failed (exit status: 1): no (hidden) here",
            ),
            ("kill -9 $$".to_owned(), "failed (signal: 9 (SIGKILL))"),
            ("/nonexistent/program".to_owned(), "failed (exit status: 127): sh: "),
            ("echo hunter2".to_owned(), "did not print a JSON object"),
            ("true".to_owned(), "did not print a JSON object"),
            ("echo '[\"hunter2\"]'".to_owned(), "did not print a JSON object"),
            (format!("echo '{{{secret}}}'"), "did not print a `Version`"),
            (
                format!("echo '{{\"Version\":2,{secret}}}'"),
                "printed credentials of version 2: only version 1 is supported",
            ),
            (
                format!("echo '{{\"Version\":\"1\",{secret}}}'"),
                "printed a `Version` that is not a whole number: print 1, without quotes",
            ),
            (format!("echo '{{\"Version\":1,{secret}}}'"), "did not print AccessKeyId"),
            (format!("echo '{{\"Version\":1,\"AccessKeyId\":1,{secret}}}'"), "printed AccessKeyId without quotes"),
            (
                "echo '{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"\"}'".to_owned(),
                "did not print SecretAccessKey",
            ),
            (
                format!("echo '{{\"Version\":1,\"AccessKeyId\":\"A\",{secret},\"Expiration\":\"soon\"}}'"),
                "printed an Expiration that is not a valid time",
            ),
            ("head -c 100000 /dev/zero".to_owned(), "printed more than 64 KiB"),
        ] {
            let problem = problem(&command).await;
            assert!(problem.starts_with(&format!("its `credential_process` {words}")), "{command}: {problem}");
            assert!(!problem.contains("hunter2"), "{problem}");
        }
    }

    #[tokio::test]
    async fn reads_large_output_to_its_end() {
        let command = r#"head -c 300000 /dev/zero >&2; echo '{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s"}'"#;
        assert!(credentials(command).await.is_ok());
    }

    #[tokio::test]
    async fn does_not_wait_for_background_processes() {
        let directory = tempfile::tempdir().expect("a directory");
        let (pid, start) = (directory.path().join("pid"), Instant::now());
        let json = r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s"}"#;
        let command = format!("sleep 50 & echo $! >'{}'; echo '{json}'", pid.display());
        assert!(credentials(&command).await.is_ok());
        assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
        let pid = std::fs::read_to_string(pid).expect("a pid");
        assert!(shell_succeeds(&format!("kill {pid}")), "the background process has already ended");
    }

    /// Checks whether a process with this ID exists. Also returns `true` for a zombie process.
    fn process_exists(pid: &str) -> bool {
        shell_succeeds(&format!("kill -0 {pid}"))
    }

    fn shell_succeeds(command: &str) -> bool {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", command]).stderr(Stdio::null()).status().expect("a shell").success()
    }

    #[tokio::test]
    async fn a_cancelled_process_is_killed() {
        is_killed("echo $$ >'FILE.new'; mv 'FILE.new' 'FILE'; exec sleep 50").await;
    }

    #[tokio::test]
    async fn descendants_of_a_cancelled_process_are_killed() {
        is_killed("(sh -c 'echo $$ >FILE.new; mv FILE.new FILE; sleep 50; true'; true); true").await;
    }

    /// Cancels a command, and checks that a process of the command is killed. The command writes the ID of this process to the
    /// path `FILE`.
    async fn is_killed(command: &str) {
        let directory = tempfile::tempdir().expect("a directory");
        let pid = directory.path().join("pid");
        let command = command.replace("FILE", &pid.display().to_string());
        let waiting = tokio::spawn(async move { credentials(&command).await });
        let deadline = Instant::now() + Duration::from_secs(20);
        while !pid.exists() && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let pid = std::fs::read_to_string(pid).expect("it was started");
        assert!(process_exists(pid.trim()));
        waiting.abort();
        drop(waiting.await);
        while process_exists(pid.trim()) {
            assert!(Instant::now() < deadline, "the process was not killed");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
