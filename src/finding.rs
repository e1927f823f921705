//! What detectors find: an entity at a place, with its value masked.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::document::Place;

macro_rules! entities {
    ($($variant:ident $id:literal $swedish:literal;)*) => {
        /// What a finding is, by the names that records, policies and reports share.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Entity {
            $(#[doc = $swedish] #[serde(rename = $id)] $variant,)*
        }

        impl Entity {
            /// Every entity, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name, as in records and policies.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// The name shown to people, in Swedish.
            #[must_use]
            pub fn swedish(self) -> &'static str {
                match self { $(Self::$variant => $swedish,)* }
            }
        }
    };
}

entities! {
    Personnummer "personnummer" "personnummer";
    Samordningsnummer "samordningsnummer" "samordningsnummer";
    PersonnummerExample "personnummer_example" "exempel på personnummer";
    Organisationsnummer "organisationsnummer" "organisationsnummer";
    PersonPrivate "person_private" "privatperson";
    PersonOfficial "person_official" "person i tjänst eller uppdrag";
    PersonHistorical "person_historical" "historisk eller uppdiktad person";
    Email "email" "e-postadress";
    Phone "phone" "telefonnummer";
    Address "address" "adress";
    Fastighetsbeteckning "fastighetsbeteckning" "fastighetsbeteckning";
    Registreringsnummer "registreringsnummer" "fordons registreringsnummer";
    Diarienummer "diarienummer" "diarienummer";
    Bankgiro "bankgiro" "bankgironummer";
    Plusgiro "plusgiro" "plusgironummer";
    BankAccount "bank_account" "bankkonto";
    Iban "iban" "IBAN";
    Card "card" "kortnummer";
    OslReference "osl_reference" "hänvisning till offentlighets- och sekretesslagen";
    SecrecyMarking "secrecy_marking" "sekretessmarkering";
    Health "health" "uppgift om hälsa";
    Union "union" "uppgift om fackligt medlemskap";
    Religion "religion" "uppgift om religiös övertygelse";
    Ethnicity "ethnicity" "uppgift om etniskt ursprung";
    Politics "politics" "uppgift om politisk åsikt";
    SexualLife "sexual_life" "uppgift om sexualliv eller sexuell läggning";
    Genetic "genetic" "genetisk uppgift";
    Biometric "biometric" "biometrisk uppgift";
    Economy "economy" "uppgift om privatekonomi";
    Assessment "assessment" "omdöme, betyg eller provresultat";
    Crime "crime" "uppgift om lagöverträdelse";
    PrivateSphere "private_sphere" "uppgift nära den privata sfären";
    SocialServices "social_services" "uppgift i socialtjänst";
    HealthCare "health_care" "uppgift i hälso- och sjukvård";
    PupilHealth "pupil_health" "uppgift i elevhälsa";
    StaffCare "staff_care" "personalsocial uppgift";
    ProtectedIdentity "protected_identity" "skyddade personuppgifter";
    Security "security" "uppgift om säkerhet eller bevakning";
    Procurement "procurement" "uppgift i upphandling före tilldelning";
    Guardianship "guardianship" "uppgift hos överförmyndare";
    Resemblance "resemblance" "ord som talar för det";
    Draft "draft" "utkast eller arbetsmaterial";
    InternalMeeting "internal_meeting" "interna mötesanteckningar";
    Preliminary "preliminary" "preliminär bedömning";
    Negotiation "negotiation" "förhandlingsposition";
    Copyright "copyright" "upphovsrättsuppgift";
    AiTrace "ai_trace" "spår av AI-genererad text";
    AiDisclosure "ai_disclosure" "upplysning om AI";
    AiSystem "ai_system" "namn på AI-system";
    OfficialRecord "official_record" "tecken på allmän handling";
}

impl Entity {
    /// A person's name, whatever the person's role.
    #[must_use]
    pub fn is_person(self) -> bool {
        matches!(self, Self::PersonPrivate | Self::PersonOfficial | Self::PersonHistorical)
    }
}

/// How sure a detector is.
///
/// Pattern, checksum and a context word: high. Pattern and checksum, or shape
/// and context: medium. Shape alone is low and never decides a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Shape alone.
    Low,
    /// Shape with a checksum or with context.
    Medium,
    /// Shape, checksum and context.
    High,
}

/// Something found in a file, with its value masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The detector that found it, such as `personnummer`.
    pub detector: String,
    /// What it is.
    pub entity: Entity,
    /// Where it stands.
    pub place: Place,
    /// How sure the detector is.
    pub confidence: Confidence,
    /// The value with its identifying characters covered; see [`mask`].
    pub masked: String,
    /// The value itself, only when the operator asked for it in this run. Never stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Index of the block, and byte range in its text. Meaningful only beside the text it was found in.
    #[serde(skip)]
    pub at: (usize, Range<usize>),
}

/// Covers a value so that it can be recognised by who has the file open, and by no one else.
///
/// Of each word the first letter stays, of digits none; punctuation stays, so
/// that the shape is seen: `Eva Ek` becomes `E•• E•`, `070-123 45 67` becomes `•••-••• •• ••`.
#[must_use]
pub fn mask(value: &str) -> String {
    let mut in_word = false;
    value
        .chars()
        .map(|c| {
            let starts = c.is_alphabetic() && !in_word;
            in_word = c.is_alphanumeric();
            if in_word && !starts { '•' } else { c }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_letters_and_digits() {
        for (value, masked) in [
            ("19900101-2385", "••••••••-••••"),
            ("Eva Öberg-Ek", "E•• Ö••••-E•"),
            ("eva@exempel.se", "e••@e••••••.s•"),
            ("diabetes", "d•••••••"),
            ("", ""),
        ] {
            assert_eq!(mask(value), masked);
        }
    }
}
