//! The tokens of Rich Text (RTF 1.9.1, "Conventions of an RTF reader").

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `{`
    Open,
    /// `}`
    Close,
    /// A control word with its number, such as `\fs24`.
    Word(&'a str, Option<i32>),
    /// A control symbol, such as `\~`.
    Symbol(u8),
    /// A byte of text, written plainly or as `\'hh`.
    Byte(u8),
}

/// Cuts a file into tokens.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Tokens<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Passes over binary data that follows `\bin`.
    pub(super) fn pass_over(&mut self, length: usize) {
        self.rest = self.rest.get(length..).unwrap_or_default();
    }

    fn control(&mut self) -> Option<Token<'a>> {
        let first = *self.rest.first()?;
        if first == b'\'' {
            let byte = self.rest.get(1..3).and_then(|hex| std::str::from_utf8(hex).ok());
            let byte = byte.and_then(|hex| u8::from_str_radix(hex, 16).ok());
            self.pass_over(if byte.is_some() { 3 } else { 1 });
            return Some(byte.map_or(Token::Symbol(first), Token::Byte));
        }
        if !first.is_ascii_alphabetic() {
            self.pass_over(1);
            return Some(Token::Symbol(first));
        }
        let word = self.take(u8::is_ascii_alphabetic);
        let sign = self.rest.first() == Some(&b'-') && self.rest.get(1).is_some_and(u8::is_ascii_digit);
        self.pass_over(usize::from(sign));
        let digits = self.take(u8::is_ascii_digit);
        let number = digits.parse::<i32>().ok().map(|number| if sign { -number } else { number });
        self.pass_over(usize::from(self.rest.first() == Some(&b' ')));
        Some(Token::Word(word, number))
    }

    fn take(&mut self, fits: fn(&u8) -> bool) -> &'a str {
        let end = self.rest.iter().position(|byte| !fits(byte)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        std::str::from_utf8(taken).unwrap_or_default()
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let (first, rest) = self.rest.split_first()?;
            self.rest = rest;
            return match first {
                b'{' => Some(Token::Open),
                b'}' => Some(Token::Close),
                b'\\' => self.control(),
                b'\r' | b'\n' | 0 => continue,
                byte => Some(Token::Byte(*byte)),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_cut_as_the_standard_says() {
        let tokens: Vec<Token> = Tokens::new(b"{\\b0 a\\'e5\\u-10\\~\\*\\par\n}\\'zz\\").collect();
        assert_eq!(
            tokens,
            [
                Token::Open,
                Token::Word("b", Some(0)),
                Token::Byte(b'a'),
                Token::Byte(0xE5),
                Token::Word("u", Some(-10)),
                Token::Symbol(b'~'),
                Token::Symbol(b'*'),
                Token::Word("par", None),
                Token::Close,
                Token::Symbol(b'\''),
                Token::Byte(b'z'),
                Token::Byte(b'z'),
            ]
        );
    }
}
