//! Tests cases that cannot be compared with AWS's SDK for Go. The module `vectors` tests all other cases.

use super::*;

/// Parses a file, and returns its whole content as one text.
fn read(content: &[u8]) -> String {
    let Content { sections, broken_head } = parse(content, "file");
    let mut lines: Vec<String> = broken_head.iter().map(|line| format!("head {line}")).collect();
    for (name, section) in &sections {
        lines.push(format!("[{name}]"));
        lines.extend(section.broken_head.iter().map(|place| format!("broken head in {place}")));
        for (key, value) in &section.values {
            let shown = |value: &Value| {
                value.text().map_or_else(|place| format!("not UTF-8 in {place}"), |text| format!("{text:?}"))
            };
            lines.push(format!("{key}={}", shown(value)));
            lines.extend(value.nested.iter().map(|(below, value)| format!("{key}.{below}={}", shown(value))));
        }
    }
    lines.join(" ")
}

#[test]
fn keys_below_a_broken_head_are_dropped() {
    for (content, expected) in [
        ("[a]\nx=1\n[b\ny=2\n", r#"head 3 [a] broken head in line 3 of file x="1""#),
        ("[a]\nx=1\n  [b] junk\n y=2\n", r#"head 3 [a] broken head in line 3 of file x="1""#),
        ("[a]\nx=1\n[b\n[c\ny=2\n", r#"head 3 [a] broken head in line 3 of file x="1""#),
        ("[a]\nx=1\n[b\n[c]\ny=2\n", r#"head 3 [a] x="1" [c] y="2""#),
        ("[a]\nx=1\n[b\n", r#"head 3 [a] x="1""#),
        ("[b\ny=2\n[a]\nx=1\n", r#"head 1 [a] x="1""#),
        ("[a]\nx=\n[b\n  y=2\n  z\n", r#"head 3 [a] broken head in line 3 of file x="""#),
        ("[]\nx=1\n[a]\n", "[] [a]"),
    ] {
        assert_eq!(read(content.as_bytes()), expected, "{content:?}");
    }
}

#[test]
fn bytes_that_are_not_utf8_invalidate_only_their_value() {
    for (content, expected) in [
        (
            &b"[a]\nx=1 # caf\xe9\ny=\xe9\nz=\n b=\xe9\n"[..],
            r#"[a] x="1" y=not UTF-8 in line 3 of file z="" z.b=not UTF-8 in line 5 of file"#,
        ),
        (b"[a]\nx=1\n \xe9\n", "[a] x=not UTF-8 in line 3 of file"),
        (b"[gr\xf6sse]\nx=1\n", "head 1 [gr\u{fffd}sse] x=\"1\""),
        ("[a]\nx=\u{fffd}\n".as_bytes(), "[a] x=\"\u{fffd}\""),
    ] {
        assert_eq!(read(content), expected, "{content:?}");
    }
}

#[test]
fn accepts_a_byte_order_mark_and_a_lone_quotation_mark() {
    assert_eq!(read("\u{feff}[a]\nx=\"\ny='\nz=\"\"\n".as_bytes()), r#"[a] x="\"" y="'" z="""#);
}

#[test]
fn a_command_keeps_the_quotes_of_its_first_word() {
    for (command, expected) in [
        (r#""/path to/x" a "b c""#, r#""/path to/x" a "b c""#),
        ("'/path to/x' 'b c'", "'/path to/x' 'b c'"),
        (r#""/path to/x""#, "/path to/x"),
        (r#""tool "a b" c""#, r#"tool "a b" c"#),
        (r#""sh -c \"x\"""#, r#"sh -c \"x\""#),
        (r#"sh -c "echo \"x\"""#, r#"sh -c "echo \"x\"""#),
        (r#"'C:\new\tool.exe'"#, r"C:\new\tool.exe"),
    ] {
        let section =
            parse(format!("[a]\ncredential_process = {command}\nx = {command}\n").as_bytes(), "file").sections;
        assert_eq!(section["a"].text("credential_process").ok().flatten(), Some(expected), "{command}");
    }
}
