//! Why a verdict, in words: for the employee, the information security officer and the archivist.

use super::cite::Citation;
use super::flags;
use super::policy::Policy;
use super::rule::{Osl, Rule, Words};
use crate::record::{Reason, Record, Verdict};

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// What may I do with this file?
    Employee,
    /// Why, and how sure?
    Officer,
    /// What must be checked before it is kept or weeded?
    Archivist,
}

/// The language of an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Swedish.
    Swedish,
    /// English.
    English,
}

impl Rule {
    /// The rule's words in a language.
    #[must_use]
    pub fn words(&self, language: Language) -> &Words {
        match language {
            Language::Swedish => &self.sv,
            Language::English => &self.en,
        }
    }
}

impl Rule {
    /// What the rule says to one reader: its own words, or else what its verdict says.
    #[must_use]
    pub fn to(&self, reader: Reader, language: Language) -> &str {
        let words = self.words(language);
        let own = match reader {
            Reader::Employee => &words.employee,
            Reader::Officer => &words.officer,
            Reader::Archivist => &words.archivist,
        };
        if own.is_empty() { general(self.verdict, reader, language) } else { own }
    }
}

/// What a verdict says to a reader when the rule has no words of its own.
fn general(verdict_given: Verdict, reader: Reader, language: Language) -> &'static str {
    match reader {
        Reader::Employee => verdict(verdict_given, language),
        Reader::Officer => choose(
            language,
            "Bedömningen vilar på fynden nedan; hur säkra de är står vid vart och ett.",
            "The judgement rests on the findings below; how sure they are stands at each.",
        ),
        Reader::Archivist => choose(
            language,
            "Kontrollera om filen är en allmän handling, om den är diarieförd eller hålls ordnad, och när den får gallras.",
            "Check whether the file is an official record, whether it is registered or kept in order, and when it may be weeded.",
        ),
    }
}

/// What a verdict lets one do, in a sentence.
#[must_use]
pub fn verdict(verdict: Verdict, language: Language) -> &'static str {
    let (swedish, english) = match verdict {
        Verdict::Open => (
            "Inga hinder funna. En människa ska ändå titta på innehållet innan det används i en allmänt tillgänglig AI-tjänst.",
            "No obstacle found. A person shall still look at the content before it meets a publicly available AI service.",
        ),
        Verdict::Undetermined => (
            "Filen kunde inte bedömas. Använd den inte i någon AI-tjänst förrän en människa har läst den.",
            "The file could not be judged. Do not use it in any AI service before a person has read it.",
        ),
        Verdict::Internal => (
            "Intern information. Inte i allmänt tillgängliga AI-tjänster; i AI under avtal först efter informationsklassning.",
            "Internal information. Not in publicly available AI; in AI under agreement only after classification.",
        ),
        Verdict::Personal => (
            "Personuppgifter. Inte i allmänt tillgängliga AI-tjänster utan rättslig grund och konsekvensbedömning; i AI under avtal krävs PUB-avtal och rättslig grund.",
            "Personal data. Not in publicly available AI without a legal basis and an impact assessment; AI under agreement needs a processing agreement and a legal basis.",
        ),
        Verdict::Sensitive => (
            "Känsliga eller särskilt skyddsvärda uppgifter. Aldrig i allmänt tillgängliga AI-tjänster; i AI under avtal först efter konsekvensbedömning och beslut.",
            "Sensitive data or data that needs special protection. Never in publicly available AI; in AI under agreement only after an impact assessment and a decision.",
        ),
        Verdict::Secret => (
            "Trolig sekretess. Aldrig i allmänt tillgängliga AI-tjänster; i AI under avtal först efter juridisk och teknisk analys.",
            "Probably secret. Never in publicly available AI; in AI under agreement only after legal and technical analysis.",
        ),
    };
    choose(language, swedish, english)
}

/// What a flag means and what to do about it; `None` for an unknown flag.
#[must_use]
pub fn flag(flag: &str, language: Language) -> Option<&'static str> {
    let (swedish, english) = match flag {
        flags::OFFICIAL_RECORD => (
            "Tecken på allmän handling: kontrollera att den är diarieförd eller hålls ordnad, och när den får gallras.",
            "Signs of an official record: check that it is registered or kept in order, and when it may be weeded.",
        ),
        flags::DIARIENUMMER => ("Diarienummer finns i handlingen.", "A registry number stands in the document."),
        flags::DIARIENUMMER_MISSING => (
            "Handlingen ser ut att vara allmän men bär inget diarienummer.",
            "The document looks like an official record but carries no registry number.",
        ),
        flags::AI_TRACE => ("Texten bär spår av en AI-tjänst.", "The text carries traces of an AI service."),
        flags::AI_TRACE_UNDISCLOSED => (
            "Spår av AI men ingen upplysning om det: ange att AI har skapat texten, om så är fallet.",
            "Traces of AI but no word of it: say that AI made the text, if so.",
        ),
        flags::AI_DISCLOSED => ("Handlingen upplyser om att AI har använts.", "The document says that AI was used."),
        flags::AI_IMAGE => ("Bilden är helt eller delvis skapad av AI.", "AI made the picture, or a part of it."),
        flags::AI_IMAGE_UNLABELLED => (
            "AI-bild utan känd synlig märkning: märk den med en text som anger att den är skapad av AI (aktsam label).",
            "AI picture without a known visible label: mark it with words that say AI made it (aktsam label).",
        ),
        flags::AI_SYSTEM => (
            "AI-produkter nämns: jämför med förteckningen över kommunens AI-system.",
            "AI products are named: compare with the register of the municipality's AI systems.",
        ),
        flags::AI_AGREEMENT => (
            "AI-produkter nämns i ett avtal eller en beställning: för in dem i förteckningen över kommunens AI-system (aktsam report --systems).",
            "AI products are named in an agreement or an order: enter them in the register of AI systems (aktsam report --systems).",
        ),
        flags::COPYRIGHT => (
            "Upphovsrätt åberopas: kontrollera rätten att använda materialet innan det lämnas till en AI-tjänst.",
            "Copyright is claimed: check the right to use the material before it is given to an AI service.",
        ),
        _ => return None,
    };
    Some(choose(language, swedish, english))
}

/// The explanation of a whole record to one reader, as paragraphs.
///
/// Holds nothing of the file's own words: rules, the guideline's words, places and counts.
#[must_use]
pub fn record(record: &Record, policy: &Policy, reader: Reader, language: Language) -> Vec<String> {
    let mut paragraphs = vec![verdict(record.verdict, language).to_owned()];
    paragraphs.extend(record.reasons.iter().filter_map(|reason| one(reason, policy, reader, language)));
    paragraphs.extend(record.flags.keys().filter_map(|id| flag(id, language)).map(str::to_owned));
    paragraphs
}

/// The explanation of one reason; `None` when the policy no longer has its rule.
#[must_use]
pub fn one(reason: &Reason, policy: &Policy, reader: Reader, language: Language) -> Option<String> {
    let rule = policy.rule(&reason.rule)?;
    let words = rule.words(language);
    let mut text = format!("{}: {} {}", words.name, words.explanation, rule.to(reader, language));
    if let Some(osl) = &rule.osl {
        text.push(' ');
        text.push_str(&secrecy(osl, language));
    }
    for citation in reason.cites.iter().filter_map(|id| policy.citation(id)).filter(|c| !c.quote.is_empty()).take(1) {
        let Citation { title, section, quote, .. } = citation;
        text.extend([" ", title, ", ", section, ": ”", quote, "”"]);
    }
    Some(text)
}

/// The provision of secrecy behind a rule, and which way its presumption goes.
#[must_use]
pub fn secrecy(osl: &Osl, language: Language) -> String {
    match language {
        Language::Swedish => format!("OSL {}, {}.", osl.section, osl.rekvisit.swedish()),
        Language::English => format!("OSL {}: {}.", osl.section, osl.rekvisit.english()),
    }
}

fn choose(language: Language, swedish: &'static str, english: &'static str) -> &'static str {
    match language {
        Language::Swedish => swedish,
        Language::English => english,
    }
}
