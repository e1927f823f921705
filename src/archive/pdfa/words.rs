//! What each check finds, in words.

use crate::report::Bilingual;
use crate::report::words::words;

/// What a check found, in words; `None` when there is no such check.
#[must_use]
pub fn of(check: &str) -> Option<Bilingual> {
    WORDS.iter().find(|(id, _)| *id == check).map(|(_, words)| *words)
}

const WORDS: &[(&str, Bilingual)] = &[
    ("file-header", words("filhuvudet", "the file's header")),
    ("trailer-id", words("filens identifierare", "the file's identifiers")),
    ("encrypted", words("kryptering", "encryption")),
    ("data-after-end", words("något efter filens slut", "something after the file's end")),
    ("xref-format", words("korsreferenstabellens form", "the form of the cross-reference table")),
    ("name-encoding", words("namn som inte är UTF-8", "names that are not UTF-8")),
    ("xref-stream", words("korsreferensström", "a cross-reference stream")),
    ("hex-string", words("hexadecimala strängar", "hexadecimal strings")),
    ("stream-length", words("strömmars längd eller form", "the length or form of streams")),
    ("stream-external", words("innehåll i andra filer", "content in other files")),
    ("object-format", words("objektens form", "the form of objects")),
    ("filter", words("otillåten komprimering", "a compression that is not allowed")),
    ("embedded-files", words("inbäddade filer", "embedded files")),
    ("limits", words("tal, texter eller namn över gränserna", "numbers, texts or names beyond the limits")),
    ("nesting-of-states", words("för djupt kapslade tillstånd", "states nested too deep")),
    ("page-size", words("sidornas storlek", "the size of pages")),
    ("optional-content", words("lager", "layers")),
    ("optional-content-configuration", words("lagrens inställningar", "the settings of layers")),
    ("permissions", words("behörigheter", "permissions")),
    ("output-intent", words("utskriftsavsikten", "the output intent")),
    ("icc-profile", words("färgprofil (ICC)", "a colour profile (ICC)")),
    ("overprint", words("övertryck", "overprint")),
    ("device-colour", words("enhetsberoende färg utan profil", "device colour without a profile")),
    ("spot-colour", words("dekorfärger", "spot colours")),
    ("image", words("bilders egenskaper", "the properties of images")),
    ("jpeg-2000", words("bild i JPEG 2000", "an image in JPEG 2000")),
    ("form-xobject", words("återanvända sidinnehåll (form XObject)", "form XObjects")),
    ("graphics-state", words("grafiktillstånd", "graphics states")),
    ("rendering-intent", words("okänd återgivningsavsikt", "an unknown rendering intent")),
    ("operator", words("okänd operator i sidans innehåll", "an unknown operator in a page's content")),
    ("resources", words("resurser som saknas eller ärvs", "resources that are missing or inherited")),
    ("font-dictionary", words("typsnittets beskrivning", "a font's description")),
    ("font-cid", words("sammansatt typsnitt", "a composite font")),
    ("font-embedded", words("typsnitt saknas i filen", "a font is not in the file")),
    ("glyph-present", words("tecken saknas i typsnittet", "a glyph is not in the font")),
    ("font-subset", words("typsnittets teckenförteckning", "the list of a font's glyphs")),
    ("glyph-width", words("teckens bredd", "the width of glyphs")),
    ("glyph-missing", words("text utan tecken i typsnittet (.notdef)", "text that no glyph shows (.notdef)")),
    ("font-encoding", words("typsnittets kodning", "a font's encoding")),
    ("transparency", words("genomskinlighet", "transparency")),
    ("transparency-blending", words("blandning av färger", "the blending of colours")),
    ("annotation-type", words("otillåten sorts anteckning", "an annotation of a kind that is not allowed")),
    ("annotation-dictionary", words("antecknings egenskaper", "the properties of an annotation")),
    ("annotation-appearance", words("antecknings utseende", "the appearance of an annotation")),
    ("form-field", words("formulärfält", "form fields")),
    ("alternate-presentation", words("annan presentation", "another presentation")),
    ("document-requirements", words("krav på läsaren", "requirements on the reader")),
    ("embedded-file-description", words("inbäddad fils beskrivning", "the description of an embedded file")),
    ("embedded-file-archival", words("inbäddad fil som inte är PDF/A", "an embedded file that is not PDF/A")),
    ("action", words("otillåten åtgärd, till exempel skript", "an action that is not allowed, such as a script")),
    ("additional-actions", words("åtgärder vid händelser", "actions at events")),
    ("metadata-stream", words("metadata saknas eller är fel lagrade", "metadata are missing or stored wrongly")),
    ("xmp-packet-header", words("metadatapaketets huvud", "the header of the metadata packet")),
    ("xmp-well-formed", words("metadata som inte går att läsa", "metadata that cannot be read")),
    ("info-equivalent", words("egenskaper som skiljer sig från metadata", "properties that differ from the metadata")),
    ("xmp-extension-schema", words("beskrivning av egna metadata", "the description of metadata of its own")),
    ("xmp-property", words("metadata som inte är beskrivna", "metadata that are not described")),
    ("xmp-property-type", words("metadatas värden", "the values of metadata")),
    ("identification", words("uppgiften om PDF/A-nivå", "the statement of the PDF/A level")),
];

#[cfg(test)]
mod tests {
    use super::super::CHECKS;
    use super::*;

    #[test]
    fn every_check_has_words() {
        assert!(CHECKS.iter().all(|check| of(check.id).is_some()));
        assert_eq!(WORDS.len(), CHECKS.len());
    }
}
