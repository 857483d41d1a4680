//! Texts with secrets in them, in every place, and signatures.

use proptest::prelude::*;

use super::*;

/// Letters that the marker in their place has not.
const SECRET: &str = "[a-c/+=]{4,12}";

proptest! {
    #[test]
    fn no_secret_is_left(
        secrets in prop::collection::vec(SECRET, 1..4),
        pieces in prop::collection::vec((any::<prop::sample::Index>(), ".{0,8}"), 0..12),
    ) {
        let text: String = pieces.iter().map(|(secret, text)| format!("{text}{}", secret.get(&secrets))).collect();
        let secrets: Vec<_> = secrets.into_iter().map(Secret::from).collect();
        let shown = redacted(&text, &secrets);
        for secret in &secrets {
            prop_assert!(!shown.contains(secret.expose()), "{secret} in {shown}", secret = secret.expose());
        }
    }

    #[test]
    fn no_signature_is_left(before in ".{0,8}", digits in "[0-9a-f]{1,80}", after in "[^0-9a-fA-F]?.{0,8}") {
        let shown = redacted(&format!("{before}Signature={digits}{after}"), &[]);
        prop_assert!(!shown.contains(&format!("Signature={digits}")), "{shown}");
    }
}
