//! Parses faults from JSON. Error messages show the correct form.

use std::fmt::Write;

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::{Effect, Fault};
use crate::{
    action::{Action, CONNECT, UnknownAction},
    nearest::nearest,
    reply::is_header,
};

/// An example of a fault, for error messages.
const EXAMPLE: &str = r#"{"action": "GetAuthorizationToken", "count": 2, "effect": "reset"}"#;

const FIELDS: [&str; 4] = ["action", "count", "after", "effect"];

/// The name of each effect, and an example of the effect in JSON.
const EFFECTS: [(&str, &str); 9] = [
    ("throttle", r#"{"throttle": {"rate": 20, "burst": 200}}"#),
    ("refuse", r#"{"refuse": {"status": 400, "code": "AccessDeniedException", "message": "no"}}"#),
    ("answer", r#"{"answer": {"status": 403, "content_type": "text/html", "body": "<title>Blocked</title>"}}"#),
    ("delay", r#"{"delay": 500}"#),
    ("truncate", r#""truncate""#),
    ("flood", r#""flood""#),
    ("raw", r#"{"raw": "SSH-2.0-OpenSSH"}"#),
    ("reset", r#""reset""#),
    ("hang", r#""hang""#),
];

impl Fault {
    /// Parses one fault.
    ///
    /// # Errors
    /// Returns an error message if the JSON is not a valid fault, or if the fault would not change any response. The message has
    /// one or two lines, with the problem and the remedy.
    pub(crate) fn from_json(body: &[u8]) -> Result<Self, String> {
        if body.trim_ascii().is_empty() {
            return Err(format!("the body is empty\nSend a fault such as {EXAMPLE}"));
        }
        let json: Json = serde_json::from_slice(body)
            .map_err(|error| format!("not JSON: {error}\nSend one fault, such as {EXAMPLE}"))?;
        let Json::Object(fields) = &json else {
            return Err(format!("not a JSON object\nSend one fault, such as {EXAMPLE}"));
        };
        for name in fields.keys() {
            if !FIELDS.contains(&name.as_str()) {
                return Err(unknown("field", name, &FIELDS));
            }
        }
        match fields.get("action") {
            None | Some(Json::Null) => {}
            Some(Json::String(action)) => {
                let _: Action = action.parse().map_err(|error: UnknownAction| error.to_string())?;
            }
            Some(_) => return Err(format!("the action is not a string\nSend a fault such as {EXAMPLE}")),
        }
        match fields.get("effect") {
            None => return Err(format!("the effect is missing\n{}", effects())),
            Some(effect) => check_effect(effect)?,
        }
        // Parses `body` again instead of `json`, to reject a field that appears twice. `json` contains such a field only once.
        let fault: Self = read(body).map_err(|error| format!("{error}\nSend a fault such as {EXAMPLE}"))?;
        match fault.flaw() {
            None => Ok(fault),
            Some(flaw) => Err(flaw),
        }
    }

    /// Returns an error message if the fault is not valid, or would not change any response. The message contains the remedy.
    fn flaw(&self) -> Option<String> {
        if self.count == Some(0) {
            return Some("count is 0, and no request would fail\nRemove count for a fault of every request".to_owned());
        }
        let status_flaw = |status: u16, first: u16| {
            (!(first..=599).contains(&status))
                .then(|| format!("status {status} is not valid here\nWrite a status from {first} to 599"))
        };
        match &self.effect {
            Effect::Throttle { rate, burst } if *rate < 0.0 || *burst < 0.0 => {
                Some("rate and burst cannot be less than 0\nWrite 0 for both to throttle every request".to_owned())
            }
            Effect::Throttle { rate, burst } if *rate > 0.0 && *burst < 1.0 => Some(format!(
                "no request would succeed with a burst of {burst}, whatever the rate\nWrite a burst of 1 or more, or a rate of 0"
            )),
            Effect::Refuse { status, .. } => status_flaw(*status, 400),
            Effect::Answer { content_type, .. } if !is_header("content-type", content_type) => Some(format!(
                "the content_type {content_type:?} cannot be sent in a header\nWrite a type such as text/html"
            )),
            Effect::Answer { status, headers, .. } => status_flaw(*status, 200).or_else(|| {
                let (name, _) = headers.iter().find(|(name, value)| !is_header(name, value))?;
                Some(format!(
                    "the header {name:?} cannot be set\nRemove headers of the connection, such as content-length"
                ))
            }),
            Effect::Delay(0) => {
                Some("a delay of 0 milliseconds changes nothing\nWrite the milliseconds to wait".to_owned())
            }
            Effect::Truncate if self.action.is_some_and(|action| action.as_str() == CONNECT) => {
                Some("a tunnel has no response to cut\nWrite \"reset\" or \"hang\" for CONNECT".to_owned())
            }
            _ => None,
        }
    }
}

/// Parses only the effect, so that an error message can show an example of this effect.
fn check_effect(effect: &Json) -> Result<(), String> {
    let name = match effect {
        Json::String(name) => name,
        Json::Object(only) if only.len() == 1 => only.keys().next().map_or("", String::as_str),
        _ => return Err(format!("the effect is neither a name nor one name with settings\n{}", effects())),
    };
    let Some((_, example)) = EFFECTS.into_iter().find(|(known, _)| *known == name) else {
        return Err(format!("{}\n{}", unknown("effect", name, &EFFECTS.map(|(name, _)| name)), effects()));
    };
    if effect.is_string() && example.starts_with('{') {
        return Err(format!("the effect {name} needs settings\nWrite the effect like {example}"));
    }
    match read::<Effect>(effect.to_string().as_bytes()) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("the effect {name}: {error}\nWrite the effect like {example}")),
    }
}

/// Deserializes JSON. Error messages omit the line and the column, which are of little use for JSON on one line.
fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    serde_json::from_slice(json).map_err(|error: serde_json::Error| {
        let (text, place) = (error.to_string(), format!(" at line {} column {}", error.line(), error.column()));
        text.strip_suffix(&place).unwrap_or(&text).to_owned()
    })
}

fn unknown(kind: &str, name: &str, names: &[&'static str]) -> String {
    let shown: String = name.chars().take(100).collect();
    let mut text = format!("unknown {kind} {shown:?}");
    if let Some(near) = nearest(&shown, names) {
        write!(text, ". Did you mean {near:?}?").ok();
    }
    if kind == "field" {
        write!(text, "\nFields: {}", names.join(", ")).ok();
    }
    text
}

fn effects() -> String {
    format!("Effects: {}", EFFECTS.map(|(_, example)| example).join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the code spans in the first column of a table in the guide. `column` is the title of this column.
    fn in_guide(column: &str) -> Vec<&'static str> {
        let guide = include_str!("../../../../docs/guides/testing-offline.md");
        let rows = guide.split_once(&format!("| {column} |")).and_then(|(_, rest)| rest.split_once("\n\n"));
        let cells = rows.expect("a table").0.lines().skip(2).flat_map(|row| row.split('|').nth(1));
        cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect()
    }

    #[test]
    fn the_guide_lists_every_action_and_effect() {
        assert_eq!(in_guide("action"), Action::all().map(Action::as_str).collect::<Vec<_>>());
        assert_eq!(in_guide("effect"), EFFECTS.map(|(_, example)| example));
    }

    #[test]
    fn every_example_of_an_effect_is_valid() {
        for (name, example) in EFFECTS {
            let body = format!("{{\"effect\": {example}}}");
            let fault = Fault::from_json(body.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!((fault.action, fault.count, fault.after), (None, None, 0));
        }
        Fault::from_json(EXAMPLE.as_bytes()).expect("a fault");
    }

    #[test]
    fn the_json_format_is_stable() {
        let read = |json: &str| Fault::from_json(json.as_bytes()).expect("a fault");
        let fault = read(r#"{"action":"AssumeRole","count":1,"effect":{"delay":100}}"#);
        assert_eq!(fault, Fault::new("AssumeRole", Effect::Delay(100)).times(1));
        let answer =
            read(r#"{"action":null,"effect":{"answer":{"status":403,"content_type":"text/plain","body":"no"}}}"#);
        assert_eq!(answer.effect, Effect::answer(403, "text/plain", "no"));
        let throttle = read(r#"{"action":"/v1/credentials","after":3,"effect":{"throttle":{"rate":0,"burst":0}}}"#);
        assert_eq!(throttle, Fault::new("/v1/credentials", Effect::Throttle { rate: 0.0, burst: 0.0 }).after(3));
    }

    #[test]
    fn every_error_states_a_remedy() {
        for (body, problem, order) in [
            ("", "the body is empty", "Send a fault such as {"),
            (" \n", "the body is empty", "Send a fault"),
            ("{", "not JSON: EOF", "Send one fault"),
            ("action=AssumeRole", "not JSON: ", "Send one fault"),
            (r#"{"effect":"reset"} {"effect":"reset"}"#, "not JSON: trailing characters", "Send one fault"),
            (r#"[{"effect":"reset"}]"#, "not a JSON object", "Send one fault"),
            ("null", "not a JSON object", "Send one fault"),
            ("{}", "the effect is missing", "Effects: "),
            (
                r#"{"effect":"reset","actoin":"AssumeRole"}"#,
                "unknown field \"actoin\"",
                "Did you mean \"action\"?\nFields: ",
            ),
            (r#"{"effect":"reset","times":2}"#, "unknown field \"times\"", "Fields: action, count, after, effect"),
            (r#"{"effect":"reset","count":1,"count":2}"#, "duplicate field `count`", "Send a fault"),
            (r#"{"effect":"reset","count":-1}"#, "invalid value: integer `-1`", "Send a fault"),
            (r#"{"effect":"reset","count":0}"#, "no request would fail", "Remove count"),
            (r#"{"effect":"reset","action":["AssumeRole"]}"#, "the action is not a string", "Send a fault"),
            (
                r#"{"effect":"reset","action":"AsumeRole"}"#,
                "unknown action \"AsumeRole\"",
                "Did you mean \"AssumeRole\"?\nActions: ",
            ),
            (r#"{"effect":"resett"}"#, "unknown effect \"resett\"", "Did you mean \"reset\"?\nEffects: "),
            (r#"{"effect":{"Delay":5}}"#, "unknown effect \"Delay\"", "Did you mean \"delay\"?"),
            (r#"{"effect":{"reset":null,"hang":null}}"#, "the effect is neither a name", "Effects: "),
            (r#"{"effect":{"reset":{}}}"#, "the effect reset: invalid type: map", "Write the effect like \"reset\""),
            (
                r#"{"effect":"throttle"}"#,
                "the effect throttle needs settings",
                r#"Write the effect like {"throttle": {"rate""#,
            ),
            (r#"{"effect":{"throttle":{"rate":1}}}"#, "missing field `burst`", "Write the effect like"),
            (r#"{"effect":{"throttle":{"rate":-1,"burst":2}}}"#, "cannot be less than 0", "Write 0 for both"),
            (r#"{"effect":{"throttle":{"rate":20,"burst":0}}}"#, "no request would succeed", "Write a burst of 1"),
            (
                r#"{"effect":{"delay":"500"}}"#,
                "the effect delay: invalid type: string",
                r#"Write the effect like {"delay": 500}"#,
            ),
            (r#"{"effect":{"delay":0}}"#, "changes nothing", "Write the milliseconds"),
            (r#"{"effect":{"refuse":{"status":200,"code":"x","message":""}}}"#, "status 200", "from 400 to 599"),
            (r#"{"effect":"truncate","action":"CONNECT"}"#, "no response to cut", "\"reset\" or \"hang\""),
        ] {
            let error = Fault::from_json(body.as_bytes()).expect_err(body);
            assert!(error.contains(problem) && error.contains(order), "{body}: {error}");
        }
    }
}
