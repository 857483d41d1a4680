//! The servers that a row names: ports of one sandbox, which knows in which order it was called.

use std::{collections::BTreeMap, net::SocketAddr};

use ecr_sandbox::{Blocking, Effect, Fault, Key, Options, Tls};

use crate::{recorded::Recorded, row::Row};

/// The Region of the instance. Two ways lead to it, of which each SDK knows one.
const REGION: [(&str, &str); 2] = [
    ("/latest/meta-data/placement/region", "eu-north-1"),
    ("/latest/dynamic/instance-identity/document", r#"{"region": "eu-north-1"}"#),
];

/// A sandbox with a port for each placeholder of a row. It ends when this is dropped.
pub(crate) struct World {
    pub(crate) sandbox: Blocking,
    addresses: BTreeMap<&'static str, SocketAddr>,
    agent: Option<&'static str>,
}

impl World {
    pub(crate) fn start(row: &Row) -> Self {
        let mut options = Options::default();
        options.keys = keys(row);
        let sandbox = Blocking::start(options).expect("a sandbox");
        faults(row).into_iter().for_each(|fault| sandbox.fault(fault));
        let mut addresses = BTreeMap::new();
        for name in row.texts().flat_map(placeholders) {
            let tls = if name == "tls" { Tls::Good } else { Tls::None };
            addresses.entry(name).or_insert_with(|| sandbox.wait(sandbox.open_port(tls)).expect("a port"));
        }
        Self { sandbox, addresses, agent: row.agent }
    }

    /// The text with addresses in the place of the placeholders.
    pub(crate) fn fill(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, address) in &self.addresses {
            let value = match *name {
                proxy if proxy.ends_with("proxy") => address.to_string(),
                "tls" => format!("https://{address}"),
                _ => format!("http://{address}"),
            };
            text = text.replace(&format!("<{name}>"), &value);
            text = text.replace(&format!("<{name}.port>"), &address.port().to_string());
        }
        text
    }

    /// What came so far, a line each.
    pub(crate) fn lines(&self) -> Vec<String> {
        let name = |port: SocketAddr| {
            let named = self.addresses.iter().find(|(_, address)| **address == port);
            named.map_or("nobody", |(name, _)| name)
        };
        let calls = self.sandbox.calls();
        let line = |call| Recorded { call, sandbox: &self.sandbox, port: name(call.port), agent: self.agent }.line();
        calls.iter().filter_map(line).collect()
    }
}

/// All that a row expects to sign a request, with `hunter2`, and with the token of a session where it expects that.
fn keys(row: &Row) -> Vec<Key> {
    let words = row.expectations().flat_map(|line| line.split(" by ").skip(1));
    let key = |words: &str| {
        let mut words = words.split(' ');
        let id = words.next().filter(|id| id.starts_with("AKID"))?;
        let token = words.next().filter(|word| *word == "with").and_then(|_| words.next());
        let key = Key::new(id, "hunter2");
        Some(match token {
            Some(token) => key.of_session(token),
            None => key,
        })
    };
    words.filter_map(key).collect()
}

fn faults(row: &Row) -> Vec<Fault> {
    let of_instance = |(path, body): (&str, &str)| Fault::of(path, Effect::answer(200, "text/plain", body));
    let mut faults: Vec<_> = REGION.map(of_instance).into();
    if row.throttles > 0 {
        let throttle = Effect::Throttle { rate: 0.0, burst: 0.0 };
        faults.push(Fault::of("GetAuthorizationToken", throttle).times(row.throttles));
    }
    if row.texts().any(|text| text.contains(":role/denied")) {
        let denied = |action| Fault::of(action, Effect::refuse(403, "AccessDenied", "not for you"));
        faults.extend(["AssumeRole", "AssumeRoleWithWebIdentity"].map(denied));
    }
    faults
}

/// The names in `<name>` and `<name.port>`, but for `<home>`.
fn placeholders(text: &'static str) -> impl Iterator<Item = &'static str> {
    let candidates = text.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(name, _)| name);
    let names = candidates.map(|name| name.strip_suffix(".port").unwrap_or(name));
    names.filter(|name| *name != "home" && !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase()))
}
