//! The kinds of file the program knows, by content.

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($variant:ident $id:literal $swedish:literal [$($extension:literal),*];)*) => {
        /// What a file is, by its content and never by its name alone.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum Kind {
            $(#[doc = $swedish] #[serde(rename = $id)] $variant,)*
        }

        impl Kind {
            /// Every kind, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable identifier, as in records and `aktsam formats`.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// The name shown to people, in Swedish.
            #[must_use]
            pub fn swedish(self) -> &'static str {
                match self { $(Self::$variant => $swedish,)* }
            }

            /// File name extensions that fit this kind, lower case, without the dot.
            #[must_use]
            pub fn extensions(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($extension),*],)* }
            }
        }
    };
}

kinds! {
    Pdf "pdf" "PDF" ["pdf", "ai"];
    Docx "docx" "Word-dokument" ["docx", "docm", "dotx", "dotm"];
    Xlsx "xlsx" "Excel-arbetsbok" ["xlsx", "xlsm", "xltx", "xltm", "xlam"];
    Xlsb "xlsb" "Excel-arbetsbok (binär)" ["xlsb"];
    Pptx "pptx" "PowerPoint-presentation" ["pptx", "pptm", "ppsx", "ppsm", "potx", "potm"];
    Odt "odt" "OpenDocument-text" ["odt", "ott", "fodt"];
    Ods "ods" "OpenDocument-kalkylark" ["ods", "ots"];
    Odp "odp" "OpenDocument-presentation" ["odp", "otp"];
    Doc "doc" "Word-dokument (äldre)" ["doc", "dot"];
    Xls "xls" "Excel-arbetsbok (äldre)" ["xls", "xlt"];
    Ppt "ppt" "PowerPoint-presentation (äldre)" ["ppt", "pps", "pot"];
    Rtf "rtf" "Rich Text" ["rtf", "doc"];
    Html "html" "Webbsida" ["html", "htm", "xhtml"];
    Text "text" "Ren text" ["txt", "text", "log", "md", "markdown", "ini", "cfg", "conf", "yaml", "yml", "toml", "sql", "json", "xml", "tex"];
    Csv "csv" "CSV" ["csv", "tsv", "tab", "txt"];
    Eml "eml" "E-post" ["eml", "mht", "mhtml"];
    Msg "msg" "E-post (Outlook)" ["msg"];
    Epub "epub" "E-bok" ["epub"];
    Zip "zip" "ZIP-arkiv" ["zip", "jar"];
    Tar "tar" "TAR-arkiv" ["tar"];
    Gzip "gzip" "GZIP-arkiv" ["gz", "tgz"];
    SevenZip "7z" "7-Zip-arkiv" ["7z"];
    Png "png" "PNG-bild" ["png", "apng"];
    Jpeg "jpeg" "JPEG-bild" ["jpg", "jpeg", "jpe", "jfif"];
    Tiff "tiff" "TIFF-bild" ["tif", "tiff", "dng"];
    Webp "webp" "WebP-bild" ["webp"];
    Gif "gif" "GIF-bild" ["gif"];
    Avif "avif" "AVIF-bild" ["avif", "avifs"];
    Heif "heif" "HEIF-bild" ["heic", "heif", "hif"];
    Bmp "bmp" "BMP-bild" ["bmp", "dib"];
    Svg "svg" "SVG-bild" ["svg"];
    Audio "audio" "Ljud" ["mp3", "wav", "flac", "ogg", "oga", "opus", "m4a", "aac", "wma"];
    Video "video" "Film" ["mp4", "mov", "avi", "mkv", "webm", "wmv", "m4v", "mpg", "mpeg"];
    Ole "ole" "OLE-fil av okänt slag" [];
    Empty "empty" "Tom fil" [];
    Unknown "unknown" "Okänt slag" [];
}

impl Kind {
    /// Whether a file of this kind is misnamed with that extension (lower case, no dot):
    /// one that says another kind. Texts are told apart by signs that may
    /// fail, so any text may have the extension of any.
    #[must_use]
    pub fn is_misnamed(self, extension: &str) -> bool {
        let of = |kind: &Self| kind.extensions().contains(&extension);
        let mut claimed = Self::ALL.iter().filter(|kind| of(kind)).peekable();
        match self {
            Self::Empty => false,
            // What wraps an Office file that needs a password.
            Self::Ole => claimed.any(|kind| !kind.is_office()),
            kind if kind.is_text() => claimed.peek().is_some() && !claimed.any(|kind| kind.is_text()),
            kind => claimed.peek().is_some() && !of(&kind),
        }
    }

    fn is_office(self) -> bool {
        matches!(self, Self::Docx | Self::Xlsx | Self::Xlsb | Self::Pptx | Self::Doc | Self::Xls | Self::Ppt)
    }

    fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Csv | Self::Html | Self::Eml | Self::Svg)
    }

    /// Whether the file is a picture that may carry provenance.
    #[must_use]
    pub fn is_image(self) -> bool {
        matches!(
            self,
            Self::Png
                | Self::Jpeg
                | Self::Tiff
                | Self::Webp
                | Self::Gif
                | Self::Avif
                | Self::Heif
                | Self::Bmp
                | Self::Svg
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_contradicts_the_content() {
        for (kind, extension, misnamed) in [
            (Kind::Docx, "docx", false),
            (Kind::Docx, "dotm", false),
            (Kind::Docx, "pdf", true),
            (Kind::Zip, "docx", true),
            (Kind::Html, "xls", true),
            (Kind::Text, "csv", false),
            (Kind::Csv, "md", false),
            (Kind::Rtf, "doc", false),
            (Kind::Rtf, "docx", true),
            (Kind::Ole, "docx", false),
            (Kind::Ole, "pdf", true),
            (Kind::Unknown, "jpg", true),
            (Kind::Unknown, "bak", false),
            (Kind::Pdf, "old", false),
            (Kind::Pdf, "", false),
            (Kind::Empty, "pdf", false),
        ] {
            assert_eq!(kind.is_misnamed(extension), misnamed, "{kind:?} {extension}");
        }
    }
}
