//! Parses ports.

/// Parses a port number from 1 to 65535. The text must consist of digits only. Ignores leading zeros, as Go does: `05` is the
/// port 5.
pub fn port_number(text: &str) -> Option<u16> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten().filter(|port| *port != 0)
}

/// Splits `host`, `host:port`, `[address]` or `[address]:port` into the host and the text of the port. An IPv6 address without
/// brackets has no port.
pub fn split_port(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':').filter(|(host, _)| !host.contains(':') || host.ends_with(']')) {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_has_only_digits_and_is_not_zero() {
        for (text, port) in [("1", 1), ("05", 5), ("00443", 443), ("65535", 65535), ("0000000000080", 80)] {
            assert_eq!(port_number(text), Some(port), "{text}");
        }
        for text in ["", "0", "000", "+5000", "-1", " 80", "80 ", "8o", "65536", "99999999999999999999", "\u{661}"] {
            assert_eq!(port_number(text), None, "{text}");
        }
    }

    #[test]
    fn splits_the_port_at_the_last_colon() {
        for (text, expected) in [
            ("host", ("host", None)),
            ("host:80", ("host", Some("80"))),
            ("host:", ("host", Some(""))),
            ("[::1]:80", ("[::1]", Some("80"))),
            ("[::1]", ("[::1]", None)),
            ("::1", ("::1", None)),
        ] {
            assert_eq!(split_port(text), expected, "{text}");
        }
    }
}
