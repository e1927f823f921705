//! Fastighetsbeteckningar: `[Kommun ]Trakt block:enhet`, the form of the
//! fastighetsregister (fastighetsbildningsförordningen 1971:762), and a quarter
//! with a number after the word `fastighet` or `kvarter`.

use std::ops::Range;

use super::context::{Around, Lexicon, Words};
use super::digits;
use crate::document::Text;
use crate::finding::{Confidence, Entity, Finding};

static LABELS: Lexicon = Lexicon::new(&[
    "fastighet*",
    "*fastighet",
    "*fastigheten",
    "fastighetsbeteckning*",
    "kvarter*",
    "kv",
    "tomt*",
    "lagfar*",
    "servitut*",
    "byggnad*",
    "bygglov*",
    "rivningslov*",
    "strandskydd*",
    "avstyckning*",
    "taxering*",
]);

/// The only words that make a designation of a name and a number without a colon.
static DIRECT: Lexicon =
    Lexicon::new(&["fastigheten", "fastighet", "fastigheterna", "kvarteret", "kv", "fastighetsbeteckning"]);

/// Headers of columns that hold designations.
static HEADERS: Lexicon = Lexicon::new(&["fastighet*", "*fastighet"]);

/// Capitalised words before `N:N` that make a chapter, verse, scale or score of it.
const NOT_PLACES: &[&str] = &[
    "Mån",
    "Tis",
    "Ons",
    "Tors",
    "Fre",
    "Lör",
    "Sön",
    "Måndag",
    "Tisdag",
    "Onsdag",
    "Torsdag",
    "Fredag",
    "Lördag",
    "Söndag",
    "Måndagar",
    "Tisdagar",
    "Onsdagar",
    "Torsdagar",
    "Fredagar",
    "Lördagar",
    "Söndagar",
    "Tabell",
    "Bilaga",
    "Figur",
    "Kapitel",
    "Kap",
    "Avsnitt",
    "Del",
    "Skala",
    "Klockan",
    "Kl",
    "Tid",
    "Prop",
    "SFS",
    "Dnr",
    "OSL",
    "SOU",
    "Psaltaren",
    "Matteus",
    "Markus",
    "Lukas",
    "Johannes",
    "Mosebok",
    "Apg",
    "Rom",
    "Korinthierbrevet",
    "Ref",
    "Version",
    "Punkt",
    "Uppgift",
    "Fråga",
    "Steg",
    "Mål",
    "Resultat",
    "Ritning",
    "Januari",
    "Februari",
    "Mars",
    "April",
    "Maj",
    "Juni",
    "Juli",
    "Augusti",
    "September",
    "Oktober",
    "November",
    "December",
    "Sverige",
    "Start",
    "Slut",
    "Samling",
    "Lunch",
    "Fika",
    "Rast",
    "Från",
    "Till",
    "Den",
    "Det",
    "Vid",
    "Efter",
    "Före",
    "Senast",
    "Ca",
    "Möte",
    "Mötet",
    "Sammanträdet",
    "Öppet",
    "Öppnar",
    "Stänger",
    "Avgång",
    "Ankomst",
];

/// Finds every fastighetsbeteckning.
pub(super) fn find(text: &Text, findings: &mut Vec<Finding>) {
    for (index, block) in text.blocks.iter().enumerate() {
        for run in digits::runs(&block.text).filter(|run| run.len() <= 4) {
            let Some((range, clock)) = shape(&block.text, &run) else { continue };
            let around = Around::of(text, index, &range);
            let Some(confidence) = confidence(&block.text, &range, clock, &around) else { continue };
            let entity = Entity::Fastighetsbeteckning;
            findings.push(super::finding("fastighetsbeteckning", entity, confidence, text, (index, range)));
        }
    }
}

/// How the number after the name is written.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// `9:3`
    Plain,
    /// `10:30`, which may be a time.
    Clock,
    /// A number alone.
    Single,
}

fn shape(text: &str, run: &Range<usize>) -> Option<(Range<usize>, Form)> {
    let first = text.get(run.clone())?;
    let rest = text.get(run.end..)?;
    let second = rest
        .strip_prefix(':')
        .map(|r| r.bytes().take_while(u8::is_ascii_digit).count())
        .filter(|n| (1..=4).contains(n));
    let end = second.map_or(run.end, |n| run.end + 1 + n);
    let minute = second.filter(|n| *n == 2).and_then(|_| text.get(run.end + 1..end)?.parse::<u32>().ok());
    let hour = first.parse::<u32>().ok().filter(|hour| *hour <= 24);
    let form = match (second, hour, minute) {
        (None, ..) => Form::Single,
        (_, Some(_), Some(minute)) if minute < 60 && (run.len() == 2 || minute % 5 == 0) => Form::Clock,
        _ => Form::Plain,
    };
    let year = run.len() == 4 && (first.starts_with("19") || first.starts_with("20"));
    if first.starts_with('0') || year || !digits::stands_alone(text, &(run.start..end)) {
        return None;
    }
    let start = name_start(text, run.start, form)?;
    Some((start..end, form))
}

/// Where the capitalised words before the number begin: a trakt, perhaps with its kommun.
fn name_start(text: &str, number: usize, form: Form) -> Option<usize> {
    let head = text.get(..number)?.strip_suffix(' ')?;
    let mut start = None;
    let mut end = head.len();
    let cell = head.rfind(['\t', '\n']).map_or(0, |at| at + 1);
    for word in head.get(cell..)?.rsplit(' ').take(4) {
        let from = end - word.len();
        let capital =
            word.chars().next().is_some_and(char::is_uppercase) && word.chars().all(|c| c.is_alphabetic() || c == '-');
        let particle =
            matches!(word, "S:t" | "S:ta") || (start.is_some() && form != Form::Single && matches!(word, "och"));
        if !(capital || particle) || NOT_PLACES.contains(&word) || Words::of(word).has(&DIRECT) {
            break;
        }
        start = Some(from);
        end = from.saturating_sub(1);
    }
    let name = head.get(start?..)?;
    (name.chars().count() >= 3).then_some(())?;
    start
}

fn confidence(text: &str, range: &Range<usize>, form: Form, around: &Around) -> Option<Confidence> {
    let direct = around.before.nearest(&DIRECT).is_some_and(|at| at <= 16) || around.label.has(&HEADERS);
    let labelled = direct || around.says(&LABELS);
    let words = text.get(range.clone())?.split(' ').count() - 1;
    match form {
        Form::Single => (direct && words <= 2).then_some(Confidence::Medium),
        Form::Clock if !labelled => None,
        _ if labelled => Some(Confidence::High),
        // A trakt with its kommun; one word alone could open any sentence.
        Form::Plain | Form::Clock => Some(if words >= 2 { Confidence::Medium } else { Confidence::Low }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testing;
    use Confidence::{High, Low, Medium};

    fn check(input: &str, expected: &[(Confidence, &str)]) {
        let expected: Vec<_> = expected.iter().map(|&(c, v)| (Entity::Fastighetsbeteckning, c, v)).collect();
        testing::check(find, input, &expected);
    }

    #[test]
    fn finds() {
        check("Bygglov på fastigheten Vreta Backa 9:3.", &[(High, "Vreta Backa 9:3")]);
        check("Fastighet: Backa 1:112", &[(High, "Backa 1:112")]);
        check("Vreta Norra Backa 2:14", &[(Medium, "Vreta Norra Backa 2:14")]);
        check("vid Backa 2:4 i byn", &[(Low, "Backa 2:4")]);
        check("tomten Backa 10:30", &[(High, "Backa 10:30")]);
        check("Ägare\tFastighet\nEva Ek\tBacka 3:2", &[(High, "Backa 3:2")]);
        check("kvarteret Läkaren 12", &[(Medium, "Läkaren 12")]);
        check("Fastigheten Svanen 4", &[(Medium, "Svanen 4")]);
    }

    #[test]
    fn leaves() {
        for input in [
            "Måndag 10:30",
            "Öppet tisdag 9:3",
            "OSL 26:1",
            "SFS 2009:400",
            "prop. 2017/18:105",
            "Skala 1:400",
            "Sverige 2:1",
            "Tabell 3:1",
            "kl. 9:30",
            "Mötet 10:00",
            "Backa 10:30",
            "Svanen 4",
            "lagen 2009:400",
            "Johannes 3:16",
        ] {
            check(input, &[]);
        }
    }
}
