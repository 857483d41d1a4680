//! Quotes words of the shell commands that messages suggest to users.

/// Quotes a word of a shell command if the word is empty, or contains a space or a special character.
///
/// Uses double quotes instead of single quotes if possible, because the shells of Windows also accept double quotes.
pub(super) fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "@%+=:,./-_".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else if !word.contains(['"', '$', '`', '\\', '!']) {
        format!("\"{word}\"")
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [(&str, &str); 8] = [
        ("corp", "corp"),
        ("team/dev_1.x@y", "team/dev_1.x@y"),
        ("größe", "größe"),
        ("My Corp", "\"My Corp\""),
        ("it's; rm *", "\"it's; rm *\""),
        ("$HOME", "'$HOME'"),
        ("it's $5 \"x\"", r#"'it'\''s $5 "x"'"#),
        ("", "\"\""),
    ];

    #[test]
    fn only_words_that_need_quotes_are_quoted() {
        for (word, expected) in WORDS {
            assert_eq!(quoted(word), expected);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_reads_the_quoted_word_back() {
        for (word, _) in WORDS {
            let command = format!("printf %s {}", quoted(word));
            let shell = std::process::Command::new("sh").args(["-c", &command]).output().expect("a shell");
            assert_eq!(String::from_utf8_lossy(&shell.stdout), word);
        }
    }
}
