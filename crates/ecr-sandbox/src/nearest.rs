//! Suggestions for misspelt names.

use strsim::normalized_damerau_levenshtein;

/// The minimum similarity between a misspelt name and the suggested name, from 0 (different) to 1 (equal).
const SIMILAR: f64 = 0.6;

/// Returns the name that is most similar to the text, if the similarity is at least `SIMILAR`. Ignores the difference between
/// upper and lower case. Also ignores a prefix of the text, as in `ecr:GetAuthorizationToken`, if a name follows the prefix.
pub(crate) fn nearest(text: &str, names: &[&'static str]) -> Option<&'static str> {
    let text = text.to_lowercase();
    let similarity = |name: &str| {
        let name = name.to_lowercase();
        let has_prefix = text.strip_suffix(&name).is_some_and(|prefix| prefix.ends_with([':', '.', ' ']));
        if has_prefix { 1.0 } else { normalized_damerau_levenshtein(&text, &name) }
    };
    let scored = names.iter().map(|name| (similarity(name), *name));
    let (score, name) = scored.max_by(|(one, _), (other, _)| one.total_cmp(other))?;
    (score >= SIMILAR).then_some(name)
}
