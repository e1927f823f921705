//! Words that stand beside names: what officials are called, and what private persons are.
//!
//! Laid out by hand: one word a line would hide the tables' extent.

use crate::detect::context::Lexicon;

/// Titles and tasks of officials and elected representatives. With `*` for compounds.
#[rustfmt::skip]
pub(super) static OFFICIAL: Lexicon = Lexicon::new(&[
    "dr", "doktor", "*konsulent", "*konsulenten", "*författare", "*författaren", "*konstnär", "*konstnären", "artisten",
    "musikern", "dirigenten", "sångerskan", "sångaren", "regissören", "skådespelaren", "poeten", "professor",
    "professorn", "docent", "forskaren", "journalisten", "föreläsare", "föreläsaren", "*handläggare", "*handläggaren", "*chef", "*chefen", "*ledare", "*ledaren", "*sekreterare",
    "*sekreteraren", "*ingenjör", "*ingenjören", "*strateg", "*strategen", "*samordnare", "*samordnaren", "*direktör",
    "*direktören", "*konsult", "*konsulten", "*rådgivare", "*rådgivaren", "*inspektör", "*inspektören", "*utredare",
    "*utredaren", "*jurist", "*juristen", "*arkitekt", "*arkitekten", "*planerare", "*planeraren", "*controller",
    "*specialist", "*specialisten", "*ordförande", "*ordföranden", "kommunalråd", "oppositionsråd", "regionråd",
    "kommunalrådet", "oppositionsrådet", "regionrådet", "ledamot", "ledamöter", "ledamoten", "ersättare",
    "ersättaren", "*assistent", "*assistenten", "*administratör", "*administratören", "*pedagog", "*pedagogen",
    "*kurator", "*kuratorn", "*psykolog", "*psykologen", "*sköterska", "*sköterskan", "*läkare", "*läkaren", "rektor",
    "rektorn", "*rektor", "registrator", "registratorn", "*lärare", "*läraren", "mentor", "mentorn", "*ansvarig",
    "*ansvarige", "*intendent", "*bibliotekarie", "*bibliotekarien", "*arkivarie", "*ombud", "*ombudet", "*ombudsman",
    "för socialdemokraterna", "för moderaterna", "för centerpartiet", "för vänsterpartiet", "för liberalerna",
    "för kristdemokraterna", "för miljöpartiet", "för sverigedemokraterna", "för partiet", "för kommunal", "för vision", "för vårdförbundet", "för lärarförbundet", "för sveriges lärare", "för ssr", "för seko",
    "för ledarna", "för saco", "för facket", "för arbetsgivaren", "för förvaltningen", "för kommunen", "för regionen",
    "justerare", "justerande", "beslutande", "föredragande", "sekr", "ordf", "vice ordf", "tjänsteman", "tjänstemän",
    "tjänsteperson", "*sakkunnig", "*expert", "*redaktör", "*kommunikatör", "*kommunikatören", "*analytiker",
    "*tekniker", "*teknikern", "*mästare", "vaktmästare", "*kommissarie", "*förvaltare", "*förvaltaren",
    "*utvecklare", "*utvecklaren", "*koordinator", "*upphandlare", "*inköpare", "*revisor", "*revisorn", "*notarie",
    "*advokat", "*åklagare", "kommunpolis", "polis", "brandman", "*befäl", "*präst", "kyrkoherde", "*vd",
    "borgmästare", "talesperson", "*talesman", "gruppledare", "oppositionsråd", "minister", "*minister",
    "riksdagsledamot", "landshövding", "undertecknad handläggare", "delegat", "beslutsfattare", "attestant",
    "*antikvarie", "*geolog", "*ekolog", "*ekonom", "*ekonomen", "*kock", "kokerska", "*vägledare", "*biträde",
    "personuppgiftsansvarig", "dataskyddsombud", "kommunvärd", "e o", "tf", "biträdande", "bitr", "kanslist",
    "*statistiker", "*lantmätare", "lantmätare", "*veterinär", "*terapeut", "*logoped", "socionom", "*dietist",
    "fritidsledare", "facklig företrädare", "fackliga företrädare", "barnmorska", "barnmorskan", "studierektor", "*dirigent", "*dirigenten", "*musiker", "*sångare", "*sångerska", "*skådespelare", "*regissör", "*regissören", "*poet", "*forskare", "*illustratör", "*illustratören", "*kompositör", "*trubadur", "*trubaduren", "*organist", "*organisten", "*kantor", "*kantorn", "*fotograf", "*fotografen", "*koreograf", "manus", "regi", "föreståndare", "*föreståndare", "*föreståndaren", "skolvärd",
]);

/// Words that end as titles do, and are none of an official's.
#[rustfmt::skip]
pub(super) static NOT_OFFICIAL: Lexicon =
    Lexicon::new(&[
    "lagledare", "scoutledare", "körledare", "personligt ombud", "ombud", "klassförälder",
]);

/// Tasks that associations give their members too.
#[rustfmt::skip]
pub(super) static CLUB_TITLES: Lexicon = Lexicon::new(&[
    "ordförande", "ordföranden", "kassör", "kassören", "sekreterare", "ledamot", "ledare", "ledaren", "tränare",
]);

/// Associations whose members are private persons.
#[rustfmt::skip]
pub(super) static CLUBS: Lexicon = Lexicon::new(&[
    "förening", "föreningen", "föreningens", "*förening", "*föreningen", "*klubb", "*klubben", "*kåren",
    "samfällighet*", "byalag*", "*laget", "if", "ik", "bk", "fk",
]);

/// What private persons are called in the files of a municipality.
#[rustfmt::skip]
pub(super) static PRIVATE: Lexicon = Lexicon::new(&[
    "sökande", "sökanden", "klagande", "klaganden", "anmälare", "anmälaren", "elev", "eleven", "elever", "elevens",
    "barn", "barnet", "barnets", "vårdnadshavare", "vårdnadshavaren", "vårdnadshavarna", "förälder", "föräldern",
    "föräldrar", "mamma", "mamman", "pappa", "pappan", "mor", "modern", "far", "fadern", "son", "sonen", "dotter",
    "dottern", "syster", "systern", "bror", "brodern", "syskon", "make", "maken", "maka", "makan", "sambo", "sambon",
    "fru", "man", "hustru", "änka", "änkling", "anhörig", "anhöriga", "närstående", "brukare", "brukaren", "boende",
    "klient", "klienten", "patient", "patienten", "kund", "kunden", "byggherre", "byggherren", "fastighetsägare",
    "fastighetsägaren", "*ägare", "*ägaren", "granne", "grannen", "grannar", "grannarna", "arrendator", "arrendatorn",
    "förslagsställare", "förslagsställaren", "hyresgäst", "hyresgästen", "hyresgäster", "medborgare", "invånare",
    "deltagare", "deltagaren", "kandidat", "kandidaten", "anställd", "anställde", "arbetstagare", "arbetstagaren",
    "medarbetare", "medarbetaren", "huvudman", "huvudmannen", "god man", "gode mannen", "förvaltarskap", "gäller",
    "avser", "rör", "ang", "angående", "namn", "till", "mottagare", "avsändare", "tränare", "lagledare",
    "kontaktperson", "målsman", "ungdomen", "pojken", "flickan", "killen", "tjejen", "vän", "kompis", "gäldenär",
    "hyresvärd", "köpare", "köparen", "säljare", "säljaren", "överlåtare", "arvinge", "dödsbo", "avliden", "avlidne",
    "avlidna", "testamentstagare", "praktikant", "lärling", "inkallad", "motpart", "part", "parten", "skadelidande",
    "offer", "vittne", "vittnet", "misstänkt", "gärningsman", "hushållet", "familjen", "ungdom", "gravid",
    "låntagare", "låntagaren", "stipendiat", "pristagare", "pris", "fordonsägare", "hundägare", "insändare", "heter",
    "hette", "undertecknad", "jag heter", "mvh", "hälsningar", "jaktlag*", "nyttjanderättshavare",
    "tomträttshavare", "parkeringstillstånd för", "vinnare", "lag", "förening", "ledare för laget",
]);

/// Headers of columns that hold names. What they hold tells whose.
#[rustfmt::skip]
pub(super) static NAME_HEADERS: Lexicon = Lexicon::new(&[
    "namn", "*namn", "namn och", "elev", "elever", "barn", "barnets", "vårdnadshavare", "vårdnadshavare 1",
    "förälder", "föräldrar", "sökande", "deltagare", "kund", "klient", "brukare", "boende", "patient", "hyresgäst",
    "ägare", "fastighetsägare", "medarbetare", "anställd", "person", "kontakt", "kontaktperson", "anhörig",
    "handläggare", "ansvarig", "ledamot", "ersättare", "chef", "ledare", "kandidat", "mottagare", "avsändare",
    "anmälare", "tränare", "vikarie", "personal", "huvudman", "god man", "pristagare", "spelare", "ordförande",
    "sekreterare", "kassör", "mentor", "lärare",
]);

/// Headers whose column holds names of private persons.
#[rustfmt::skip]
pub(super) static PRIVATE_HEADERS: Lexicon = Lexicon::new(&[
    "elev", "elever", "barn", "barnets", "vårdnadshavare", "förälder", "föräldrar", "sökande", "deltagare", "kund",
    "klient", "brukare", "boende", "patient", "hyresgäst", "ägare", "*ägare", "medarbetare", "anställd", "anhörig",
    "kandidat", "anmälare", "tränare", "huvudman", "god man", "pristagare", "spelare", "låntagare", "gäldenär",
    "medlem",
]);

/// Headers whose column holds names of officials.
#[rustfmt::skip]
pub(super) static OFFICIAL_HEADERS: Lexicon = Lexicon::new(&[
    "handläggare", "ansvarig", "ledamot", "ersättare", "chef", "*chef", "beslutsfattare", "attestant", "mentor",
    "lärare", "rektor", "parti", "delegat", "rapportör",
]);

/// Headers that make a table one about persons, whoever they are: pay, numbers, judgements.
#[rustfmt::skip]
pub(super) static DELICATE_HEADERS: Lexicon = Lexicon::new(&[
    "pnr", "personnummer", "personnr", "lön", "lönen", "månadslön", "arvode", "frånvaro", "sjukfrånvaro", "betyg",
    "omdöme", "resultat", "poäng", "diagnos", "skuld", "belopp", "bostadsadress", "hemadress", "adress", "allergi",
    "specialkost", "kost", "ålder", "född", "hälsa", "orsak", "kommentar", "närvaro", "anteckning", "anhörig",
    "uppsägning", "rehab",
]);

/// Headings under which officials and elected representatives are listed.
#[rustfmt::skip]
pub(super) static OFFICIAL_HEADINGS: Lexicon = Lexicon::new(&[
    "beslutande", "ledamöter", "tjänstgörande ersättare", "ersättare", "närvarande", "justerare", "tjänstemän",
    "tjänstepersoner", "övriga närvarande", "övriga deltagare", "föredragande", "kontakta oss", "våra politiker",
    "förtroendevalda", "presidium", "reservanter", "reservation", "yrkanden", "kontaktpersoner på kommunen", "utses",
    "undertecknare", "motionärer", "presskontakt", "för socialdemokraterna", "för moderaterna", "för centerpartiet", "för vänsterpartiet", "för liberalerna", "för kristdemokraterna", "för miljöpartiet", "för sverigedemokraterna", "för partiet", "ledamöterna", "för kommunfullmäktige", "valsedel", "valsedeln", "fackliga företrädare", "fackliga kontaktpersoner", "facklig kontakt", "medverkande", "föreläsare", "program för kvällen",
]);

/// Given names that begin headings, menus and months in English, German and Latin: no names in lines of those.
#[rustfmt::skip]
pub(super) const FOREIGN_WORDS: &[&str] = &[
    "are", "an", "edit", "can", "magna", "ea", "may", "line", "set", "per", "esse", "till", "my", "mi", "li", "sem",
    "ante", "wide", "even", "del", "link", "said", "art", "alpha", "million", "roman", "max", "nor", "aus", "dag",
    "mir", "io", "eben", "else", "lo", "don", "summer", "odd", "miles", "mark", "happy", "winter", "urban", "nur",
    "ask", "una", "hope", "faith", "alle", "meta", "lex", "era", "ace", "sky", "chip", "ban", "die", "august", "june",
    "april", "georgia", "paris", "page", "ole", "chart", "uno", "merge", "media", "while", "ram", "tilde", "rem", "library", "change", "real", "min", "sage", "jan", "tests",
];

/// Small words that join the parts of a name.
#[rustfmt::skip]
pub(super) const PARTICLES: &[&str] = &[
    "von", "af", "de", "da", "van", "der", "den", "al", "el", "ben", "bin", "ibn", "la", "le", "dos", "del", "di",
    "du", "zu", "ul",
];

/// Kinds of company: a name that leads to one is the company's.
#[rustfmt::skip]
pub(super) const COMPANIES: &[&str] = &[
    "AB", "Ab", "HB", "KB", "Aktiebolag", "Aktiebolaget", "Handelsbolag", "Kommanditbolag", "Inc", "Ltd", "GmbH",
    "ApS", "Oy", "Söner", "Son", "Co", "Company", "Stiftelse", "Stiftelsen", "Förening", "Advokatbyrå", "Byrå",
    "Begravningsbyrå", "Fastigheter", "Group", "Gruppen", "Holding", "Invest", "Förvaltning",
];

/// Trades that follow a person's name in a company's.
#[rustfmt::skip]
pub(super) const TRADES: &[&str] = &[
    "Bygg", "Måleri", "Rör", "El", "Glas", "Arkitekter", "Arkitekt", "Konsult", "Konsulting", "Consulting", "Åkeri",
    "Mark", "Entreprenad", "Entreprenader", "Plåt", "Snickeri", "Bil", "Bilar", "Transport", "Transporter", "Maskin",
    "Maskiner", "Städ", "Trädgård", "Foto", "Design", "Media", "Redovisning", "Ekonomi", "Juridik", "Service",
    "Handel", "Livs", "Café", "Restaurang", "Catering", "Schakt", "VVS", "Golv", "Kakel", "Tak", "Möbler", "Kläder",
    "Blommor", "Förlag", "Musik", "Film", "Lantbruk", "Gård", "Buss", "Taxi", "Ventilation", "Kyl", "Elektriska",
    "Teknik", "Data", "IT", "Bageri", "Hotell", "Salong", "Fastighet", "Utbildning", "Vård", "Omsorg",
];

/// Ends of words that name a place, a house or a body, never a person.
#[rustfmt::skip]
pub(super) const PLACE_ENDS: &[&str] = &[
    "skolan", "skola", "kyrka", "kyrkan", "gården", "gårdens", "huset", "hemmet", "parken", "torget", "gatan",
    "vägen", "stigen", "gränd", "kommun", "kommunen", "kommuns", "nämnden", "nämndens", "förvaltningen",
    "avdelningen", "enheten", "centrum", "stiftelsen", "fonden", "priset", "dagen", "föreningen", "bolaget",
    "tjänsten", "bibliotek", "biblioteket", "museet", "museum", "sjukhus", "sjukhuset", "hallen", "arenan", "kajen",
    "bron", "staden", "stad", "byn", "sjön", "berget", "dalen", "förskola", "kapell", "församling", "församlingen",
    "fond", "minnesfond", "stiftelse", "stipendium", "badplats", "slott", "region", "universitet", "högskola", "akademin", "institutet", "verket", "myndigheten", "länet", "län",
    "bostäder", "projektet", "programmet", "planen", "gymnasiet", "gymnasium", "badet", "vallen", "kvarteret",
    "lagen", "balken", "förordningen", "partiet", "förbundet", "rådet", "styrelsen", "klubb", "klubben", "laget",
    "rummet", "salen", "center", "festivalen", "loppet", "cupen", "mötet", "veckan", "handbok", "handboken",
];

/// Small words after a name in the genitive that make a place or a prize of it.
#[rustfmt::skip]
pub(super) const THINGS: &[&str] = &[
    "gata", "väg", "torg", "plats", "park", "skola", "minne", "stiftelse", "fond", "pris", "stipendium",
    "stipendiefond", "gränd", "stig", "allé", "plan", "kyrka", "backe", "gård", "hus", "museum", "kommun", "stad",
    "församling", "gymnasium", "sjukhus", "barnsjukhus", "bibliotek", "universitet", "högskola", "slott", "kulle",
    "udde", "bro", "hage", "kapell", "förskola", "badplats", "brygga", "kaj", "hamn", "strand", "lund", "äng", "trappa", "backe", "grind", "damm", "kulle", "trädgård", "minneslund", "lekplats", "minnesfond", "donationsfond", "samlingar", "arkiv", "bok", "roman", "saga", "sagor", "tavla", "dikt",
];

/// Persons of history and literature that streets, schools and prizes are named after.
#[rustfmt::skip]
pub(super) const KNOWN: &[&str] = &[
    "selma lagerlöf", "august strindberg", "astrid lindgren", "carl linné", "carl von linné", "gustav vasa",
    "alfred nobel", "dag hammarskjöld", "olof palme", "evert taube", "carl larsson", "greta garbo", "anders zorn",
    "hjalmar branting", "esaias tegnér", "verner heidenstam", "gustaf fröding", "elsa beskow", "tove jansson",
    "karin boye", "pär lagerkvist", "vilhelm moberg", "nelson mandela", "raoul wallenberg", "fredrika bremer",
    "ellen key", "elin wägner", "kerstin hesselgren", "tage erlander", "anna lindh", "jenny lind", "jussi björling",
    "john bauer", "pippi långstrump", "emil lönneberga", "alfons åberg", "kalle anka", "nils holgersson",
    "harry potter", "sherlock holmes", "romeo julia", "kalle blomkvist", "ronja rövardotter", "greta thunberg",
    "carl bellman", "birger jarl", "christopher polhem", "john ericsson", "emanuel swedenborg", "anders celsius",
    "karl gerhard", "maria montessori", "per albin",
];
