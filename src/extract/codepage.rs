//! The code pages that the bytes of Rich Text are in: one for the document,
//! and others by the font they are set in.

use encoding_rs::{
    BIG5, EUC_KR, Encoding, GBK, MACINTOSH, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
    WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258, X_MAC_CYRILLIC,
};

use super::encoding::from_cp850;

/// A code page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CodePage {
    /// One of the encodings of the web.
    Web(&'static Encoding),
    /// IBM 850, and 437 whose letters are the same.
    Ibm,
}

impl CodePage {
    /// Western Windows, which a document that says nothing is in.
    pub(super) const WESTERN: Self = Self::Web(WINDOWS_1252);

    /// The code page of that number, as Windows counts them; `None` when it is not known.
    pub(super) fn of_number(number: u32) -> Option<Self> {
        Some(Self::Web(match number {
            437 | 850 => return Some(Self::Ibm),
            874 => WINDOWS_874,
            932 => SHIFT_JIS,
            936 => GBK,
            949 | 51949 => EUC_KR,
            950 => BIG5,
            1250 => WINDOWS_1250,
            1251 => WINDOWS_1251,
            0 | 1252 | 20127 | 28591 => WINDOWS_1252,
            1253 => WINDOWS_1253,
            1254 => WINDOWS_1254,
            1255 => WINDOWS_1255,
            1256 => WINDOWS_1256,
            1257 => WINDOWS_1257,
            1258 => WINDOWS_1258,
            10000 => MACINTOSH,
            10007 => X_MAC_CYRILLIC,
            20866 => encoding_rs::KOI8_R,
            28592 => encoding_rs::ISO_8859_2,
            28605 => encoding_rs::ISO_8859_15,
            50220..=50222 => encoding_rs::ISO_2022_JP,
            54936 => encoding_rs::GB18030,
            65001 => UTF_8,
            _ => return None,
        }))
    }

    /// The code page of a font's character set (RTF 1.9.1, `\fcharset`);
    /// `None` for the document's own.
    pub(super) fn of_charset(charset: i32) -> Option<Self> {
        let number = match charset {
            0 => 1252,
            77 => 10000,
            89 => 10007,
            128 => 932,
            129 => 949,
            134 => 936,
            136 => 950,
            161 => 1253,
            162 => 1254,
            163 => 1258,
            177 => 1255,
            178 => 1256,
            186 => 1257,
            204 => 1251,
            222 => 874,
            238 => 1250,
            254 | 255 => 850,
            _ => return None,
        };
        Self::of_number(number)
    }

    /// The characters of `bytes`, and whether some were lost.
    pub(super) fn decode(self, bytes: &[u8]) -> (String, bool) {
        match self {
            Self::Ibm => (from_cp850(bytes), false),
            Self::Web(encoding) => {
                let (text, lossy) = encoding.decode_without_bom_handling(bytes);
                (text.into_owned(), lossy)
            }
        }
    }
}
