//! Where the text of a group of Rich Text goes: each destination of the
//! standard is a part of the document, or is left out.

use crate::document::Part;

/// What is done with the text of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// It runs on in the text around it.
    Inline,
    /// It is a text of its own, in that part of the document.
    Own(Part),
    /// It is the instruction of a field.
    Field,
    /// It is the name of a shape's property, or of a property that the user made.
    Name,
    /// It is the value of the user's property that was named before it.
    Value,
    /// It is the value of the shape's property that was named before it.
    ShapeValue,
    /// It is the table of fonts.
    Fonts,
    /// It is an embedded object in hexadecimal digits.
    Object,
    /// It is said twice, and only the second time in Unicode.
    Twice,
    /// It is no text.
    Left,
}

use Destination::{Field, Fonts, Inline, Left, Name, Object, Own, ShapeValue, Twice, Value};

/// The destination that the control word at the start of a group opens;
/// `None` when it is not one. Programs pass by starred ones that they do not
/// know, so what stands there is not shown and still in the file.
pub(super) fn destination(word: &str, starred: bool) -> Option<Destination> {
    if let Some((_, destination)) = DESTINATIONS.iter().find(|(name, _)| *name == word) {
        return Some(*destination);
    }
    let settings = SETTINGS.contains(&word) || SETTINGS_OF.iter().any(|family| word.starts_with(family));
    starred.then_some(if settings { Left } else { Own(Part::Hidden) })
}

/// Starred destinations of RTF 1.9.1 that hold settings, identifiers and packed data.
const SETTINGS: &[&str] = &[
    "aftncn",
    "aftnsep",
    "aftnsepc",
    "atndate",
    "atnicn",
    "atnparent",
    "atnref",
    "atntime",
    "atrfend",
    "atrfstart",
    "background",
    "blipuid",
    "bkmkend",
    "bkmkstart",
    "cchs",
    "colorschememapping",
    "cs",
    "csl",
    "datafield",
    "datastore",
    "defchp",
    "defpap",
    "do",
    "docfmt",
    "ds",
    "falt",
    "fchars",
    "ffname",
    "fname",
    "fontemb",
    "fontfile",
    "formfield",
    "ftncn",
    "ftnsep",
    "ftnsepc",
    "g",
    "generator",
    "gridtbl",
    "hl",
    "hlinkbase",
    "hsv",
    "keycode",
    "latentstyles",
    "lchars",
    "levelnumbers",
    "listpicture",
    "listtable",
    "maln",
    "mmathPr",
    "nextfile",
    "objalias",
    "objclass",
    "objname",
    "objsect",
    "objtime",
    "oldcprops",
    "oldpprops",
    "oldsprops",
    "oldtprops",
    "oleclsid",
    "panose",
    "passwordhash",
    "password",
    "pgp",
    "pgptbl",
    "picprop",
    "pn",
    "pnseclvl",
    "protusertbl",
    "pxe",
    "rsidtbl",
    "sn",
    "svb",
    "tblsbdb",
    "template",
    "themedata",
    "ts",
    "tsrowd",
    "ud",
    "wgrffmtfilter",
    "windowcaption",
    "writereservation",
    "writereservhash",
    "xmlattr",
    "xmlnstbl",
    "xmlopen",
    "xform",
    "listoverridetable",
    "revtbl",
    "shpgrp",
];

/// Families of such words: markup that HTML was wrapped in ([MS-OXRTFEX]), mail merge.
const SETTINGS_OF: &[&str] =
    &["htmltag", "mhtmltag", "mmds", "mmodso", "mmconnect", "mmadd", "mmdata", "mmquery", "ebc"];

/// Destinations of RTF 1.9.1 that hold text or must not be taken for it.
const DESTINATIONS: &[(&str, Destination)] = &[
    ("fonttbl", Fonts),
    ("colortbl", Left),
    ("stylesheet", Left),
    ("filetbl", Left),
    ("pict", Left),
    ("nonshppict", Left),
    // What programs without shapes show in their place, which mostly is the same.
    ("shprslt", Own(Part::Hidden)),
    ("nonesttables", Left),
    ("template", Left),
    ("pntxta", Left),
    ("pntxtb", Left),
    ("shppict", Inline),
    ("shpinst", Inline),
    ("nesttableprops", Inline),
    ("ud", Inline),
    ("userprops", Inline),
    ("upr", Twice),
    ("objdata", Object),
    ("fldinst", Field),
    ("header", Own(Part::Header)),
    ("headerl", Own(Part::Header)),
    ("headerr", Own(Part::Header)),
    ("headerf", Own(Part::Header)),
    ("footer", Own(Part::Footer)),
    ("footerl", Own(Part::Footer)),
    ("footerr", Own(Part::Footer)),
    ("footerf", Own(Part::Footer)),
    ("footnote", Own(Part::Footnote)),
    ("annotation", Own(Part::Comment)),
    ("atnauthor", Own(Part::Comment)),
    ("atnid", Own(Part::Comment)),
    ("shptxt", Own(Part::TextBox)),
    ("dptxbxtext", Own(Part::TextBox)),
    ("ffdeftext", Own(Part::FormField)),
    ("ffl", Own(Part::FormField)),
    ("ffhelptext", Own(Part::FormField)),
    ("ffstattext", Own(Part::FormField)),
    ("revtbl", Own(Part::Property)),
    ("title", Own(Part::Property)),
    ("subject", Own(Part::Property)),
    ("author", Own(Part::Property)),
    ("manager", Own(Part::Property)),
    ("company", Own(Part::Property)),
    ("operator", Own(Part::Property)),
    ("category", Own(Part::Property)),
    ("keywords", Own(Part::Property)),
    ("comment", Own(Part::Property)),
    ("doccomm", Own(Part::Property)),
    ("sn", Name),
    ("propname", Name),
    ("sv", ShapeValue),
    ("staticval", Value),
];

/// The character that a control word stands for.
pub(super) fn character(word: &str) -> Option<char> {
    Some(match word {
        "tab" => '\t',
        "line" | "lbr" | "softline" => '\n',
        "emdash" => '\u{2014}',
        "endash" => '\u{2013}',
        "emspace" | "enspace" | "qmspace" => ' ',
        "bullet" => '\u{2022}',
        "lquote" => '\u{2018}',
        "rquote" => '\u{2019}',
        "ldblquote" => '\u{201C}',
        "rdblquote" => '\u{201D}',
        _ => return None,
    })
}
