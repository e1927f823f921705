use super::*;
use crate::detect::testing;
use Entity::{PersonHistorical as H, PersonOfficial as O, PersonPrivate as P};

#[track_caller]
fn check(input: &str, expected: &[(Entity, &str)]) {
    let found = testing::found(find, input);
    let found: Vec<_> = found.iter().map(|(entity, _, value)| (*entity, value.as_str())).collect();
    assert_eq!(found, expected, "{input}");
}

#[test]
fn private_persons() {
    check("Sökande: Ragnhild Torsner", &[(P, "Ragnhild Torsner")]);
    check("Grannen Algot Prytz har inget emot bygget.", &[(P, "Algot Prytz")]);
    check("Mellan kommunen och Vendela af Klercker, Björkvägen 3, gäller", &[(P, "Vendela af Klercker")]);
    check("Barn\tÅlder\tVårdnadshavare\nTuva Sjöholm\t6\tNadia Karimi", &[(P, "Tuva Sjöholm"), (P, "Nadia Karimi")]);
    check("Första pris: Ebba Rask, 12 år, Backskolan", &[(P, "Ebba Rask")]);
    check("Klient: Ibrahim El-Sayed, 19900101-2385", &[(P, "Ibrahim El-Sayed")]);
    check("Medarbetare: Susanne Vikner\nChef: Anders Hök", &[(P, "Susanne Vikner"), (O, "Anders Hök")]);
    check("Föreningen har 40 medlemmar och ordförande är Kjell Rosén.", &[(P, "Kjell Rosén")]);
    check("ELEV: EBBA RASK", &[(P, "EBBA RASK")]);
    check("Ek, Eva\nBerggren, Ola", &[(P, "Ek, Eva"), (P, "Berggren, Ola")]);
    check("Ebba Rasks mamma ringde.", &[(P, "Ebba Rask")]);
    check("Ebba Rask (4C). Psykologen har träffat Ebba tre gånger.", &[(P, "Ebba Rask"), (P, "Ebba")]);
    check("Ritad av Wictoria Sundorp, Björkgatan 3", &[(P, "Wictoria Sundorp")]);
    check("Ebba Rask C B A", &[(P, "Ebba Rask")]);
}

#[test]
fn officials() {
    check("Handläggare Fanny Torvald.", &[(O, "Fanny Torvald")]);
    check("– Vi är glada, säger Hugo Brandt (S), ordförande i nämnden.", &[(O, "Hugo Brandt")]);
    check("Kontakt: projektledare Sanna Ekvall, 08-465 004 05", &[(O, "Sanna Ekvall")]);
    check("Sanna Ekvall\nEnhetschef, hemtjänsten", &[(O, "Sanna Ekvall")]);
    check("Beslutande\nHugo Brandt (S)\nIda Falck (M)", &[(O, "Hugo Brandt"), (O, "Ida Falck")]);
    check("Handläggare i ärendet är Sanna Ekvall.", &[(O, "Sanna Ekvall")]);
    check("Namn\tTitel\nSanna Ekvall\tenhetschef", &[(O, "Sanna Ekvall")]);
    check("Mejla Sanna Ekvall, sanna.ekvall@vretakommun.se", &[(O, "Sanna Ekvall")]);
}

#[test]
fn mailboxes_tell() {
    check(
        "Från: Per Tamm-Ek <per.tamm-ek@vreta.se>\nTill: Ida Falck <ida.falck@vreta.se>",
        &[(O, "Per Tamm-Ek"), (O, "Ida Falck")],
    );
    check("Jag heter Ida Falck, ida.falck@gmail.com", &[(P, "Ida Falck")]);
    check(
        "Från: Ida Falck <ida.falck@vretakommun.se>\nJag är sjukskriven till fredag.\nIda Falck",
        &[(P, "Ida Falck"), (P, "Ida Falck")],
    );
}

#[test]
fn historical_and_invented() {
    check("Smeden Johan Wallgren, född 1832, byggde kvarnen.", &[(H, "Johan Wallgren")]);
    check("Skriv Tolvan Tolvansson i fältet.", &[(H, "Tolvan Tolvansson")]);
    check("Boken är av Selma Lagerlöf.", &[(H, "Selma Lagerlöf")]);
}

#[test]
fn alone() {
    check("Wilma – mjölkfri kost\nOskar – nötter", &[(P, "Wilma"), (P, "Oskar")]);
    check("Mammans nya sambo heter Niklas.", &[(P, "Niklas")]);
    check("Elev: Ebba Rask\nEbba har svårt att sova.", &[(P, "Ebba Rask"), (P, "Ebba")]);
    check(
        "Köket: Hasse\nAvdelning Granen: Lena, Fatima och Josefin",
        &[(P, "Hasse"), (P, "Lena"), (P, "Fatima"), (P, "Josefin")],
    );
    check("Makarna Sven och Gudrun Pilhammar flyttar.", &[(P, "Sven"), (P, "Gudrun Pilhammar")]);
    check("I går föll Maj-Britt i hallen. Maj-Britt har ont.", &[(P, "Maj-Britt"), (P, "Maj-Britt")]);
    check("Hej Kerstin!", &[(P, "Kerstin")]);
}

#[test]
fn no_persons() {
    for input in [
        "Anders Ohlin Rör AB",
        "Sally & Måleri AB",
        "Glas & Lind i Vreta AB",
        "Ulla Sandgren Arkitekter AB lämnar anbud",
        "Karl Johansgatan stängs av.",
        "Karl Johans gata",
        "Maria kyrka och Sankt Olofs kapell",
        "Astrid Lindgrens barnsjukhus",
        "Björn och varg finns i skogen. Sten läggs på.",
        "Alla Elever är välkomna",
        "Per Capita-kostnaden är hög",
        "Kommunstyrelsen i Vreta beslutade i maj.",
        "Hav och Ros",
        "Sveriges Kommuner och Regioner",
        "Kungsbacka Kommun",
        "Vision och Kommunal har yttrat sig.",
        "Lagen om offentlig upphandling (LOU)",
        "Socialtjänsten har tagit emot 12 ansökningar.",
    ] {
        check(input, &[]);
    }
}
