//! Decodes the encoded parts of a text, so that the text and each decoded form can be searched for secrets.

/// The bytes of a text, or of a decoded form of a text. For each byte, the view stores the part of the original text that the
/// byte comes from.
pub(super) struct View {
    pub(super) bytes: Vec<u8>,
    /// For each byte, the start and the exclusive end of this part of the original text.
    places: Vec<(usize, usize)>,
}

/// A byte that separates two parts of a text that were decoded independently. UTF-8 text never contains this byte.
const GAP: u8 = 0xff;
/// The minimum number of adjacent hexadecimal digits to decode. Eight digits encode four bytes, the length of the shortest secret
/// that is hidden.
const MIN_HEX: usize = 8;
/// The minimum number of adjacent base64 digits to decode. Six digits encode four bytes.
const MIN_BASE64: usize = 6;

impl View {
    pub(super) fn new(text: &str) -> Self {
        Self { bytes: text.as_bytes().to_vec(), places: (0..text.len()).map(|at| (at, at + 1)).collect() }
    }

    /// Returns the part of the original text that `length` bytes of the view come from. These bytes begin at the index `at`.
    /// The part is returned as its start and its exclusive end.
    pub(super) fn place(&self, at: usize, length: usize) -> (usize, usize) {
        let places = &self.places[at..at + length];
        let start = places.iter().map(|(start, _)| *start).min().unwrap_or_default();
        (start, places.iter().map(|(_, end)| *end).max().unwrap_or_default())
    }

    /// Returns a decoded form of the text for each encoding that the text contains.
    pub(super) fn decoded(&self) -> Vec<Self> {
        let escapes = [percent, backslash, character_reference];
        let escaped = escapes.into_iter().filter_map(|escape| self.unescaped(escape));
        let runs = [self.of_hex(), self.of_base64()];
        escaped.chain(runs.into_iter().filter(|view| !view.bytes.is_empty())).map(Self::without_controls).collect()
    }

    /// Decodes the escape sequences of one kind. Returns `None` if the text contains no such escape sequence.
    fn unescaped(&self, escape: impl Fn(&[u8]) -> Option<(usize, Vec<u8>)>) -> Option<Self> {
        let (mut view, mut at, mut found) = (Self::empty(), 0, false);
        while at < self.bytes.len() {
            let (length, bytes) = match escape(&self.bytes[at..]) {
                Some(escaped) => {
                    found = true;
                    escaped
                }
                None => (1, vec![self.bytes[at]]),
            };
            view.push_all(&bytes, self.place(at, length));
            at += length;
        }
        found.then_some(view)
    }

    /// Decodes every run of hexadecimal digits twice: from the first digit of the run, and from the second digit.
    fn of_hex(&self) -> Self {
        let digit = |byte: u8| (byte as char).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        self.of_runs(digit, MIN_HEX, 2, |digits| vec![digits[0] << 4 | digits[1]])
    }

    /// Decodes every run of base64 and base64url digits from each of four offsets, because the start of the encoded text is not
    /// known.
    fn of_base64(&self) -> Self {
        self.of_runs(sextet, MIN_BASE64, 4, |digits| {
            let digits: Vec<_> = digits.iter().map(|digit| u32::from(*digit)).collect();
            let all = digits.iter().fold(0, |all, digit| all << 6 | digit) << (6 * (4 - digits.len()));
            all.to_be_bytes()[1..].iter().take(digits.len() * 6 / 8).copied().collect()
        })
    }

    /// Decodes every run of at least `shortest` digits, in groups of `group`, from each offset within the first group. Each byte
    /// is decoded from two digits. In hexadecimal, adjacent bytes have no digit in common. In base64, adjacent bytes of a group
    /// share a digit.
    fn of_runs(
        &self,
        digit: impl Fn(u8) -> Option<u8>,
        shortest: usize,
        group: usize,
        decode: impl Fn(&[u8]) -> Vec<u8>,
    ) -> Self {
        let digits: Vec<_> = self.bytes.iter().map(|byte| digit(*byte)).collect();
        let mut view = Self::empty();
        for (start, run) in runs(&digits).filter(|(_, run)| run.len() >= shortest) {
            for offset in 0..group {
                let groups = run[offset..].chunks(group).enumerate().filter(|(_, digits)| digits.len() >= 2);
                for (number, digits) in groups {
                    for (index, byte) in decode(digits).into_iter().enumerate() {
                        view.push_all(&[byte], self.place(start + offset + number * group + index, 2));
                    }
                }
                view.push_all(&[GAP], (start, start));
            }
        }
        view
    }

    /// Removes invisible characters.
    pub(super) fn without_controls(self) -> Self {
        let (mut view, mut at) = (Self::empty(), 0);
        while at < self.bytes.len() {
            let rest = &self.bytes[at..self.bytes.len().min(at + 4)];
            let letter = (1..=rest.len()).find_map(|length| std::str::from_utf8(&rest[..length]).ok()?.chars().next());
            let length = letter.map_or(1, char::len_utf8);
            if !letter.is_some_and(is_invisible) {
                for at in at..at + length {
                    view.push_all(&[self.bytes[at]], self.places[at]);
                }
            }
            at += length;
        }
        view
    }

    fn empty() -> Self {
        Self { bytes: Vec::new(), places: Vec::new() }
    }

    fn push_all(&mut self, bytes: &[u8], place: (usize, usize)) {
        self.bytes.extend_from_slice(bytes);
        self.places.extend(bytes.iter().map(|_| place));
    }
}

/// Returns each run of adjacent digits, and the index of the first digit in the run.
fn runs(digits: &[Option<u8>]) -> impl Iterator<Item = (usize, Vec<u8>)> {
    let pieces = digits.split(Option::is_none).scan(0, |next, piece| {
        let start = *next;
        *next += piece.len() + 1;
        Some((start, piece))
    });
    pieces.map(|(start, piece)| (start, piece.iter().flatten().copied().collect()))
}

/// Checks whether a character is invisible by itself: a control character, or a character that joins, orders or marks other
/// characters.
pub(super) fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fe20}'..='\u{fe2f}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// Decodes an escape sequence at the beginning of a text, such as `%41` in URLs. Returns the length of the sequence, and the
/// decoded bytes.
fn percent(text: &[u8]) -> Option<(usize, Vec<u8>)> {
    let digits = text.strip_prefix(b"%")?.get(..2)?;
    Some((3, vec![u8::try_from(number(digits, 16)?).ok()?]))
}

/// Decodes an escape sequence at the beginning of a text, such as `\"` and `\u0041` in JSON, and `\x41` in other languages.
fn backslash(text: &[u8]) -> Option<(usize, Vec<u8>)> {
    let rest = text.strip_prefix(b"\\")?;
    match rest.first()? {
        b'x' => Some((4, vec![u8::try_from(number(rest.get(1..3)?, 16)?).ok()?])),
        b'u' => {
            let first = number(rest.get(1..5)?, 16)?;
            // Characters beyond the first 65,536 are written as two escape sequences.
            let second = text.get(6..).and_then(|rest| number(rest.strip_prefix(b"\\u")?.get(..4)?, 16));
            let units: Vec<_> =
                [Some(first), second].into_iter().flatten().filter_map(|unit| u16::try_from(unit).ok()).collect();
            let letter = char::decode_utf16(units).next()?.ok()?;
            Some((6 * letter.len_utf16(), letter.to_string().into_bytes()))
        }
        b'b' | b'f' | b'n' | b'r' | b't' | b'0' => Some((2, Vec::new())),
        other if other.is_ascii_punctuation() => Some((2, vec![*other])),
        _ => None,
    }
}

/// The HTML names of the symbols that keys and tokens contain.
const NAMED: [(&str, char); 31] = [
    ("amp", '&'),
    ("apos", '\''),
    ("ast", '*'),
    ("colon", ':'),
    ("comma", ','),
    ("commat", '@'),
    ("dollar", '$'),
    ("equals", '='),
    ("excl", '!'),
    ("gt", '>'),
    ("lowbar", '_'),
    ("lpar", '('),
    ("lt", '<'),
    ("num", '#'),
    ("percnt", '%'),
    ("period", '.'),
    ("plus", '+'),
    ("quest", '?'),
    ("quot", '"'),
    ("rpar", ')'),
    ("semi", ';'),
    ("sol", '/'),
    ("bsol", '\\'),
    ("vert", '|'),
    ("grave", '`'),
    ("hat", '^'),
    ("lcub", '{'),
    ("lsqb", '['),
    ("rcub", '}'),
    ("rsqb", ']'),
    ("hyphen", '-'),
];
const MAX_NAME: usize = 8;

/// Decodes a character reference at the beginning of a text, such as `&amp;`, `&#65;` and `&#x41;` in HTML and XML.
fn character_reference(text: &[u8]) -> Option<(usize, Vec<u8>)> {
    let rest = text.strip_prefix(b"&")?;
    let Some(digits) = rest.strip_prefix(b"#") else {
        let name = &rest[..rest.iter().take(MAX_NAME).position(|byte| *byte == b';')?];
        let (_, letter) = NAMED.iter().find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name))?;
        return Some((name.len() + 2, letter.to_string().into_bytes()));
    };
    let (mark, radix) = if matches!(digits.first(), Some(b'x' | b'X')) { (1, 16) } else { (0, 10) };
    let is_digit = |byte: &&u8| (**byte as char).is_digit(radix);
    let digits = &digits[mark..];
    let digits = &digits[..digits.iter().take_while(is_digit).count()];
    let zeros = digits.iter().take_while(|byte| **byte == b'0').count();
    let letter = char::from_u32(number(&digits[zeros..], radix)?)?;
    let length = 2 + mark + digits.len();
    // Browsers accept a character reference without the semicolon.
    Some((length + usize::from(text.get(length) == Some(&b';')), letter.to_string().into_bytes()))
}

/// Parses a number that consists of digits only, without a sign.
fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let text = std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(text, radix).ok()
}
