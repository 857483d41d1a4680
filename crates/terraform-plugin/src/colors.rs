//! Escapes words in brackets that Terraform would treat as colors.
//!
//! Terraform prints diagnostics through [colorstring](https://github.com/mitchellh/colorstring). colorstring treats `[red]` as a color and
//! removes the word, even with `-no-color`. Terraform 1.15 uses colorstring in `plan` and `apply`, and Terraform 1.11 in `console`. A
//! message from AWS, from a program or about a file can contain such a word, especially the section name `[default]`.

/// The words in colorstring's `DefaultColors` that are not in [`COLORS`], sorted.
const WORDS: [&str; 9] =
    ["blink_fast", "blink_slow", "bold", "dim", "hidden", "invert", "reset", "reset_bold", "underline"];
/// The colors in colorstring, sorted. A color between underscores, such as `_red_`, is a background color.
const COLORS: [&str; 17] = [
    "black",
    "blue",
    "cyan",
    "dark_gray",
    "default",
    "green",
    "light_blue",
    "light_cyan",
    "light_gray",
    "light_green",
    "light_magenta",
    "light_red",
    "light_yellow",
    "magenta",
    "red",
    "white",
    "yellow",
];
/// The color that Terraform adds to the list of colorstring, in `Meta.Colorize` of Terraform's package `command`.
const TERRAFORM_COLOR: &str = "purple";

/// Changes `[red]` to `[ red ]`, and every other color word in the same way.
///
/// With the spaces, users can still read the word and search for it. A zero-width character would also work, but users would copy
/// this invisible character together with the text.
pub(crate) fn escape(text: &str) -> String {
    let mut pieces = text.split('[');
    let mut kept = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once(']') {
            Some((word, rest)) if is_color(word) => {
                kept.extend(["[ ", word, " ]", rest]);
            }
            _ => kept.extend(["[", piece]),
        }
    }
    kept
}

/// Returns whether the word is a color. The word must be in lower case: colorstring does not change `[Red]`.
fn is_color(word: &str) -> bool {
    let ground = word.strip_prefix('_').and_then(|word| word.strip_suffix('_')).unwrap_or(word);
    word == TERRAFORM_COLOR || WORDS.binary_search(&word).is_ok() || COLORS.binary_search(&ground).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the text as colorstring prints it with `-no-color`. The pattern of colorstring is `\[[a-z0-9_-]+\]`, and ignores case.
    /// colorstring removes a match if the word is in colorstring's list. This function has its own copy of colorstring's list, so that the
    /// test does not depend on the constants above.
    fn printed(text: &str) -> String {
        let colors = "default _default_ black red green yellow blue magenta cyan light_gray dark_gray light_red light_green \
                      light_yellow light_blue light_magenta light_cyan white _black_ _red_ _green_ _yellow_ _blue_ _magenta_ \
                      _cyan_ _light_gray_ _dark_gray_ _light_red_ _light_green_ _light_yellow_ _light_blue_ _light_magenta_ \
                      _light_cyan_ _white_ bold dim underline blink_slow blink_fast invert hidden reset reset_bold purple";
        colors.split_whitespace().fold(text.to_owned(), |text, color| text.replace(&format!("[{color}]"), ""))
    }

    #[test]
    fn the_lists_are_sorted() {
        assert!(WORDS.is_sorted() && COLORS.is_sorted());
    }

    #[test]
    fn color_words_are_not_removed() {
        let backgrounds = COLORS.map(|color| format!("_{color}_"));
        let words = WORDS.iter().chain(&COLORS).chain([&TERRAFORM_COLOR]).copied();
        let mut words: Vec<_> = words.chain(backgrounds.iter().map(String::as_str)).collect();
        for word in &words {
            let text = format!("[{word}]");
            assert_eq!(printed(&text), "", "Terraform treats {word} as a color");
            assert_eq!(printed(&escape(&text)), format!("[ {word} ]"));
        }
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), 44, "the number of colors in Terraform");
    }

    #[test]
    fn several_color_words_are_kept_and_other_text_is_unchanged() {
        for (text, shown) in [
            ("", ""),
            ("no brackets", "no brackets"),
            ("[default] and [red][bold]!", "[ default ] and [ red ][ bold ]!"),
            (
                "in [profile red], [0], [\"red\"], [Red], [RED], [ red ]",
                "in [profile red], [0], [\"red\"], [Red], [RED], [ red ]",
            ),
            ("[[default]]", "[[ default ]]"),
            ("[de[red]fault]", "[de[ red ]fault]"),
            ("[", "["),
            ("[red", "[red"),
            ("red]", "red]"),
            ("[]", "[]"),
            ("[red\n]", "[red\n]"),
            ("  [bold]\nä[dim]ö\r\n", "  [ bold ]\nä[ dim ]ö\r\n"),
            ("_red_ [_red_] [_bold_] [__red__]", "_red_ [ _red_ ] [_bold_] [__red__]"),
        ] {
            assert_eq!(escape(text), shown);
            assert_eq!(printed(shown), shown, "colorstring removes nothing");
        }
    }
}
