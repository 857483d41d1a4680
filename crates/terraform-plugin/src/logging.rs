//! Writes logs in the format that Terraform reads: one JSON object per line on stderr.
//!
//! The format is the same as in hashicorp/go-hclog. If the timestamp of a line has another format, Terraform treats the line as plain text.
//! If a reserved key is not a string, Terraform itself panics.

use std::{fmt, io::Write};

use serde_json::{Map, Value as Json, json};
use time::OffsetDateTime;
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
    span,
};
use tracing_subscriber::{
    Layer, Registry,
    filter::filter_fn,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
};

use crate::environment::Environment;

/// The maximum length of a line in bytes. Terraform reads lines into a buffer of this size, and does not parse longer lines as JSON.
const MAX_LINE: usize = 64 * 1024 - 1;
/// The maximum length in bytes of a message, and of the text in one field. With this limit, a line with several long fields stays below
/// [`MAX_LINE`].
const MAX_TEXT: usize = 4 * 1024;

/// The crates that may log, and the lowest level for each.
///
/// These crates log at every level that the environment enables: `terraform-plugin`, the crate of the type that implements
/// [`Provider`](crate::Provider), and [`own`](Self::own) crates. [`silent`](Self::silent) crates do not log at all. All other crates log
/// only at WARN and above, because HTTP and cloud libraries otherwise log too many lines. Such lines can also contain whole messages,
/// including tokens.
#[derive(Clone, Debug, Default)]
pub struct Logging {
    own: Vec<&'static str>,
    silent: Vec<&'static str>,
}

impl Logging {
    /// Creates the default settings, without additional crates.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a crate that belongs to the provider. The crate must not log secrets.
    #[must_use]
    pub fn own(mut self, crate_name: &'static str) -> Self {
        self.own.push(crate_name);
        self
    }

    /// Disables all logs of crates whose names begin with `beginning`. Use this method for crates that log secrets.
    #[must_use]
    pub fn silent(mut self, beginning: &'static str) -> Self {
        self.silent.push(beginning);
        self
    }

    /// Returns whether a log target, such as `my_crate::module`, may log at this level.
    pub fn allows(&self, target: &str, level: Level) -> bool {
        let crate_name = crate_of(target);
        let is_own = crate_name == env!("CARGO_CRATE_NAME") || self.own.contains(&crate_name);
        is_own || level <= Level::WARN && !self.silent.iter().any(|beginning| crate_name.starts_with(beginning))
    }

    /// Sends logs to stderr if the environment enables them. Otherwise, log calls do nothing.
    pub(crate) fn init<P>(self, provider: &str, environment: &Environment) {
        let Some(level) = level(provider, environment).into_level() else { return };
        let logging = self.own(crate_of(std::any::type_name::<P>()));
        let filter = filter_fn(move |event| *event.level() <= level && logging.allows(event.target(), *event.level()))
            .with_max_level_hint(LevelFilter::from_level(level));
        // This call fails only if other code has already installed a subscriber. In this case, that subscriber handles the logs.
        drop(tracing::subscriber::set_global_default(
            Registry::default().with(HclogLayer(to_stderr).with_filter(filter)),
        ));
    }
}

/// Returns the name of the crate at the beginning of a path, such as a log target or the path of a type.
fn crate_of(path: &str) -> &str {
    path.split_once("::").map_or(path, |(name, _)| name)
}

/// Returns the level from the first variable that is set: `TF_LOG_PROVIDER_<NAME>`, `TF_LOG_PROVIDER`, `TF_LOG`. Terraform also reads the
/// last two variables, and does not print lines below the level that these two variables set. `TF_LOG_PROVIDER_<NAME>` therefore has no
/// effect alone: this variable can only reduce the lines of one provider.
fn level(provider: &str, environment: &Environment) -> LevelFilter {
    let own = format!("TF_LOG_PROVIDER_{}", provider.to_uppercase().replace('-', "_"));
    let setting = [own.as_str(), "TF_LOG_PROVIDER", "TF_LOG"].into_iter().find_map(|name| environment.variable(name));
    match setting.map(|setting| setting.to_uppercase()).as_deref() {
        None | Some("OFF") => LevelFilter::OFF,
        Some("ERROR") => LevelFilter::ERROR,
        Some("WARN") => LevelFilter::WARN,
        Some("INFO") => LevelFilter::INFO,
        Some("DEBUG") => LevelFilter::DEBUG,
        // As in Terraform, `JSON` means TRACE in JSON format, and an unknown value also means TRACE.
        Some(_) => LevelFilter::TRACE,
    }
}

/// A layer that converts each event to a line. The line includes the fields of the spans around the event. `W` is the function
/// that writes the line.
struct HclogLayer<W>(W);

/// Writes a line with one call, so that the texts of two lines do not mix. Ignores a write error: if stderr is closed, nobody reads the
/// line.
fn to_stderr(line: &str) {
    drop(std::io::stderr().write_all(line.as_bytes()));
}

impl<S: Subscriber + for<'a> LookupSpan<'a>, W: Fn(&str) + 'static> Layer<S> for HclogLayer<W> {
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(outer) = span.extensions().get::<Fields>() {
                fields.0.extend(outer.0.clone());
            }
        }
        event.record(&mut fields);
        (self.0)(&line(event.metadata(), fields, OffsetDateTime::now_utc()));
    }
}

fn line(metadata: &Metadata<'_>, mut fields: Fields, now: OffsetDateTime) -> String {
    let message = match fields.0.remove("message") {
        Some(Json::String(text)) => text,
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let reserved = [
        ("@level", json!(metadata.level().as_str().to_lowercase())),
        ("@message", json!(message)),
        ("@module", json!(metadata.target())),
        ("@timestamp", json!(timestamp(now))),
    ];
    let reserved: Map<_, _> = reserved.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    fields.0.extend(reserved.clone());
    let whole = Json::Object(fields.0).to_string();
    let fitting = if whole.len() < MAX_LINE { whole } else { Json::Object(reserved).to_string() };
    fitting + "\n"
}

/// Formats a time with exactly six digits for the fraction of a second. With fewer or more digits, Terraform does not recognise the
/// timestamp.
fn timestamp(time: OffsetDateTime) -> String {
    let (date, clock) = (time.date(), time.time());
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
        date.year(),
        u8::from(date.month()),
        date.day(),
        clock.hour(),
        clock.minute(),
        clock.second(),
        clock.microsecond(),
    )
}

#[derive(Default)]
struct Fields(Map<String, Json>);

impl Fields {
    fn text(&mut self, field: &Field, mut text: String) {
        if text.len() > MAX_TEXT {
            text.truncate(text.floor_char_boundary(MAX_TEXT));
            text.push('…');
        }
        self.set(field, text.into());
    }

    fn set(&mut self, field: &Field, value: Json) {
        self.0.insert(field.name().trim_start_matches('@').to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.text(field, format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn the_most_specific_variable_sets_the_level() {
        let level =
            |variables: &[(&str, &str)]| level("my-cloud", &Environment::from_variables(variables.iter().copied()));
        assert_eq!(level(&[]), LevelFilter::OFF);
        assert_eq!(level(&[("TF_LOG", "info")]), LevelFilter::INFO);
        assert_eq!(level(&[("TF_LOG", "JSON")]), LevelFilter::TRACE);
        assert_eq!(level(&[("TF_LOG", "nonsense")]), LevelFilter::TRACE);
        assert_eq!(level(&[("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "WARN")]), LevelFilter::WARN);
        let all = [("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "WARN"), ("TF_LOG_PROVIDER_MY_CLOUD", "OFF")];
        assert_eq!(level(&all), LevelFilter::OFF);
    }

    #[test]
    fn other_crates_log_only_warnings_and_errors() {
        let logging = Logging::new().own("my_client").silent("aws_");
        for (target, level, is_allowed) in [
            ("terraform_plugin::rpc", Level::TRACE, true),
            ("terraform_plugin_other", Level::TRACE, false),
            ("my_client::http", Level::TRACE, true),
            ("hyper::client", Level::INFO, false),
            ("hyper::client", Level::WARN, true),
            ("aws_config::sso", Level::ERROR, false),
        ] {
            assert_eq!(logging.allows(target, level), is_allowed, "{target} at {level}");
        }
    }

    #[test]
    fn timestamps_have_six_digits() {
        let time = OffsetDateTime::from_unix_timestamp_nanos(1_420_070_400_000_001_999).expect("a time");
        assert_eq!(timestamp(time), "2015-01-01T00:00:00.000001Z");
    }

    fn logged(log: impl FnOnce()) -> Vec<Map<String, Json>> {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let to = Arc::clone(&lines);
        let layer = HclogLayer(move |line: &str| to.lock().expect("not poisoned").push(line.to_owned()));
        tracing::subscriber::with_default(Registry::default().with(layer), log);
        let lines = lines.lock().expect("not poisoned");
        lines
            .iter()
            .map(|line| {
                assert!(line.len() <= MAX_LINE && line.ends_with('\n'), "{} bytes", line.len());
                serde_json::from_str(line).expect("a line is a JSON object")
            })
            .collect()
    }

    #[test]
    fn reserved_keys_are_always_strings() {
        let lines = logged(|| {
            tracing::info!(count = 3, ok = true, "hello");
            tracing::warn!(message = 5);
            tracing::event!(Level::ERROR, "@level" = 5);
        });
        for line in &lines {
            for key in ["@level", "@message", "@module", "@timestamp"] {
                assert!(line[key].is_string(), "{key} in {line:?}");
            }
        }
        assert_eq!(
            (&lines[0]["count"], &lines[0]["ok"], &lines[0]["@message"]),
            (&json!(3), &json!(true), &json!("hello"))
        );
    }

    #[test]
    fn an_event_has_all_fields_of_its_spans() {
        let lines = logged(|| {
            let span = tracing::info_span!("call", tf_rpc = "Open", tf_function_name = tracing::field::Empty);
            let _entered = span.enter();
            tracing::info!("before");
            span.record("tf_function_name", "join");
            tracing::info!("after");
        });
        assert_eq!((&lines[0]["tf_rpc"], lines[0].get("tf_function_name")), (&json!("Open"), None));
        assert_eq!((&lines[1]["tf_rpc"], &lines[1]["tf_function_name"]), (&json!("Open"), &json!("join")));
    }

    #[test]
    fn long_texts_are_truncated() {
        let text = "ä".repeat(MAX_LINE);
        let lines = logged(|| tracing::info!(a = text, "{text}"));
        assert!(lines[0]["@message"].as_str().expect("text").len() <= MAX_TEXT + '…'.len_utf8());
    }

    #[test]
    fn fields_that_do_not_fit_are_omitted() {
        let t = "x".repeat(MAX_TEXT);
        let lines = logged(|| {
            tracing::info!(
                a = t,
                b = t,
                c = t,
                d = t,
                e = t,
                f = t,
                g = t,
                h = t,
                i = t,
                j = t,
                k = t,
                l = t,
                m = t,
                n = t,
                o = t,
                p = t,
                q = t,
                "kept"
            );
        });
        assert_eq!((lines[0]["@message"].as_str(), lines[0].len()), (Some("kept"), 4));
    }
}
