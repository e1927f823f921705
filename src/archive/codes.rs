//! Everything the check can find: one line each, with its weight and its words.

use super::finding::Level;
use crate::report::Bilingual;
use crate::report::words::words;

/// A kind of finding.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    /// The stable identifier, as in the JSON Lines and in a policy's `[levels]`.
    pub id: &'static str,
    /// How much it weighs, unless the policy says otherwise.
    pub level: Level,
    /// What is the matter.
    pub what: Bilingual,
    /// What to do about it.
    pub todo: Bilingual,
}

const fn code(
    id: &'static str,
    level: Level,
    (sv, en): (&'static str, &'static str),
    (todo_sv, todo_en): (&'static str, &'static str),
) -> Code {
    Code { id, level, what: words(sv, en), todo: words(todo_sv, todo_en) }
}

/// The kind of that identifier.
#[must_use]
pub fn find(id: &str) -> Option<&'static Code> {
    CODES.iter().find(|code| code.id == id)
}

use Level::{Block, Info, Review, Warn};

/// Every kind, the gravest first.
pub const CODES: &[Code] = &[
    code(
        "encrypted",
        Block,
        ("Krypterad eller lösenordsskyddad", "Encrypted or protected by a password"),
        ("Spara den utan lösenord i verksamhetssystemet.", "Save it without a password in the system it comes from."),
    ),
    code(
        "restricted",
        Block,
        ("Skyddad med ägarlösenord", "Protected by an owner password"),
        (
            "Spara den utan skydd: arkivet måste kunna läsa och omvandla den.",
            "Save it without protection: the archive must be able to read and convert it.",
        ),
    ),
    code(
        "broken",
        Block,
        ("Skadad eller avkortad", "Damaged or truncated"),
        ("Hämta filen på nytt ur källan eller en säkerhetskopia.", "Fetch the file anew from its source or a backup."),
    ),
    code(
        "empty-file",
        Block,
        ("Tom fil, noll byte", "Empty file, zero bytes"),
        (
            "Hämta filen på nytt, eller lämna den utanför leveransen.",
            "Fetch the file anew, or leave it out of the delivery.",
        ),
    ),
    code(
        "changed-while-read",
        Block,
        ("Ändrades medan den lästes", "Changed while it was read"),
        (
            "Se till att ingen arbetar i mappen och granska igen.",
            "See that no one works in the folder and check again.",
        ),
    ),
    code(
        "unreadable",
        Block,
        ("Gick inte att läsa", "Could not be read"),
        (
            "Ge kontot som granskar läsrätt, eller kontrollera disken.",
            "Give the checking account the right to read, or check the disk.",
        ),
    ),
    code(
        "vanished",
        Block,
        ("Försvann under granskningen", "Vanished during the check"),
        (
            "Se till att ingen arbetar i mappen och granska igen.",
            "See that no one works in the folder and check again.",
        ),
    ),
    code(
        "offline",
        Block,
        ("Innehållet finns inte på disken", "The content is not on the disk"),
        ("Hämta hem filen från lagringen och granska igen.", "Recall the file from storage and check again."),
    ),
    code(
        "link",
        Block,
        ("Symbolisk länk, följs inte", "Symbolic link, not followed"),
        ("Ersätt länken med filen själv, eller ta bort den.", "Replace the link by the file itself, or remove it."),
    ),
    code(
        "special-file",
        Block,
        ("Inte en vanlig fil", "Not a regular file"),
        ("Lämna den utanför leveransen.", "Leave it out of the delivery."),
    ),
    code(
        "folder-unread",
        Block,
        ("Mappen gick inte att läsa", "The folder could not be read"),
        (
            "Ge kontot som granskar läsrätt och granska igen.",
            "Give the checking account the right to read and check again.",
        ),
    ),
    code(
        "limit",
        Block,
        ("Nådde en gräns vid läsningen (kan vara en zipbomb)", "Reached a limit when read (may be a zip bomb)"),
        (
            "Öppna filen på en säker dator och avgör vad den är.",
            "Open the file on a safe machine and decide what it is.",
        ),
    ),
    code(
        "reader-failed",
        Block,
        ("Läsaren av formatet stoppades", "The reader of the format was stopped"),
        (
            "Öppna filen på en säker dator; hämta den på nytt om den är skadad.",
            "Open the file on a safe machine; fetch it anew if it is damaged.",
        ),
    ),
    code(
        "too-large",
        Review,
        (
            "För stor för att läsas; format och kontrollsumma finns",
            "Too large to be read; its format and checksum are known",
        ),
        (
            "Öppna den och avgör själv, eller höj gränsen file_bytes.",
            "Open it and decide yourself, or raise the limit file_bytes.",
        ),
    ),
    code(
        "format-refused",
        Warn,
        ("Formatet tas inte emot", "The format is not received"),
        ("Spara handlingen i ett format på listan.", "Save the record in a format on the list."),
    ),
    code(
        "format-unlisted",
        Warn,
        ("Formatet står inte på listan", "The format is not on the list"),
        (
            "Omvandla till ett format på listan, eller kom överens med arkivmyndigheten.",
            "Convert to a format on the list, or agree with the archival authority.",
        ),
    ),
    code(
        "format-unknown",
        Warn,
        ("Formatet är okänt", "The format is unknown"),
        ("Ta reda på vilket program som gjort filen.", "Find out which program made the file."),
    ),
    code(
        "format-doubt",
        Review,
        ("Flera format är möjliga", "Several formats are possible"),
        ("Öppna filen och avgör vilket det är.", "Open the file and decide which it is."),
    ),
    code(
        "extension-mismatch",
        Warn,
        ("Filändelsen passar inte formatet", "The extension does not fit the format"),
        ("Döp om filen, eller ta reda på varför den heter så.", "Rename the file, or find out why it is called so."),
    ),
    code(
        "pdfa-findings",
        Warn,
        ("Uppger PDF/A men granskningen fann avvikelser", "Declares PDF/A, but the examination found deviations"),
        ("Validera med veraPDF och spara om som PDF/A.", "Validate with veraPDF and save as PDF/A again."),
    ),
    code(
        "verapdf-fail",
        Warn,
        ("veraPDF underkänner filen", "veraPDF fails the file"),
        ("Spara om som PDF/A.", "Save as PDF/A again."),
    ),
    code(
        "verapdf-silent",
        Review,
        ("veraPDF tillfrågades men svarade inte om filen", "veraPDF was asked, but said nothing of the file"),
        ("Öppna filen i veraPDF för sig.", "Open the file in veraPDF by itself."),
    ),
    code(
        "pdfa-unscreened",
        Review,
        (
            "Uppger en del av PDF/A som granskningen inte känner",
            "Declares a part of PDF/A that this check does not know",
        ),
        ("Validera filen med veraPDF.", "Validate the file with veraPDF."),
    ),
    code("verapdf-pass", Info, ("veraPDF godkänner filen", "veraPDF passes the file"), ("", "")),
    code(
        "fonts-outside",
        Warn,
        ("Typsnitt saknas i filen", "Fonts are not in the file"),
        ("Spara om med inbäddade typsnitt.", "Save again with fonts embedded."),
    ),
    code(
        "macros",
        Warn,
        ("Innehåller makron", "Holds macros"),
        ("Spara utan makron, eller bevara i två format.", "Save without macros, or keep in two formats."),
    ),
    code(
        "active-content",
        Warn,
        ("Innehåller aktivt innehåll (skript)", "Holds active content (scripts)"),
        ("Spara om utan skript, helst som PDF/A.", "Save without scripts, as PDF/A if possible."),
    ),
    code(
        "embedded-files",
        Warn,
        ("Innehåller inbäddade filer", "Holds embedded files"),
        (
            "Lägg de inbäddade filerna bredvid, om de hör till handlingen.",
            "Put the embedded files beside it if they belong to the record.",
        ),
    ),
    code(
        "links-outside",
        Warn,
        ("Hänvisar till filer utanför sig själv", "Refers to files outside itself"),
        ("Foga in det som hänvisas till, eller bryt länkarna.", "Take in what is referred to, or break the links."),
    ),
    code("links-web", Info, ("Innehåller webblänkar", "Holds links to the web"), ("", "")),
    code(
        "mail-attachments",
        Warn,
        ("E-post med bilagor", "Mail with attachments"),
        (
            "Bevara bilagorna tillsammans med brevet, i format på listan.",
            "Keep the attachments with the mail, in formats on the list.",
        ),
    ),
    code(
        "winmail",
        Warn,
        ("Innehåller winmail.dat (TNEF)", "Holds winmail.dat (TNEF)"),
        (
            "Öppna brevet i Outlook och spara bilagorna för sig.",
            "Open the mail in Outlook and save the attachments apart.",
        ),
    ),
    code(
        "name-not-utf8",
        Warn,
        ("Filnamnet är inte UTF-8", "The file name is not UTF-8"),
        ("Döp om filen; paketet skriver namnet omkodat.", "Rename the file; the package writes the name encoded."),
    ),
    code(
        "name-control",
        Warn,
        ("Filnamnet har styrtecken eller osynliga tecken", "The file name has control or invisible characters"),
        ("Döp om filen.", "Rename the file."),
    ),
    code(
        "name-character",
        Warn,
        ("Filnamnet har tecken som Windows inte tillåter", "The file name has characters that Windows does not allow"),
        ("Döp om utan < > : \" \\ | ? *", "Rename without < > : \" \\ | ? *"),
    ),
    code(
        "name-ending",
        Warn,
        ("Namnet slutar med punkt eller mellanslag", "The name ends with a dot or a space"),
        ("Döp om filen.", "Rename the file."),
    ),
    code(
        "name-reserved",
        Warn,
        ("Namnet är reserverat i Windows", "The name is reserved in Windows"),
        ("Döp om filen.", "Rename the file."),
    ),
    code(
        "name-case",
        Warn,
        (
            "Namnet skiljer sig bara i stora och små bokstäver från ett annat",
            "The name differs from another only in upper and lower case",
        ),
        ("Döp om den ena: i Windows är de samma fil.", "Rename one of them: in Windows they are the same file."),
    ),
    code(
        "name-not-nfc",
        Warn,
        ("Namnets tecken är uppdelade (inte NFC)", "The name's characters are decomposed (not NFC)"),
        ("Döp om filen på en dator med Windows eller Linux.", "Rename the file on a machine with Windows or Linux."),
    ),
    code(
        "path-long",
        Warn,
        ("Sökvägen är längre än 240 tecken", "The path is longer than 240 characters"),
        ("Korta mapparnas eller filens namn.", "Shorten the names of the folders or the file."),
    ),
    code(
        "system-file",
        Warn,
        ("Systemfil utan värde för arkivet", "System file without value to the archive"),
        ("Lämna den utanför leveransen.", "Leave it out of the delivery."),
    ),
    code(
        "empty-folder",
        Warn,
        ("Tom mapp", "Empty folder"),
        (
            "Kontrollera att inget saknas; paket bär inte tomma mappar.",
            "Check that nothing is missing; packages carry no empty folders.",
        ),
    ),
    code(
        "date-future",
        Warn,
        ("Datum i framtiden", "A date in the future"),
        ("Ta reda på när handlingen upprättades.", "Find out when the record was drawn up."),
    ),
    code(
        "date-early",
        Warn,
        ("Filens datum är före 1980", "The file's date is before 1980"),
        ("Ta reda på när handlingen upprättades.", "Find out when the record was drawn up."),
    ),
    code(
        "date-order",
        Warn,
        (
            "Dokumentet uppger att det ändrades innan det skapades",
            "The document says that it was changed before it was made",
        ),
        ("Ta reda på när handlingen upprättades.", "Find out when the record was drawn up."),
    ),
    code(
        "record-unregistered",
        Review,
        ("Tecken på allmän handling, men inget diarienummer", "Signs of an official record, but no diarienummer"),
        (
            "Avgör om den är allmän och om den ska diarieföras (OSL 5 kap. 1 §).",
            "Decide whether it is official and is to be registered (OSL ch. 5 s. 1).",
        ),
    ),
    code("record-signs", Info, ("Tecken på allmän handling", "Signs of an official record"), ("", "")),
    code(
        "draft",
        Review,
        ("Tecken på utkast eller arbetsmaterial", "Signs of a draft or working material"),
        (
            "Avgör om det är en mellanprodukt som ska rensas eller en handling som ska bevaras (TF 2 kap. 12 §).",
            "Decide whether it is working material to be weeded or a record to be kept (TF ch. 2 s. 12).",
        ),
    ),
    code(
        "tracked-changes",
        Review,
        ("Har spårade ändringar", "Has tracked changes"),
        ("Ta reda på vilken lydelse som gäller och spara den.", "Find out which wording holds and save that."),
    ),
    code(
        "comments",
        Review,
        ("Har kommentarer", "Has comments"),
        ("Avgör om kommentarerna hör till handlingen.", "Decide whether the comments belong to the record."),
    ),
    code(
        "diary-unknown",
        Review,
        ("Diarienumret finns inte i diariet", "The diarienummer is not in the diary"),
        ("Kontrollera numret i filen och i diariet.", "Check the number in the file and in the diary."),
    ),
    code(
        "diary-several",
        Info,
        ("Flera diarienummer; det första gäller", "Several diarienummer; the first counts"),
        ("", ""),
    ),
    code(
        "diary-missing-file",
        Review,
        ("Ärende i diariet utan fil i mappen", "Matter in the diary without a file in the folder"),
        ("Ta reda på var handlingarna finns.", "Find out where the records are."),
    ),
    code(
        "diary-incomplete",
        Review,
        ("Uppgift saknas i diariet (OSL 5 kap. 2 §)", "The diary lacks a detail (OSL ch. 5 s. 2)"),
        ("Komplettera diariet.", "Complete the diary."),
    ),
    code(
        "plan-dispose",
        Review,
        ("Planen säger gallra; ingenting raderas här", "The plan says dispose; nothing is deleted here"),
        (
            "Avgör om den ska gallras i stället för levereras.",
            "Decide whether it is to be disposed of rather than delivered.",
        ),
    ),
    code(
        "plan-none",
        Review,
        ("Ingen rad i planen passar", "No line of the plan fits"),
        ("Ange handlingstyp, eller komplettera planen.", "Name the type of record, or complete the plan."),
    ),
    code(
        "ai-unlabelled",
        Review,
        (
            "AI har gjort eller ändrat innehållet; synlig märkning saknas",
            "AI made or changed the content; a visible label is missing",
        ),
        (
            "Märk en kopia med aktsam label, och bevara originalet.",
            "Label a copy with aktsam label, and keep the original.",
        ),
    ),
    code(
        "ai-original-missing",
        Review,
        ("AI-märkt kopia vars original inte finns i mappen", "AI-labelled copy whose original is not in the folder"),
        ("Lägg originalet bredvid, eller anteckna var det finns.", "Put the original beside it, or note where it is."),
    ),
    code(
        "ai-copy",
        Review,
        (
            "Liknar en bild i registret över AI-märkta bilder, men bär ingen märkning",
            "Looks like a picture in the register of AI labels, but bears no label",
        ),
        (
            "Jämför den med bilden i registret (aktsam register list): det kan vara en kopia utan märkning.",
            "Compare it with the picture in the register (aktsam register list): it may be a copy without the label.",
        ),
    ),
    code(
        "ai-earlier",
        Review,
        (
            "En tidigare fil på samma plats bar tecken på AI, den här inte",
            "An earlier file in the same place bore signs of AI, this one does not",
        ),
        ("Fråga den som upprättat handlingen om AI:s del i den.", "Ask who drew up the record about AI's part in it."),
    ),
    code(
        "ai-made",
        Info,
        ("AI har gjort eller ändrat innehållet; det är märkt", "AI made or changed the content; it is labelled"),
        ("", ""),
    ),
    code(
        "ai-original",
        Info,
        ("Originalet till en AI-märkt kopia i mappen", "The original of an AI-labelled copy in the folder"),
        ("", ""),
    ),
    code(
        "ai-undisclosed",
        Review,
        ("Tecken på AI-gjord text utan upplysning om AI", "Signs of text by AI without a word about AI"),
        ("Fråga den som upprättat handlingen.", "Ask who drew up the record."),
    ),
    code("ai-disclosed", Info, ("Upplyser om att AI använts", "Says that AI was used"), ("", "")),
    code(
        "duplicate",
        Review,
        ("Samma innehåll som en annan fil", "The same content as another file"),
        (
            "Leverera en av dem, om inte båda hör till var sitt ärende.",
            "Deliver one of them, unless each belongs to a matter of its own.",
        ),
    ),
    code(
        "near-duplicate",
        Review,
        ("Nästan samma text som en annan fil", "Nearly the same text as another file"),
        ("Avgör vilken lydelse som är den slutliga.", "Decide which wording is the final one."),
    ),
    code(
        "version",
        Review,
        (
            "Namnet tyder på en version eller kopia av en annan fil",
            "The name suggests a version or copy of another file",
        ),
        ("Avgör vilken som är den slutliga.", "Decide which is the final one."),
    ),
    code(
        "partly-read",
        Review,
        ("Läst bara till en del", "Read only in part"),
        ("Öppna filen: det som inte lästes är inte granskat.", "Open the file: what was not read was not examined."),
    ),
    code(
        "formats-only",
        Review,
        ("Bara format och kontrollsumma granskades", "Only the format and the checksum were examined"),
        ("Granska igen utan --formats-only.", "Check again without --formats-only."),
    ),
    code("text-unread", Info, ("Texten lästes inte", "The text was not read"), ("", "")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_stands_once_and_what_asks_for_something_says_what() {
        for (index, code) in CODES.iter().enumerate() {
            assert!(CODES[..index].iter().all(|other| other.id != code.id), "{}", code.id);
            assert_eq!(code.todo.sv.is_empty(), code.level == Info, "{}", code.id);
            assert!(!code.what.sv.is_empty() && !code.what.en.is_empty(), "{}", code.id);
        }
    }
}
