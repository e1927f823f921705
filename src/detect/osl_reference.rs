//! References to offentlighets- och sekretesslagen (2009:400), and what its chapters protect.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use crate::document::Text;
use crate::finding::{Confidence, Entity, Finding};

/// What the chapters of OSL that a municipality applies are about, in the act's own order.
pub const CHAPTERS: &[(u8, &str)] = &[
    (15, "rikets säkerhet och förhållandet till andra stater"),
    (16, "rikets centrala finanspolitik"),
    (17, "myndigheters verksamhet för inspektion, kontroll eller annan tillsyn"),
    (18, "intresset av att förebygga eller beivra brott, däribland säkerhets- och bevakningsåtgärder"),
    (19, "det allmännas ekonomiska intresse, däribland upphandling och förhandlingar"),
    (20, "intresset av att bevara djur- eller växtart"),
    (21, "enskilds personliga förhållanden oavsett sammanhang, däribland skyddade personuppgifter"),
    (22, "folkbokföring och skyddade personuppgifter"),
    (23, "utbildningsverksamhet, däribland elevhälsa"),
    (24, "forskning och statistik"),
    (25, "hälso- och sjukvård"),
    (26, "socialtjänst"),
    (27, "skatt och tull"),
    (28, "socialförsäkringar, studiestöd och arbetsmarknad"),
    (29, "transporter och kommunikation"),
    (30, "tillsyn över näringslivet"),
    (31, "annan verksamhet med anknytning till näringslivet, däribland affärsförbindelse med det allmänna"),
    (32, "annan tillsyn och överförmyndare"),
    (33, "diskrimineringsärenden"),
    (34, "exekution och skuldsanering"),
    (35, "brottmål och brottsutredningar"),
    (36, "mål och ärenden i domstol"),
    (37, "utlänningar"),
    (38, "totalförsvar och krisberedskap"),
    (39, "personaladministrativ verksamhet"),
    (40, "annan verksamhet, däribland bibliotek, telefonväxel och självservice"),
];

/// What chapter `number` of OSL protects, in Swedish; `None` for a chapter without a secrecy rule of its own.
#[must_use]
pub fn chapter(number: u8) -> Option<&'static str> {
    CHAPTERS.iter().find(|(chapter, _)| *chapter == number).map(|&(_, meaning)| meaning)
}

/// The chapter that a reference names, such as 26 of `26 kap. 1 § OSL`.
#[must_use]
pub fn chapter_of(reference: &str) -> Option<u8> {
    let kap = reference.to_lowercase();
    let number = |text: &str| super::digits::runs(text).next().and_then(|run| text.get(run)?.parse::<u8>().ok());
    match kap.find("kap") {
        Some(at) => super::digits::runs(&kap[..at]).last().and_then(|run| kap.get(run)?.parse().ok()),
        None if kap.starts_with("osl") => number(&kap),
        None => None,
    }
}

static KEYWORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(["OSL", "sekretesslag", "2009:400"])
        .expect("literal keywords")
});

/// `26 kap. 1 § OSL`, `OSL 26:1`, `offentlighets- och sekretesslagen (2009:400)`, alone or with chapter and §§.
static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    let law = r"(?:(?-u:\b)OSL(?-u:\b)|(?i:offentlighets-?\s?(?:och|&)\s?sekretesslag(?:en)?)(?:\s*\((?:SFS\s)?2009:400\))?|(?i:sekretesslagen)|\(2009:400\))";
    let section = r"\d{1,2}(?:\s?[a-z])?(?:\s?(?:,|och|samt|[-–])\s?\d{1,2}(?:\s?[a-z])?)*\s?§{1,2}";
    let chapter = format!(r"\d{{1,2}}\s?kap(?:\.|itlet)?\s?(?:{section})?");
    let between = r"(?:\s(?:första|andra|tredje|fjärde)\sstycket)?(?:\s(?:och|samt)\s)?,?\s?(?:i\s|enligt\s)?";
    let pattern = format!(
        r"(?:(?:{chapter}{between})+{law}|(?-u:\b)OSL\s\d{{1,2}}(?::\d{{1,2}}|\skap\.?(?:\s{section})?)|{law}(?:,?\s(?:{chapter}))?)"
    );
    Regex::new(&pattern).expect("a literal pattern")
});

/// Finds every reference to OSL.
pub(super) fn find(text: &Text, findings: &mut Vec<Finding>) {
    for (index, block) in text.blocks.iter().enumerate() {
        if !KEYWORDS.is_match(&block.text) {
            continue;
        }
        for hit in REFERENCE.find_iter(&block.text) {
            let confidence = if chapter_of(hit.as_str()).is_some() { Confidence::High } else { Confidence::Medium };
            let range = hit.start()..hit.start() + hit.as_str().trim_end().len();
            findings.push(super::finding("osl-reference", Entity::OslReference, confidence, text, (index, range)));
        }
    }
}

/// Whether `text` holds a reference to OSL with its chapter.
pub(super) fn cites_chapter(text: &str) -> bool {
    KEYWORDS.is_match(text) && REFERENCE.find_iter(text).any(|hit| chapter_of(hit.as_str()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testing;
    use Confidence::{High, Medium};

    fn check(input: &str, expected: &[(Confidence, &str)]) {
        let expected: Vec<_> = expected.iter().map(|&(c, v)| (Entity::OslReference, c, v)).collect();
        testing::check(find, input, &expected);
    }

    #[test]
    fn finds() {
        for reference in [
            "26 kap. 1 § OSL",
            "26 kap 1 § OSL",
            "OSL 26:1",
            "OSL 39 kap. 2 §",
            "25 kap. 1 § och 26 kap. 1 § OSL",
            "18 kap. 8, 13 och 14 §§ OSL",
            "21 kap. 3 § första stycket OSL",
            "26 kap. 1 § offentlighets- och sekretesslagen (2009:400)",
            "offentlighets- och sekretesslagen (2009:400), 19 kap. 3 §",
            "21 kap. 3 a § OSL",
        ] {
            check(&format!("Sekretess enligt {reference} gäller"), &[(High, reference)]);
        }
        check("Enligt offentlighets- och sekretesslagen gäller", &[(Medium, "offentlighets- och sekretesslagen")]);
        check("Regleras i OSL.", &[(Medium, "OSL")]);
    }

    #[test]
    fn leaves() {
        for input in ["26 kap. 1 § skollagen", "OSLO", "GOSL", "oslipad", "Sekretess gäller"] {
            check(input, &[]);
        }
    }

    #[test]
    fn knows_chapters() {
        for (reference, expected) in
            [("26 kap. 1 § OSL", Some(26)), ("OSL 39:2", Some(39)), ("OSL", None), ("lagen (2009:400)", None)]
        {
            assert_eq!(chapter_of(reference), expected, "{reference}");
        }
        assert_eq!(chapter(26), Some("socialtjänst"));
        assert_eq!(chapter(1), None);
    }
}
