//! The name that a person probably meant.

use strsim::normalized_damerau_levenshtein;

/// The lowest similarity of a misspelt name, from 0 to 1. A name below this value is another name.
const SIMILAR: f64 = 0.6;

/// Returns the name that is most similar to the text, if one is similar at all. Ignores upper and lower case. A name with a
/// prefix, as in `ecr:GetAuthorizationToken`, counts as that name.
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
