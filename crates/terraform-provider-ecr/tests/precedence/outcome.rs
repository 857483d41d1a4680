//! What came of a row, and whether that is what it should be.

use crate::row::Expected;

/// What a failure must not be about: a schema that lacks something, or a provider that fell over.
const NOT_A_MISTAKE: [&str; 4] = ["Unsupported argument", "Unsupported block type", "Plugin did not respond", "panic"];

/// A finished plan.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) requests: Vec<String>,
    /// `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    /// What Terraform printed, on one line.
    pub(crate) text: String,
    /// Secrets that stand where nobody wrote them.
    pub(crate) leaks: Vec<String>,
}

impl Outcome {
    /// What differs from the expectation, if anything.
    pub(crate) fn difference(&self, expected: &Expected) -> Option<String> {
        let mut differences = Vec::new();
        if self.requests != expected.requests {
            differences.push(format!("requests\n{}", lines(&self.requests)));
        }
        if self.failed() != expected.fails {
            differences.push(format!("exit code {:?}: {}", self.code, self.diagnostics()));
        }
        let text = self.text.to_lowercase();
        let missing: Vec<_> = expected.words.iter().filter(|words| !text.contains(&words.to_lowercase())).collect();
        if !missing.is_empty() {
            differences.push(format!("{missing:?} not in: {}", self.diagnostics()));
        }
        differences.extend(self.leaks.iter().map(|leak| format!("left behind: {leak}")));
        let other_failure = NOT_A_MISTAKE.iter().find(|words| self.text.contains(**words));
        differences.extend(other_failure.map(|words| format!("{words}: {}", self.diagnostics())));
        (!differences.is_empty()).then(|| differences.join("\n"))
    }

    /// Whether the plan failed, but for a proxy that did not lead to AWS, or to nobody who is trusted.
    fn failed(&self) -> bool {
        let refused = self.requests.last().is_some_and(|line| line.contains(": CONNECT "));
        self.code != Some(0) && !(refused && self.code == Some(1))
    }

    /// From the first warning or error on that is not about how the provider is installed.
    pub(crate) fn diagnostics(&self) -> &str {
        let text = self.text.split_once("published releases.").map_or(&*self.text, |(_, rest)| rest);
        let starts = ["Warning: ", "Error: "].map(|word| text.find(word).unwrap_or(text.len()));
        &text[starts.into_iter().min().unwrap_or_default()..]
    }
}

pub(crate) fn lines<T: AsRef<str>>(requests: &[T]) -> String {
    requests.iter().map(|line| format!("    {}\n", line.as_ref())).collect()
}
