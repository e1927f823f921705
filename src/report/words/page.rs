//! The report page's own words, by key. Keys with `js.` are the script's.

use super::{Bilingual, words};
use crate::judge::explain::Language;

/// The words of `key`; `None` when there is no such key.
#[must_use]
pub fn page(key: &str, lang: Language) -> Option<&'static str> {
    PAGE.iter().find(|(known, _)| *known == key).map(|(_, words)| words.get(lang))
}

/// The words that the page's script needs, each with its key without `js.`.
pub(in crate::report) fn script(lang: Language) -> impl Iterator<Item = (&'static str, &'static str)> {
    PAGE.iter().filter_map(move |(key, words)| Some((key.strip_prefix("js.")?, words.get(lang))))
}

pub(super) const PAGE: &[(&str, Bilingual)] = &[
    ("lang", words("sv", "en")),
    ("title", words("Får filerna möta AI? – aktsam", "May the files meet AI? – aktsam")),
    ("heading", words("Får filerna möta AI?", "May the files meet AI?")),
    ("skip", words("Hoppa till fillistan", "Skip to the list of files")),
    ("nav", words("Delar av rapporten", "Parts of the report")),
    ("nav.state", words("Läget", "Status")),
    ("nav.folders", words("Mappar", "Folders")),
    ("nav.unread", words("Ej bedömda", "Not judged")),
    ("nav.files", words("Filer", "Files")),
    ("nav.archive", words("Arkiv", "Archive")),
    ("nav.rules", words("Reglerna", "Rules")),
    (
        "noscript",
        words(
            "Fillistan behöver JavaScript, som är avstängt här. Allt annat på sidan fungerar, och report.csv har samma filer.",
            "The list of files needs JavaScript, which is off here. All else on the page works, and report.csv has the same files.",
        ),
    ),
    ("how", words("Hur är det?", "How is it?")),
    ("news", words("Vad är nytt?", "What is new?")),
    ("todo", words("Vad måste jag göra?", "What must I do?")),
    ("files.count", words("filer", "files")),
    ("files.count.one", words("fil", "file")),
    ("file", words("Fil", "File")),
    ("share", words("Andel", "Share")),
    ("verdict", words("Bedömning", "Verdict")),
    ("number", words("Antal", "Number")),
    ("since.last", words("Sedan sist", "Since last")),
    ("before", words("Förut", "Before")),
    (
        "proposal",
        words("En bedömning är ett förslag: beslut tas av en människa.", "A verdict is a proposal: a person decides."),
    ),
    ("run.at", words("Körningen", "The run of")),
    ("run.none", words("Ingen körning ännu", "No run yet")),
    ("run.interrupted", words("avbruten; nästa körning fortsätter", "interrupted; the next run goes on")),
    ("by.policy", words("bedömt efter", "judged by")),
    ("isolated", words("sandlåda:", "sandbox:")),
    ("compared", words("Jämfört med körningen", "Compared with the run of")),
    (
        "first.run",
        words(
            "Första körningen: det finns inget att jämföra med ännu.",
            "First run: there is nothing to compare with yet.",
        ),
    ),
    ("change.new.one", words("ny fil", "new file")),
    ("change.new", words("nya filer", "new files")),
    ("change.changed", words("med ändrat innehåll", "with other content")),
    ("change.gone", words("borta", "gone")),
    ("change.raised", words("striktare bedömda än förut", "judged more restrictively than before")),
    ("change.lowered", words("mildare bedömda än förut", "judged less restrictively than before")),
    ("nothing.new", words("Inget har ändrats sedan förra körningen.", "Nothing has changed since the last run.")),
    ("do.fault.one", words("mapp kunde inte skannas helt", "folder could not be scanned whole")),
    ("do.fault", words("mappar kunde inte skannas helt", "folders could not be scanned whole")),
    ("do.first.one", words("fil är känslig eller under trolig sekretess", "file is sensitive or probably secret")),
    ("do.first", words("filer är känsliga eller under trolig sekretess", "files are sensitive or probably secret")),
    (
        "do.urgent.one",
        words(
            "ny eller höjd fil är känslig eller under trolig sekretess",
            "new or raised file is sensitive or probably secret",
        ),
    ),
    (
        "do.urgent",
        words(
            "nya eller höjda filer är känsliga eller under trolig sekretess",
            "new or raised files are sensitive or probably secret",
        ),
    ),
    (
        "do.urgent.how",
        words(
            "Kontrollera att de ligger rätt och att rätt personer når dem.",
            "Check that they lie right and that the right people reach them.",
        ),
    ),
    ("do.folders.one", words("mapp samlar uppgifter om många personer", "folder gathers data on many persons")),
    ("do.folders", words("mappar samlar uppgifter om många personer", "folders gather data on many persons")),
    (
        "do.folders.how",
        words(
            "Tillsammans kan uppgifterna vara känsligare än var för sig.",
            "Together the data can be more sensitive than apart.",
        ),
    ),
    ("do.unread.one", words("fil är inte bedömd", "file is not judged")),
    ("do.unread", words("filer är inte bedömda", "files are not judged")),
    (
        "do.unread.how",
        words("Använd dem inte med AI innan någon har tittat.", "Keep them from AI until someone has looked."),
    ),
    ("do.lapsed.one", words("beslut gäller inte längre", "decision no longer holds")),
    ("do.lapsed", words("beslut gäller inte längre", "decisions no longer hold")),
    (
        "do.lapsed.how",
        words(
            "Filen eller riktlinjen är en annan än när beslutet togs. Besluta på nytt.",
            "The file or the policy is another than when it was decided. Decide anew.",
        ),
    ),
    ("do.flag.one", words("fil", "file")),
    ("do.flag", words("filer", "files")),
    (
        "do.nothing",
        words(
            "Inget brådskar. Stickprov på ”inga hinder funna” är alltid klokt.",
            "Nothing is urgent. A spot check of “no obstacle found” is always wise.",
        ),
    ),
    ("coverage", words("Täckning", "Coverage")),
    ("coverage.seen", words("sedda", "seen")),
    ("coverage.members", words("filer i arkiv, räknade för sig", "files in archives, counted apart")),
    ("roots", words("Per rot", "Per root")),
    ("root", words("Rot", "Root")),
    ("picture", words("Fördelning", "Distribution")),
    ("fault", words("Kunde inte skannas helt", "Could not be scanned whole")),
    ("folders", words("Mappar som väger tyngst", "The folders that weigh heaviest")),
    (
        "folders.intro",
        words(
            "Uppgifter som var för sig är lindriga kan tillsammans bli känsliga. Här är mapparna där det som ligger samlat väger tyngst. Personer räknas på nytt i varje fil.",
            "Data that are mild one by one can be sensitive together. Here are the folders where what lies together weighs heaviest. Persons are counted anew in each file.",
        ),
    ),
    ("folders.none", words("Ingen mapp har filer med personuppgifter.", "No folder has files with personal data.")),
    ("folder", words("Mapp", "Folder")),
    ("folder.top", words("(direkt i roten)", "(directly in the root)")),
    ("persons", words("Personer", "Persons")),
    ("aggregated", words("samlad risk", "aggregation risk")),
    ("unread", words("Filer som inte är bedömda", "Files that are not judged")),
    (
        "unread.intro",
        words(
            "Det som inte är läst kallas aldrig ”inga hinder”. Varje orsak har sin åtgärd.",
            "What was not read is never called “no obstacle”. Each cause has its remedy.",
        ),
    ),
    ("unread.none", words("Alla filer är lästa och bedömda.", "Every file was read and judged.")),
    ("cause", words("Orsak", "Cause")),
    ("decision", words("Beslut", "Decision")),
    ("to.do", words("Att göra", "To do")),
    ("files", words("Alla filer", "All files")),
    ("filter", words("Filtrera filerna", "Filter the files")),
    ("filter.text", words("Sök i namn och mapp", "Search in name and folder")),
    ("filter.text.hint", words("t.ex. protokoll", "e.g. minutes")),
    ("reason", words("Skäl", "Reason")),
    ("owner", words("Ägare", "Owner")),
    ("owner.none", words("Utan ägare", "Without owner")),
    ("kind", words("Filslag", "Kind")),
    ("change", words("Förändring", "Change")),
    ("since", words("Ny sedan", "New since")),
    ("flag", words("Flagga", "Flag")),
    ("selection", words("Bara ett urval", "Only a selection")),
    (
        "selection.news",
        words(
            "det som är nytt, ändrat, borta eller annorlunda bedömt sedan förra körningen",
            "what is new, changed, gone or judged otherwise since the run before",
        ),
    ),
    ("save", words("Spara urvalet som CSV", "Save the selection as CSV")),
    ("clear", words("Rensa filter", "Clear filters")),
    ("pages", words("Sidor i fillistan", "Pages of the list")),
    ("previous", words("Föregående", "Previous")),
    ("next", words("Nästa", "Next")),
    ("archive", words("För arkivet", "For the archive")),
    (
        "archive.intro",
        words(
            "Tecken att gå vidare med, aldrig ett svar: om en handling är allmän avgör en människa. PDF/A är vad filen säger om sig själv, inte en validering.",
            "Signs to follow up, never an answer: whether a record is official is for a person to say. PDF/A is what the file claims, not a validation.",
        ),
    ),
    ("archive.show", words("Visa alla filer med sådana tecken", "Show all files with such signs")),
    ("archive.none", words("Inga tecken funna.", "No signs found.")),
    ("sign", words("Tecken", "Sign")),
    ("rules", words("Så fungerar reglerna", "How the rules work")),
    (
        "rules.intro",
        words(
            "Varje regel vilar på riktlinjens egna ord. Den strängaste regeln avgör; inget utom en människas beslut sänker en bedömning.",
            "Each rule rests on the guideline's own words. The most restrictive rule decides; nothing but a person's decision lowers a verdict.",
        ),
    ),
    ("fires", words("Slår till på", "Fires on")),
    ("silent", words("Tiger om", "Silent on")),
    (
        "footer",
        words(
            "Rapporten innehåller inga hittade värden, bara maskerade spår. Den laddar ingenting från nätet. En bedömning är ett förslag: beslut tas av en människa.",
            "The report holds no values that were found, only masked traces. It loads nothing from the network. A verdict is a proposal: a person decides.",
        ),
    ),
    ("js.all", words("Alla", "All")),
    ("js.none", words("Inga filer passar filtret.", "No file fits the filter.")),
    ("js.showing", words("Visar {a}–{b} av {n} filer", "Showing {a}–{b} of {n} files")),
    ("js.of", words("Sida {a} av {b}", "Page {a} of {b}")),
    (
        "js.printed",
        words(
            "De {a} första av {n} filer. Filtrera före utskrift, eller använd report.csv, för fler.",
            "The first {a} of {n} files. Filter before printing, or use report.csv, for more.",
        ),
    ),
    ("js.file", words("Fil", "File")),
    ("js.verdict", words("Bedömning", "Verdict")),
    ("js.reason", words("Skäl", "Reason")),
    ("js.owner", words("Ägare", "Owner")),
    ("js.kind", words("Slag", "Kind")),
    ("js.modified", words("Ändrad", "Modified")),
    ("js.change", words("Sedan sist", "Since last")),
    ("js.raised", words("höjd", "raised")),
    ("js.lowered", words("sänkt", "lowered")),
    ("js.forarchive", words("alla tecken för arkivet", "all signs for the archive")),
    ("js.why", words("Varför", "Why")),
    (
        "js.nothing",
        words(
            "Inget i filen talade emot. Det är ett förslag, inget intyg.",
            "Nothing in the file spoke against it. This is a proposal, not a certificate.",
        ),
    ),
    ("js.more", words("och {n} till", "and {n} more")),
    ("js.todo", words("Att göra", "To do")),
    ("js.decided", words("Beslut", "Decision")),
    ("js.holds", words("beslut som gäller", "decision that holds")),
    ("js.lapsed", words("beslut som inte gäller längre", "decision that no longer holds")),
    ("js.undecided", words("utan beslut", "without decision")),
    ("js.until", words("till och med {d}", "until {d}")),
    ("js.unread", words("Inte läst", "Not read")),
    ("js.times", words("{n} ställen, först: {p}", "{n} places, first: {p}")),
    ("js.beside", words("Vid sidan av bedömningen", "Beside the verdict")),
    ("js.about", words("Om filen", "About the file")),
    ("js.seen", words("Först sedd", "First seen")),
    ("js.size", words("Storlek", "Size")),
    ("js.before", words("Förra bedömningen", "Verdict before")),
    ("js.reading", words("Läsning", "Reading")),
    ("js.persons", words("Personer i filen", "Persons in the file")),
    ("js.path", words("Sökväg", "Path")),
    ("js.howrule", words("Hur regeln fungerar", "How the rule works")),
    ("js.top", words("(direkt i roten)", "(directly in the root)")),
    ("js.root", words("Rot", "Root")),
    ("js.folder", words("Mapp", "Folder")),
];
