//! E-mail addresses, and whose they are: a private person's, someone's at work,
//! or a function's.

use std::ops::Range;

use crate::document::Text;
use crate::finding::{Confidence, Entity, Finding};

/// Whose an e-mail address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mailbox {
    /// Of a function or unit, such as `registrator@` or `info@`.
    Function,
    /// Of a person at a public body.
    Work,
    /// Of a person at a provider for private persons.
    Private,
    /// Of a person, at a domain that does not tell.
    Personal,
}

/// First words of function mailboxes; a mailbox that begins with one is a function's.
const FUNCTIONS: &[&str] = &[
    "admin",
    "akut",
    "anmalan",
    "arbetsmarknad",
    "arkiv",
    "barnochutbildning",
    "beställning",
    "bestallning",
    "bibliotek",
    "bokning",
    "booking",
    "bygg",
    "byggnad",
    "dataskydd",
    "diarie",
    "diariet",
    "dpo",
    "ekonomi",
    "expedition",
    "faktura",
    "fakturor",
    "forskola",
    "fritid",
    "förskola",
    "gdpr",
    "gatukontor",
    "helpdesk",
    "hemtjanst",
    "hr",
    "info",
    "information",
    "inkop",
    "invoice",
    "it",
    "jobb",
    "kansli",
    "kommun",
    "kommunen",
    "kommunstyrelsen",
    "kommunikation",
    "konsument",
    "kontakt",
    "kontaktcenter",
    "kontakta",
    "kontor",
    "kultur",
    "kundcenter",
    "kundservice",
    "kundtjanst",
    "kundtjänst",
    "larm",
    "leverantor",
    "lon",
    "mail",
    "marknad",
    "medborgar",
    "miljo",
    "miljö",
    "mottagning",
    "naringsliv",
    "namnd",
    "nämnd",
    "no-reply",
    "noreply",
    "office",
    "order",
    "overformyndar",
    "personal",
    "plan",
    "post",
    "press",
    "raddning",
    "receptionen",
    "reception",
    "redaktion",
    "registrator",
    "rekrytering",
    "samhalle",
    "security",
    "servicecenter",
    "skola",
    "skolan",
    "skolskjuts",
    "social",
    "styrelsen",
    "styrelse",
    "support",
    "supporten",
    "säkerhet",
    "sakerhet",
    "synpunkt",
    "synpunkter",
    "tekniska",
    "trafik",
    "turism",
    "upphandling",
    "utbildning",
    "utskick",
    "vaktmastare",
    "valnamnd",
    "vard",
    "vaxel",
    "växel",
    "vatten",
    "visselblasning",
    "webb",
    "webmaster",
    "myndighetsbrevlada",
    "myndighetsbrevlåda",
];

/// Providers where private persons have their mail.
const PROVIDERS: &[&str] = &[
    "aol.com",
    "bahnhof.se",
    "bredband.net",
    "bredband2.com",
    "comhem.se",
    "fastmail.com",
    "gmail.com",
    "gmx.com",
    "googlemail.com",
    "home.se",
    "hotmail.com",
    "hotmail.se",
    "icloud.com",
    "live.com",
    "live.se",
    "mac.com",
    "me.com",
    "msn.com",
    "outlook.com",
    "outlook.se",
    "passagen.se",
    "pm.me",
    "proton.me",
    "protonmail.com",
    "spray.se",
    "swipnet.se",
    "tele2.se",
    "telia.com",
    "tutanota.com",
    "yahoo.com",
    "yahoo.se",
    "ymail.com",
    "glocalnet.net",
    "brevet.se",
];

/// Whose the mailbox `address` is, by its name and domain.
#[must_use]
pub fn mailbox(address: &str) -> Mailbox {
    let lower = address.to_lowercase();
    let Some((name, domain)) = lower.rsplit_once('@') else { return Mailbox::Personal };
    let first = name.split(['.', '_', '+', '-']).next().unwrap_or(name);
    let person = first != name && !FUNCTIONS.contains(&first);
    if FUNCTIONS.contains(&first) || (!person && FUNCTIONS.iter().any(|f| f.len() > 4 && name.starts_with(f))) {
        return Mailbox::Function;
    }
    if is_provider(domain) {
        return Mailbox::Private;
    }
    if is_public_body(domain) { Mailbox::Work } else { Mailbox::Personal }
}

fn is_provider(domain: &str) -> bool {
    let label = domain.split('.').next().unwrap_or(domain);
    PROVIDERS.contains(&domain)
        || label.ends_with("mail")
        || label.ends_with("post") && label.starts_with('e')
        || label.ends_with("brev")
        || label.ends_with("brevlada")
}

fn is_public_body(domain: &str) -> bool {
    domain.contains("kommun")
        || domain.contains("region")
        || domain.ends_with(".gov.se")
        || domain.ends_with("verket.se")
}

/// Domains that no one has mail at (RFC 2606, RFC 6761).
const RESERVED: &[&str] = &[
    "example.com",
    "example.org",
    "example.net",
    ".example",
    ".test",
    ".invalid",
    ".localhost",
    ".local",
    ".internal",
    // Not reserved, but what Swedish and English manuals write for any domain.
    "exempel.se",
    "domain.com",
    "doman.se",
];

/// Names that stand for any name.
const PLACEHOLDERS: &[&str] = &[
    "användarnamn",
    "bar",
    "din.epost",
    "dinepost",
    "example",
    "exempel",
    "firstname.lastname",
    "foo",
    "fornamn.efternamn",
    "förnamn.efternamn",
    "jane.doe",
    "janedoe",
    "john.doe",
    "johndoe",
    "name",
    "namn",
    "namn.efternamn",
    "nn",
    "somebody",
    "someone",
    "user",
    "username",
    "xxx",
    "you",
    "your.email",
    "your.name",
    "youremail",
    "yourname",
];

/// Finds every e-mail address.
pub(super) fn find(text: &Text, findings: &mut Vec<Finding>) {
    for (index, block) in text.blocks.iter().enumerate() {
        for at in memchr::memchr_iter(b'@', block.text.as_bytes()) {
            if let Some(range) = address(&block.text, at) {
                findings.push(super::finding("email", Entity::Email, Confidence::High, text, (index, range)));
            }
        }
    }
}

/// Every address in a block's text.
pub(super) fn addresses(text: &str) -> impl Iterator<Item = &str> {
    memchr::memchr_iter(b'@', text.as_bytes()).filter_map(|at| text.get(address(text, at)?))
}

/// The address around the `@` at `at`.
fn address(text: &str, at: usize) -> Option<Range<usize>> {
    let local = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '%');
    let width: usize = text.get(..at)?.chars().rev().take_while(|&c| local(c)).take(64).map(char::len_utf8).sum();
    let start = at - width;
    let lead = text.get(start..at)?.chars().take_while(|c| !c.is_alphanumeric()).count();
    let start = start + lead;
    let tail = text.get(at + 1..)?;
    let host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    let length: usize = tail.chars().take_while(|&c| host(c)).take(253).map(char::len_utf8).sum();
    let domain = tail.get(..length)?.trim_end_matches(['.', '-']);
    let (_, top) = domain.rsplit_once('.')?;
    let valid = start < at
        && top.chars().count() >= 2
        && top.chars().all(char::is_alphabetic)
        && !domain.starts_with(['.', '-'])
        && !domain.contains("..");
    (valid && !is_nobody(text.get(start..at)?, domain)).then_some(start..at + 1 + domain.len())
}

fn is_nobody(name: &str, domain: &str) -> bool {
    let (name, domain) = (name.to_lowercase(), domain.to_lowercase());
    let reserved = |r: &str| domain == r || (r.starts_with('.') && domain.ends_with(r));
    RESERVED.iter().any(|r| reserved(r)) || PLACEHOLDERS.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testing;

    fn check(input: &str, expected: &[&str]) {
        let expected: Vec<_> = expected.iter().map(|&v| (Entity::Email, Confidence::High, v)).collect();
        testing::check(find, input, &expected);
    }

    #[test]
    fn finds() {
        check("Mejla eva.ek@vreta.se.", &["eva.ek@vreta.se"]);
        check("<eva_ek+skola@mail.vreta.se>, bo@vreta.se", &["eva_ek+skola@mail.vreta.se", "bo@vreta.se"]);
        check("mailto:åsa.öst@vreta.se?subject=x", &["åsa.öst@vreta.se"]);
    }

    #[test]
    fn leaves() {
        for input in [
            "@kommunen",
            "a@b",
            "eva@",
            "förnamn.efternamn@vreta.se",
            "test@example.com",
            "user@gmail.com",
            "John.Doe@yahoo.com",
            "anna@exempel.se",
            "id@mail.local",
            "3 @ 4.50",
            "x@1.2",
        ] {
            check(input, &[]);
        }
    }

    #[test]
    fn tells_whose() {
        for (address, expected) in [
            ("registrator@vreta.se", Mailbox::Function),
            ("kontaktcenter@vreta.se", Mailbox::Function),
            ("bygg.miljo@vreta.se", Mailbox::Function),
            ("socialtjansten@vretakommun.se", Mailbox::Function),
            ("eva.ek@vretakommun.se", Mailbox::Work),
            ("eva.ek@gmail.com", Mailbox::Private),
            ("info.ek@gmail.com", Mailbox::Function),
            ("eva.ek@snabbmail.se", Mailbox::Private),
            ("eva.ek@vreta.se", Mailbox::Personal),
            ("ingen", Mailbox::Personal),
        ] {
            assert_eq!(mailbox(address), expected, "{address}");
        }
    }
}
