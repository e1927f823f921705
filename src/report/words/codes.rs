//! Codes of faults, causes and flags, each with what to do about it.

use super::{Bilingual, words};
use crate::document::{Cause, Kind};
use crate::finding::Entity;

/// What a code says, and what the reader can do.
#[derive(Clone, Copy, Debug)]
pub struct Advice {
    /// What is the matter.
    pub what: Bilingual,
    /// What to do about it.
    pub todo: Bilingual,
}

const fn advice(sv: &'static str, en: &'static str, todo_sv: &'static str, todo_en: &'static str) -> Advice {
    Advice { what: words(sv, en), todo: words(todo_sv, todo_en) }
}

/// What a file's error code says, by [`crate::error::FileError::code`]; `None` for a code not known here.
#[must_use]
pub fn error(code: &str) -> Option<Advice> {
    ERRORS.iter().find(|(known, _)| *known == code).map(|(_, advice)| *advice)
}

const ERRORS: &[(&str, Advice)] = &[
    (
        "encrypted",
        advice(
            "Krypterad med lösenord",
            "Encrypted with a password",
            "Den som har lösenordet öppnar filen och bedömer den. Ska den bevaras: spara den utan lösenord i verksamhetssystemet.",
            "Whoever has the password opens the file and judges it. If it is to be preserved, store it without a password in the case system.",
        ),
    ),
    (
        "corrupt",
        advice(
            "Skadad fil",
            "Damaged file",
            "Prova att öppna filen i sitt program. Går det inte: hämta den från säkerhetskopian eller gallra den enligt plan.",
            "Try to open the file in its program. If that fails, fetch it from backup or dispose of it as the retention plan says.",
        ),
    ),
    (
        "empty",
        advice(
            "Tom fil",
            "Empty file",
            "Filen har inget innehåll. Ta bort den om ingen väntar på den.",
            "The file has no content. Remove it if nobody waits for it.",
        ),
    ),
    (
        "unsupported",
        advice(
            "Filslaget läses inte",
            "A kind of file that is not read",
            "Bedöm filen för hand, eller spara den i ett format som läses (se ”aktsam formats”).",
            "Judge the file by hand, or save it in a format that is read (see “aktsam formats”).",
        ),
    ),
    (
        "parser-failure",
        advice(
            "Läsaren av filslaget gav upp",
            "The reader of this kind of file failed",
            "Bedöm filen för hand och anmäl felet till den som förvaltar verktyget, utan att skicka med filen.",
            "Judge the file by hand and report the fault to whoever maintains the tool, without sending the file.",
        ),
    ),
    (
        "changed-while-read",
        advice(
            "Ändrades medan den lästes",
            "Changed while it was read",
            "Nästa körning läser den igen. Återkommer det: skanna när ingen arbetar i mappen.",
            "The next run reads it again. If it comes back, scan when nobody works in the folder.",
        ),
    ),
    (
        "offline",
        advice(
            "Innehållet ligger inte på disken",
            "The content is not on the disk",
            "Filen är flyttad till bandlager eller moln och hämtas inte hem av skanningen. Hämta hem den om den ska bedömas.",
            "The file was moved to tape or cloud, and a scan does not recall it. Recall it if it is to be judged.",
        ),
    ),
    (
        "special-file",
        advice(
            "Inte en vanlig fil",
            "Not a regular file",
            "Öppnas aldrig (länk, rör, enhet). Ta bort den om den inte ska finnas där.",
            "Never opened (link, pipe, device). Remove it if it does not belong there.",
        ),
    ),
    (
        "vanished",
        advice(
            "Försvann innan den lästes",
            "Gone before it was read",
            "Inget att göra: den flyttades eller togs bort under körningen.",
            "Nothing to do: it was moved or removed during the run.",
        ),
    ),
    (
        "permission-denied",
        advice(
            "Behörighet saknas",
            "Permission denied",
            "Ge skanningens konto läsrätt till mappen, eller undanta den i inställningarna så att det syns.",
            "Give the scanning account read access to the folder, or exclude it in the configuration so that it shows.",
        ),
    ),
    (
        "io",
        advice(
            "Fel vid läsning från disken",
            "Error reading from disk",
            "Kontrollera lagringen och nätet. Nästa körning försöker igen.",
            "Check the storage and the network. The next run tries again.",
        ),
    ),
    (
        "limit:file",
        advice(
            "Större än vad som läses",
            "Larger than is read",
            "Bedöm filen för hand, eller höj gränsen för filstorlek i inställningarna.",
            "Judge the file by hand, or raise the limit on file size in the configuration.",
        ),
    ),
    (
        "limit:output",
        advice(
            "Mer text än vad som läses",
            "More text than is read",
            "Början är läst. Dela upp filen eller bedöm resten för hand.",
            "The beginning was read. Split the file or judge the rest by hand.",
        ),
    ),
    (
        "limit:inflation",
        advice(
            "Växer orimligt när den packas upp",
            "Grows beyond reason when unpacked",
            "Kan vara en skadlig fil. Låt it-säkerhet titta innan någon öppnar den.",
            "May be a harmful file. Let IT security look before anyone opens it.",
        ),
    ),
    (
        "limit:depth",
        advice(
            "För djupt nästlad",
            "Nested too deep",
            "Kan vara en skadlig fil eller arkiv i arkiv. Packa upp i delar eller bedöm för hand.",
            "May be a harmful file or archives within archives. Unpack in parts or judge by hand.",
        ),
    ),
    (
        "limit:count",
        advice(
            "För många sidor eller delar",
            "Too many pages or parts",
            "Början är läst. Dela upp filen eller bedöm resten för hand.",
            "The beginning was read. Split the file or judge the rest by hand.",
        ),
    ),
    (
        "limit:pixels",
        advice(
            "För stor bild",
            "Image too large",
            "Bedöm bilden för hand, eller spara den med lägre upplösning.",
            "Judge the image by hand, or save it at a lower resolution.",
        ),
    ),
    (
        "limit:cpu",
        advice(
            "Tog för lång tid att läsa",
            "Took too long to read",
            "Bedöm filen för hand, eller spara om den i sitt program: ofta blir den då enklare.",
            "Judge the file by hand, or save it anew in its program: that often makes it simpler.",
        ),
    ),
    (
        "limit:wall",
        advice(
            "Tog för lång tid att läsa",
            "Took too long to read",
            "Ofta ett långsamt nät. Nästa körning försöker igen.",
            "Often a slow network. The next run tries again.",
        ),
    ),
    (
        "sandbox-violation",
        advice(
            "Läsaren stoppades: filen försökte göra något otillåtet",
            "The reader was stopped: the file tried something forbidden",
            "Öppna inte filen. Lämna den till it-säkerheten.",
            "Do not open the file. Hand it to IT security.",
        ),
    ),
    (
        "bad-reply",
        advice(
            "Läsaren gav ett ogiltigt svar",
            "The reader gave an invalid answer",
            "Öppna inte filen. Lämna den till it-säkerheten.",
            "Do not open the file. Hand it to IT security.",
        ),
    ),
    (
        "limit:memory",
        advice(
            "Krävde för mycket minne",
            "Needed too much memory",
            "Bedöm filen för hand, eller dela upp den.",
            "Judge the file by hand, or split it.",
        ),
    ),
];

/// Why something inside a file was not read, and what to do about it.
#[must_use]
pub fn cause(cause: Cause) -> Advice {
    match cause {
        Cause::ImageOnly => advice(
            "Bild utan läsbar text",
            "Picture without readable text",
            "Sidan är inskannad. Slå på texttolkning, eller bedöm för hand.",
            "The page is a scan. Turn on text recognition, or judge by hand.",
        ),
        Cause::NoUnicode => advice(
            "Typsnitt utan teckenkoder",
            "Font without character codes",
            "Texten syns men går inte att läsa maskinellt. Skapa PDF:en på nytt eller bedöm för hand.",
            "The text shows but cannot be read by machine. Make the PDF anew or judge by hand.",
        ),
        Cause::PartMissing => advice(
            "En del saknas i filen",
            "A part is missing from the file",
            "Öppna filen i sitt program och spara om den.",
            "Open the file in its program and save it anew.",
        ),
        Cause::PartDamaged => advice(
            "En del är skadad",
            "A part is damaged",
            "Det som stod före skadan är läst. Öppna filen i sitt program och spara om den.",
            "What stood before the damage was read. Open the file in its program and save it anew.",
        ),
        Cause::EmbeddedUnread => advice(
            "Inbäddad fil som inte läses",
            "Embedded file that is not read",
            "Spara ut den inbäddade filen och bedöm den för sig.",
            "Save the embedded file on its own and judge it.",
        ),
        Cause::EmbeddedEncrypted => advice(
            "Inbäddad fil med lösenord",
            "Embedded file with a password",
            "Den som har lösenordet öppnar den och bedömer den.",
            "Whoever has the password opens it and judges it.",
        ),
        Cause::Limit => advice(
            "En gräns nåddes",
            "A limit was reached",
            "Det som stod före gränsen är läst. Bedöm resten för hand.",
            "What stood before the limit was read. Judge the rest by hand.",
        ),
        Cause::Encoding => advice(
            "Teckenkodningen kunde inte avgöras",
            "The character encoding could not be told",
            "Spara filen som UTF-8 och låt nästa körning läsa den.",
            "Save the file as UTF-8 and let the next run read it.",
        ),
        Cause::NoText => advice(
            "Ingen text hittades",
            "No text was found",
            "Öppna filen och se efter vad den innehåller; bedöm för hand.",
            "Open the file and see what it holds; judge by hand.",
        ),
        Cause::LowConfidence => advice(
            "Osäkert tolkad bildtext",
            "Text recognised with low confidence",
            "Skanna om originalet med högre upplösning, eller bedöm för hand.",
            "Scan the original again at a higher resolution, or judge by hand.",
        ),
        Cause::OcrPostponed => advice(
            "Nattens tid för bildtolkning tog slut",
            "The night's time for recognising text in pictures was used up",
            "Nästa körning läser bilderna; räcker tiden aldrig, höj night_minutes.",
            "The next run reads the pictures; if time never suffices, raise night_minutes.",
        ),
    }
}

/// What a flag says, and what to do; `None` for a flag not known here.
#[must_use]
pub fn flag(id: &str) -> Option<Advice> {
    FLAGS.iter().find(|(known, _)| *known == id).map(|(_, advice)| *advice)
}

/// Every flag that a record may carry, with its words.
pub const FLAGS: &[(&str, Advice)] = &[
    (
        "extension-mismatch",
        advice(
            "Filändelsen stämmer inte med innehållet",
            "The extension does not fit the content",
            "Filen är bedömd efter sitt innehåll. Ge den rätt ändelse, och fråga varför den fick en annan.",
            "The file was judged by its content. Give it the right extension, and ask why it had another.",
        ),
    ),
    (
        "official-record",
        advice(
            "Tecken på allmän handling",
            "Signs of an official record",
            "Kontrollera att handlingen är diarieförd eller hålls ordnad, och att den finns i rätt system.",
            "Check that the record is registered or kept in order, and lies in the right system.",
        ),
    ),
    (
        "diarienummer",
        advice(
            "Har diarienummer",
            "Has a registration number",
            "Kontrollera att numret leder till rätt ärende i diariet.",
            "Check that the number leads to the right case in the register.",
        ),
    ),
    (
        "diarienummer-missing",
        advice(
            "Diarienummer saknas",
            "No registration number",
            "Handlingen ser ut att höra till ett ärende men har inget diarienummer. Fråga registrator.",
            "The record seems to belong to a case but has no registration number. Ask the registrar.",
        ),
    ),
    (
        "ai-trace",
        advice(
            "Spår av AI",
            "Traces of AI",
            "Fråga den som skrev om AI har använts, och märk i så fall texten.",
            "Ask the author whether AI was used and, if so, label the text.",
        ),
    ),
    (
        "ai-trace-undisclosed",
        advice(
            "Spår av AI utan upplysning",
            "Traces of AI without disclosure",
            "Texten bär spår av ett AI-verktyg men säger det inte. Lägg till en upplysning.",
            "The text carries traces of an AI tool but does not say so. Add a disclosure.",
        ),
    ),
    (
        "ai-disclosed",
        advice(
            "Upplyser om AI",
            "Discloses AI",
            "Inget att göra: filen säger själv att AI har använts.",
            "Nothing to do: the file itself says that AI was used.",
        ),
    ),
    (
        "ai-system",
        advice(
            "Nämner AI-system",
            "Names AI systems",
            "Jämför med kommunens förteckning över AI-system.",
            "Compare with the municipality's register of AI systems.",
        ),
    ),
    (
        "ai-agreement",
        advice(
            "AI-system i ett avtal",
            "AI systems in an agreement",
            "För in dem i kommunens förteckning över AI-system (aktsam report --systems).",
            "Enter them in the municipality's register of AI systems (aktsam report --systems).",
        ),
    ),
    (
        "ai-image-unlabelled",
        advice(
            "AI-bild utan märkning",
            "AI image without a label",
            "Bilden är gjord med AI men det syns inte. Märk den med en text innan den sprids.",
            "The image is made with AI but does not say so. Label it with a text before it is spread.",
        ),
    ),
    (
        "copyright",
        advice(
            "Upphovsrätt",
            "Copyright",
            "Någon annan kan ha rätten till innehållet. Ta reda på vem innan det används i AI.",
            "Someone else may hold the rights. Find out who before it is used with AI.",
        ),
    ),
    (
        "real-person-image",
        advice(
            "Bild av verklig person",
            "Picture of a real person",
            "Kontrollera samtycke innan bilden används eller bearbetas med AI.",
            "Check consent before the picture is used or processed with AI.",
        ),
    ),
    (
        "declared-pdfa",
        advice(
            "Säger sig vara PDF/A",
            "Declares PDF/A",
            "Filens eget påstående. Validera innan leverans till e-arkiv.",
            "The file's own claim. Validate before delivery to the archive.",
        ),
    ),
    (
        "encrypted",
        advice(
            "Krypterad",
            "Encrypted",
            "Ett e-arkiv tar inte emot krypterade filer. Spara utan lösenord där den ska bevaras.",
            "An archive does not take encrypted files. Store it without a password where it is to be preserved.",
        ),
    ),
    (
        "active-content",
        advice(
            "Aktivt innehåll",
            "Active content",
            "Filen har skript eller makron. Öppna den bara om du litar på avsändaren; ta bort dem före arkivering.",
            "The file has scripts or macros. Open it only if you trust the sender; remove them before archiving.",
        ),
    ),
    (
        "tracked-changes",
        advice(
            "Spårade ändringar eller kommentarer",
            "Tracked changes or comments",
            "Det som är struket syns inte men finns kvar i filen. Godkänn ändringar och ta bort kommentarer före publicering.",
            "What was struck out does not show but stays in the file. Accept changes and remove comments before publishing.",
        ),
    ),
    (
        "sensitivity-label",
        advice(
            "Har känslighetsetikett",
            "Has a sensitivity label",
            "Filen bär en etikett från Microsoft Purview. Följ den.",
            "The file carries a Microsoft Purview label. Follow it.",
        ),
    ),
];

/// Identifiers of the flags an archivist looks at, in the order of the archive's view.
pub const ARCHIVE: &[&str] = &[
    "official-record",
    "diarienummer-missing",
    "declared-pdfa",
    "encrypted",
    "extension-mismatch",
    "active-content",
    "tracked-changes",
    "ai-trace-undisclosed",
    "ai-trace",
];

pub(super) fn kind_en(kind: Kind) -> Option<&'static str> {
    KINDS.iter().find(|(known, _)| *known == kind.id()).map(|(_, en)| *en)
}

const KINDS: &[(&str, &str)] = &[
    ("pdf", "PDF"),
    ("docx", "Word document"),
    ("xlsx", "Excel workbook"),
    ("xlsb", "Excel workbook (binary)"),
    ("pptx", "PowerPoint presentation"),
    ("odt", "OpenDocument text"),
    ("ods", "OpenDocument spreadsheet"),
    ("odp", "OpenDocument presentation"),
    ("doc", "Word document (older)"),
    ("xls", "Excel workbook (older)"),
    ("ppt", "PowerPoint presentation (older)"),
    ("rtf", "Rich Text"),
    ("html", "Web page"),
    ("text", "Plain text"),
    ("csv", "CSV"),
    ("eml", "E-mail"),
    ("msg", "E-mail (Outlook)"),
    ("epub", "E-book"),
    ("zip", "ZIP archive"),
    ("tar", "TAR archive"),
    ("gzip", "GZIP archive"),
    ("7z", "7-Zip archive"),
    ("png", "PNG image"),
    ("jpeg", "JPEG image"),
    ("tiff", "TIFF image"),
    ("webp", "WebP image"),
    ("gif", "GIF image"),
    ("avif", "AVIF image"),
    ("heif", "HEIF image"),
    ("bmp", "BMP image"),
    ("svg", "SVG image"),
    ("audio", "Sound"),
    ("video", "Film"),
    ("ole", "OLE file of unknown kind"),
    ("empty", "Empty file"),
    ("unknown", "Unknown kind"),
];

pub(super) fn entity_en(entity: Entity) -> Option<&'static str> {
    ENTITIES.iter().find(|(known, _)| *known == entity.id()).map(|(_, en)| *en)
}

const ENTITIES: &[(&str, &str)] = &[
    ("personnummer", "personal identity number"),
    ("samordningsnummer", "coordination number"),
    ("personnummer_example", "example of a personal identity number"),
    ("organisationsnummer", "organisation number"),
    ("person_private", "private person"),
    ("person_official", "person in office"),
    ("person_historical", "historical or fictional person"),
    ("email", "e-mail address"),
    ("phone", "telephone number"),
    ("address", "address"),
    ("fastighetsbeteckning", "property designation"),
    ("registreringsnummer", "vehicle registration number"),
    ("diarienummer", "registration number of a case"),
    ("bankgiro", "bankgiro number"),
    ("plusgiro", "plusgiro number"),
    ("bank_account", "bank account"),
    ("iban", "IBAN"),
    ("card", "card number"),
    ("osl_reference", "reference to the secrecy act"),
    ("secrecy_marking", "secrecy marking"),
    ("health", "health"),
    ("union", "trade union membership"),
    ("religion", "religious belief"),
    ("ethnicity", "ethnic origin"),
    ("politics", "political opinion"),
    ("sexual_life", "sexual life or orientation"),
    ("genetic", "genetic data"),
    ("biometric", "biometric data"),
    ("economy", "private finances"),
    ("assessment", "assessment, grade or test score"),
    ("crime", "criminal offence"),
    ("private_sphere", "close to the private sphere"),
    ("social_services", "social services"),
    ("health_care", "health care"),
    ("pupil_health", "pupil health"),
    ("staff_care", "staff care"),
    ("protected_identity", "protected identity"),
    ("security", "security or guarding"),
    ("procurement", "procurement before award"),
    ("guardianship", "guardianship"),
    ("draft", "draft or working material"),
    ("resemblance", "word that speaks for it"),
    ("internal_meeting", "internal meeting notes"),
    ("preliminary", "preliminary assessment"),
    ("negotiation", "negotiating position"),
    ("copyright", "copyright notice"),
    ("ai_trace", "traces of AI-made text"),
    ("ai_disclosure", "disclosure of AI"),
    ("ai_system", "name of an AI system"),
    ("official_record", "sign of an official record"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{FileError, Limit};

    #[test]
    fn every_kind_and_entity_has_english_words() {
        for kind in Kind::ALL {
            assert!(kind_en(*kind).is_some(), "{}", kind.id());
        }
        for entity in Entity::ALL {
            assert!(entity_en(*entity).is_some(), "{}", entity.id());
        }
    }

    #[test]
    fn every_error_code_has_words() {
        use Limit::{Count, Cpu, Depth, File, Inflation, Memory, Output, Pixels, Wall};
        let limits = [File, Output, Inflation, Depth, Count, Pixels, Cpu, Wall, Memory].map(FileError::Limit);
        let errors = [
            FileError::Encrypted,
            FileError::Corrupt(""),
            FileError::Empty,
            FileError::Unsupported(Kind::Unknown),
            FileError::Panic,
            FileError::Changed,
            FileError::Offline,
            FileError::Special,
            FileError::Vanished,
            FileError::Denied,
            FileError::Io,
        ];
        for code in limits.iter().chain(&errors) {
            assert!(error(code.code()).is_some(), "{}", code.code());
        }
    }
}
