//! The name that somebody probably meant.

use strsim::normalized_damerau_levenshtein;

/// How similar two names must be, from 0 to 1: less is another name and not a misspelt one.
const SIMILAR: f64 = 0.6;

/// Returns the name that is most similar to the text, if one is similar at all. Upper and lower case are the same here, and a
/// name with something before it, as in `ecr:GetAuthorizationToken`, is that name.
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
