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
