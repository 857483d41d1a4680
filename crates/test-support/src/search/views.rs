//! Resolves the escapes in a text, as a reader of the text may do.

use std::{borrow::Cow, str};

/// A function that resolves the escapes in a text. Returns `None` if the text does not have escapes.
type Decoder = fn(&[u8]) -> Option<Vec<u8>>;

const DECODERS: [(&str, Decoder); 4] = [
    ("percent-encoded", |text| percent(text, false)),
    ("percent-encoded", |text| percent(text, true)),
    ("in HTML", html),
    ("in JSON", json),
];

/// The named characters of HTML that may occur in secrets: <https://html.spec.whatwg.org/multipage/named-characters.html>
const ENTITIES: [(&str, u8); 14] = [
    ("amp", b'&'),
    ("lt", b'<'),
    ("gt", b'>'),
    ("quot", b'"'),
    ("apos", b'\''),
    ("sol", b'/'),
    ("bsol", b'\\'),
    ("plus", b'+'),
    ("equals", b'='),
    ("colon", b':'),
    ("period", b'.'),
    ("percnt", b'%'),
    ("lowbar", b'_'),
    ("nbsp", b' '),
];

/// Returns the text itself and, for each kind of escape, the text with the escapes resolved once and resolved twice. Each
/// view has a description of the resolved escapes.
pub(super) fn views(text: &[u8]) -> Vec<(String, Cow<'_, [u8]>)> {
    let mut views = vec![(String::new(), Cow::Borrowed(text))];
    for (outer, decode) in DECODERS {
        let Some(decoded) = decode(text) else { continue };
        for (inner, decode) in DECODERS {
            if let Some(again) = decode(&decoded) {
                views.push((format!(", {inner} {outer},"), Cow::Owned(again)));
            }
        }
        views.push((format!(", {outer},"), Cow::Owned(decoded)));
    }
    views
}

/// Copies the text and replaces its escapes. `is_start` returns whether a byte can begin an escape. `resolve` returns the bytes
/// that an escape stands for, and the length of the escape.
fn resolved(
    text: &[u8],
    is_start: fn(u8) -> bool,
    resolve: impl Fn(&[u8]) -> Option<(Vec<u8>, usize)>,
) -> Option<Vec<u8>> {
    let (mut decoded, mut rest, mut any) = (Vec::with_capacity(text.len()), text, false);
    while let Some(position) = rest.iter().position(|byte| is_start(*byte)) {
        decoded.extend_from_slice(&rest[..position]);
        rest = &rest[position..];
        let (bytes, length) = match resolve(rest) {
            Some(escape) => {
                any = true;
                escape
            }
            None => (vec![rest[0]], 1),
        };
        decoded.extend(bytes);
        rest = &rest[length..];
    }
    decoded.extend_from_slice(rest);
    any.then_some(decoded)
}

/// Resolves percent-encoding: <https://url.spec.whatwg.org/#percent-decode>. If `is_form` is true, also replaces each plus sign
/// with a space.
fn percent(text: &[u8], is_form: bool) -> Option<Vec<u8>> {
    let is_start = if is_form { |byte| byte == b'%' || byte == b'+' } else { |byte| byte == b'%' };
    resolved(text, is_start, |rest| match rest[0] {
        b'+' => Some((vec![b' '], 1)),
        _ => Some((vec![u8::try_from(number(rest.get(1..3)?, 16)?).ok()?], 3)),
    })
}

/// Resolves HTML's character references, such as `&amp;`, `&#38;` and `&#x26;`.
fn html(text: &[u8]) -> Option<Vec<u8>> {
    resolved(
        text,
        |byte| byte == b'&',
        |rest| {
            let end = rest.iter().take(12).position(|byte| *byte == b';')?;
            let name = &rest[1..end];
            let bytes = match name {
                [b'#', b'x' | b'X', digits @ ..] => utf8(number(digits, 16)?)?,
                [b'#', digits @ ..] => utf8(number(digits, 10)?)?,
                name => ENTITIES.iter().find(|(known, _)| known.as_bytes() == name).map(|(_, byte)| vec![*byte])?,
            };
            Some((bytes, end + 1))
        },
    )
}

/// Resolves escapes in strings: the escapes of JSON, and also `\x41` and `\u{41}` of programming languages.
fn json(text: &[u8]) -> Option<Vec<u8>> {
    resolved(
        text,
        |byte| byte == b'\\',
        |rest| {
            let simple = |byte| Some((vec![byte], 2));
            match rest.get(1)? {
                b'n' => simple(b'\n'),
                b'r' => simple(b'\r'),
                b't' => simple(b'\t'),
                b'b' => simple(8),
                b'f' => simple(12),
                byte @ (b'"' | b'\'' | b'\\' | b'/') => simple(*byte),
                b'x' => Some((vec![u8::try_from(number(rest.get(2..4)?, 16)?).ok()?], 4)),
                b'u' if rest.get(2) == Some(&b'{') => {
                    let end = rest.iter().take(12).position(|byte| *byte == b'}')?;
                    Some((utf8(number(&rest[3..end], 16)?)?, end + 1))
                }
                b'u' => Some((utf8(number(rest.get(2..6)?, 16)?)?, 6)),
                _ => None,
            }
        },
    )
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let digits =
        str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_alphanumeric()))?;
    u32::from_str_radix(digits, radix).ok()
}

fn utf8(code: u32) -> Option<Vec<u8>> {
    Some(char::from_u32(code)?.to_string().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_escapes_and_keeps_other_text() {
        let read = |decoder: Decoder, text: &str| {
            decoder(text.as_bytes()).map(|text| String::from_utf8_lossy(&text).into_owned())
        };
        for (text, expected) in [("a%2Fb%2fc", "a/b/c"), ("100%25%", "100%%"), ("%zz%41", "%zzA")] {
            assert_eq!(read(|text| percent(text, false), text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(read(|text| percent(text, true), "a+b%2B").as_deref(), Some("a b+"));
        for (text, expected) in [
            ("&amp;&#47;&#x2F;&#X2f;&plus;", "&///+"),
            ("a & b &amp; &nothing;", "a & b & &nothing;"),
            ("&#39;&#99999999999;", "'&#99999999999;"),
        ] {
            assert_eq!(read(html, text).as_deref(), Some(expected), "{text}");
        }
        for (text, expected) in
            [(r#"\"\\\/\n"#, "\"\\/\n"), (r"\u003c\x41\u{42}\q", "<AB\\q"), (r"\ud83d\u0041", "\\ud83dA")]
        {
            assert_eq!(read(json, text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "plain", "%", "%2", "&amp", "\\", "\\u00"] {
            let decoded: Vec<_> = DECODERS.iter().filter_map(|(_, decoder)| read(*decoder, text)).collect();
            assert_eq!(decoded, Vec::<String>::new(), "{text}");
        }
    }
}
