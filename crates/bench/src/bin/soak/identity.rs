//! The identities of provider configurations. Their keys and tokens change continuously.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use ecr_sandbox::{Key, Sandbox};
use fastrand::Rng;
use terraform_plugin_testing::Config;
use test_support::search::Search;
use tokio::time::sleep;

/// The time between two changes of keys and tokens.
const CHANGE: Duration = Duration::from_secs(1);
/// The lifetime of the keys that a program returns.
const LIFETIME: Duration = Duration::from_secs(3);
/// The placeholder for the expiry time in the file of keys.
const END: &str = "END";
/// The number of keys that a source of credentials uses in turn.
const KEYS: usize = 4;
/// The maximum number of random secrets of the sandbox to search for. These secrets are keys of role sessions, and tokens.
const SEARCHED: usize = 1000;
/// The first characters of every password, and of every session token. Passwords and session tokens are much longer.
const BEGINNINGS: [&str; 2] = ["eyJleHBpcmF0aW9uIjox", "IQoJb3JpZ2luX2Vj"];

const STATIC: &str = "111111111111";
const PROCESS: &str = "222222222222";
const FILE: &str = "333333333333";

/// The home directory with the files of all identities.
#[derive(Debug)]
pub(crate) struct Identities {
    home: PathBuf,
}

/// A provider block, and the account that its credentials belong to.
pub(crate) struct Identity {
    pub(crate) provider: Config,
    pub(crate) account: String,
}

impl Identities {
    /// Writes the files of a home directory.
    pub(crate) fn new(home: &Path) -> Self {
        let identities = Self { home: home.to_owned() };
        fs::create_dir(home.join(".aws")).expect("a directory");
        let program = identities.path("program");
        // The program prints the file of keys, whose content changes. In its output, the program replaces the placeholder with
        // the time at which the keys expire.
        let keys = identities.path("keys.json");
        let end = format!("$(date --utc --date='{} seconds' +%Y-%m-%dT%H:%M:%SZ)", LIFETIME.as_secs());
        let script = format!("#!/bin/sh\nexec sed \"s/{END}/{end}/\" '{}'\n", keys.display());
        fs::write(&program, script).expect("written");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).expect("the program can be executable");
        let config = format!("[profile process]\ncredential_process = {}\n", program.display());
        fs::write(home.join(".aws/config"), config).expect("written");
        identities.write(0);
        identities
    }

    /// Returns all keys, which the sandbox must know.
    pub(crate) fn keys(&self) -> Vec<Key> {
        let changing =
            [PROCESS, FILE].into_iter().flat_map(|account| (0..KEYS).map(move |number| key(account, number)));
        changing.chain([key(STATIC, 0)]).collect()
    }

    /// Changes keys and tokens for as long as this future is polled.
    pub(crate) async fn change(&self) {
        for number in 1.. {
            sleep(CHANGE).await;
            self.write(number);
        }
    }

    /// Returns a random identity. The provider block of the identity is `empty`, an empty block of the schema, with additional
    /// arguments.
    pub(crate) fn any(&self, rng: &mut Rng, empty: Config, url: &str) -> Identity {
        let role = |account: &str| format!("arn:aws:iam::{account}:role/pull");
        let empty =
            empty.set("region", "us-east-1").block("endpoints", |endpoints| endpoints.set("ecr", url).set("sts", url));
        let keys = key(STATIC, 0);
        let with_keys = empty
            .clone()
            .set("access_key", keys.id)
            .set("secret_key", keys.secret)
            .set("token", keys.session_token.unwrap_or_default());
        let account = format!("4000000000{:02}", rng.u32(..20));
        let (provider, account) = match rng.u32(..5) {
            0 => (with_keys, STATIC.to_owned()),
            1 => (with_keys.block("assume_role", |block| block.set("role_arn", role(&account))), account),
            2 => (empty.set("profile", "process"), PROCESS.to_owned()),
            3 => (empty.set("profile", "file"), FILE.to_owned()),
            _ => {
                let file = self.path("web-identity").display().to_string();
                let web = |block: Config| block.set("role_arn", role(&account)).set("web_identity_token_file", file);
                (empty.block("assume_role_with_web_identity", web), account)
            }
        };
        Identity { provider, account }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.join(name)
    }

    /// Writes the files. `number` determines the keys and tokens in the files. Readers never see a partly written file.
    fn write(&self, number: usize) {
        let replace = |path: PathBuf, content: String| {
            let new = path.with_extension("new");
            fs::write(&new, content).and_then(|()| fs::rename(&new, &path)).expect("written");
        };
        let (of_process, of_file) = (key(PROCESS, number % KEYS), key(FILE, number % KEYS));
        let json = serde_json::json!({
            "Version": 1,
            "AccessKeyId": of_process.id,
            "SecretAccessKey": of_process.secret,
            "SessionToken": of_process.session_token,
            "Expiration": END,
        });
        replace(self.path("keys.json"), json.to_string());
        let (id, secret, token) = (of_file.id, of_file.secret, of_file.session_token.unwrap_or_default());
        let file = format!(
            "[file]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\naws_session_token = {token}\n"
        );
        replace(self.home.join(".aws/credentials"), file);
        replace(self.path("web-identity"), web_identity(number));
    }
}

/// Returns a temporary key. Every character is determined by the account and the number.
fn key(account: &str, number: usize) -> Key {
    let mut rng = Rng::with_seed(account.parse::<u64>().unwrap_or_default() + number as u64);
    let mut letters = |count: usize| -> String { (0..count).map(|_| rng.alphanumeric()).collect() };
    let id = format!("ASIA{}", letters(16).to_uppercase());
    Key::new(id, letters(40)).of_account(account).of_session(letters(60))
}

fn web_identity(number: usize) -> String {
    let mut rng = Rng::with_seed(number as u64);
    (0..60).map(|_| rng.alphanumeric()).collect()
}

/// Returns a message for each secret in the file `printed`, which contains the provider's output.
pub(crate) fn secrets_in(printed: &Path, identities: &Identities, sandbox: &Sandbox, changes: usize) -> Vec<String> {
    let text = fs::read(printed).expect("a file");
    let mut secrets: Vec<_> =
        identities.keys().into_iter().flat_map(|key| [Some(key.secret), key.session_token]).flatten().collect();
    secrets.extend((0..changes).map(web_identity));
    secrets.extend(BEGINNINGS.map(ToOwned::to_owned));
    secrets.extend(sandbox.secrets().into_iter().take(SEARCHED));
    let search = Search::new(secrets.iter().map(String::as_str));
    search.text("printed", &text)
}
