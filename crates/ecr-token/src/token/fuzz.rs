//! Decodes arbitrary responses. The result must be a token with the content of the response, or an error that does not show the response.

use proptest::{collection, prelude::*, sample::Index};

use super::*;

/// The text that no error may show.
const SECRET: &str = "hunter2";

fn region() -> Region {
    Region::parse("eu-west-1").expect("a Region")
}

/// Generates the base64 of `user:password`, intact or damaged, because random text would rarely be valid base64.
fn tokens() -> impl Strategy<Value = String> {
    let pair = ("[A-Z:\u{e9}]{0,6}", "[:]{0,1}", any::<String>())
        .prop_map(|(user, colon, rest)| BASE64_STANDARD.encode(format!("{user}{colon}{SECRET}{rest}")));
    let bytes = collection::vec(any::<u8>(), 0..30).prop_map(|bytes| BASE64_STANDARD.encode(bytes));
    let damaged = (pair.clone(), any::<Index>(), "[A-Za-z0-9+/=_\\-: \n]{0,2}").prop_map(|(token, at, with)| {
        let at = at.index(token.len());
        format!("{}{with}{}", &token[..at], &token[at + 1..])
    });
    prop_oneof![4 => pair, 1 => bytes, 2 => damaged, 1 => any::<String>()]
}

fn times() -> impl Strategy<Value = DateTime> {
    const YEAR: i64 = 31_556_952;
    let seconds = prop_oneof![0..4_000_000_000_i64, -3000 * YEAR..9000 * YEAR, any::<i64>()];
    (seconds, 0..1_000_000_000_u32).prop_map(|(seconds, nanos)| DateTime::from_secs_and_nanos(seconds, nanos))
}

fn answers() -> impl Strategy<Value = AuthorizationData> {
    let mostly = |strategy: BoxedStrategy<String>| prop::option::weighted(0.95, strategy);
    (mostly(tokens().boxed()), prop::option::weighted(0.95, times()), mostly("https://[a-z.]{0,9}|".boxed())).prop_map(
        |(token, expires_at, endpoint)| {
            AuthorizationData::builder()
                .set_authorization_token(token)
                .set_expires_at(expires_at)
                .set_proxy_endpoint(endpoint)
                .build()
        },
    )
}

proptest! {
    #[test]
    fn an_invalid_response_is_an_error_that_hides_the_token(answer in answers()) {
        let encoded = answer.authorization_token.clone().unwrap_or_default();
        let token = match Token::decode(Some(std::slice::from_ref(&answer)), &region()) {
            Ok(token) => token,
            Err(problem) => {
                let shown = format!("{problem} {problem:?}");
                prop_assert!(!shown.contains(SECRET) && (encoded.len() < 9 || !shown.contains(&encoded)), "{}", shown);
                return Ok(());
            }
        };
        prop_assert!(!token.user_name().contains(':'));
        let again = BASE64_STANDARD.encode(format!("{}:{}", token.user_name(), token.password().expose()));
        prop_assert_eq!(&again, token.authorization_token().expose());
        prop_assert_eq!(again, encoded);
        prop_assert_eq!(token.proxy_endpoint(), answer.proxy_endpoint());
        prop_assert!(answer.proxy_endpoint().is_some_and(|url| url.contains(token.registry())));

        let seconds = answer.expires_at.expect("a token expires").secs();
        let read = DateTime::from_str(token.expires_at_rfc3339(), Format::DateTime).expect("RFC 3339");
        prop_assert_eq!((read, token.expires_at_rfc3339().len()), (DateTime::from_secs(seconds), 20));
        let since = token.expires_at().duration_since(SystemTime::UNIX_EPOCH);
        let since = since.map_or_else(|before| -i128::from(before.duration().as_secs()), |since| since.as_secs().into());
        let is_known = !cfg!(windows) || seconds >= -11_644_473_600;
        prop_assert_eq!(since, if is_known { seconds.into() } else { 0 });

        let shown = format!("{token:?}");
        prop_assert!(token.user_name().contains(SECRET) || !shown.contains(SECRET), "{}", shown);
    }

    /// Checks that decoding a valid response does not change the user name and the password.
    #[test]
    fn a_valid_response_is_a_token(user in "[^:]{0,9}", password in any::<String>(), seconds in 0..4_000_000_000_i64) {
        let answer = AuthorizationData::builder()
            .authorization_token(BASE64_STANDARD.encode(format!("{user}:{password}")))
            .expires_at(DateTime::from_secs(seconds))
            .proxy_endpoint("https://registry")
            .build();
        let token = Token::decode(Some(&[answer]), &region()).expect("a token");
        prop_assert_eq!((token.user_name(), token.password().expose()), (user.as_str(), password.as_str()));
    }
}
