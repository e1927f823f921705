//! What the screen of PDF/A finds, one deviation a file, and what it lets be.

use aktsam::archive::pdfa::screen;

use super::pdf::Pdf;

/// The checks that find something.
fn found(pdf: &Pdf) -> Vec<String> {
    screen(&pdf.bytes()).unwrap().findings.into_iter().map(|finding| finding.check).collect()
}

fn part(part: u8) -> Pdf {
    Pdf { part: Some(part), ..Pdf::default() }
}

const TYPE3: &str = "/Font<</F 6 0 R>>";
const SHOW: &str = "BT /F 12 Tf (a) Tj ET";
const GLYPHS: &str = "<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[.1 0 0 .1 0 0]/FirstChar 97/LastChar 97/Widths[500]/Encoding<</Type/Encoding/Differences[97/a]>>/CharProcs<</a 7 0 R>>/Resources<<>>>>";
const PLAIN_GLYPH: &str = "<</Length 12>>\nstream\n500 0 d0 n  \nendstream";
/// An ICC profile's header for four colours, as far as it tells anything; the length is that of its line.
const PROFILE: &str = "<</N 4/Filter/ASCIIHexDecode/Length 81>>\nstream\n00000000000000000200000070727472434d594b4c61622000000000000000000000000061637370>\nendstream";
const FILE: &str = "<</Type/Filespec/F(a.txt)/UF(a.txt)/EF<</F 7 0 R>>>>";

fn deviations() -> Vec<(&'static str, Pdf)> {
    let two = || part(2);
    let layers = "/OCProperties<</OCGs[6 0 R 7 0 R]/D<</Name(a)/Order[6 0 R]>>>>";
    let layer: &[&str] = &["<</Type/OCG/Name(a)>>", "<</Type/OCG/Name(b)>>"];
    vec![
        ("limits", Pdf { content: "40000.5 0 m n", ..part(1) }),
        ("hex-string", Pdf { content: "/a <</b <abc>>> DP", ..two() }),
        ("xref-stream", Pdf { more: &["<</Type/XRef/W[1 1 1]/Length 1>>\nstream\na\nendstream"], ..part(1) }),
        ("trailer-id", Pdf { no_id: true, ..two() }),
        ("name-encoding", Pdf { resources: "/ColorSpace<</C[/Separation/a#ff/DeviceGray 6 0 R]>>", ..two() }),
        ("filter", Pdf { stream: "/Filter[/Crypt]/DecodeParms[<</Name/Own>>]", ..two() }),
        ("filter", Pdf { content: "BI /W 1/H 1/BPC 8/CS/G/F/LZW ID \x40 EI", ..two() }),
        ("image", Pdf { content: "BI /W 1/H 1/BPC 1/IM true/I true/F/Fl ID x EI", ..two() }),
        ("rendering-intent", Pdf { content: "BI /W 1/H 1/BPC 1/IM true/Intent/Own/F/Fl ID x EI", ..two() }),
        ("device-colour", Pdf { content: "BI /W 1/H 1/BPC 8/CS/RGB/F/Fl ID x EI", ..two() }),
        ("device-colour", Pdf { page: "/Group<</S/Transparency/CS/DeviceCMYK>>", ..two() }),
        (
            "device-colour",
            Pdf {
                resources: TYPE3,
                content: SHOW,
                more: &[GLYPHS, "<</Length 20>>\nstream\n500 0 d0 1 0 0 rg   \nendstream"],
                ..two()
            },
        ),
        (
            "glyph-width",
            Pdf {
                resources: TYPE3,
                content: SHOW,
                more: &[GLYPHS, "<</Length 12>>\nstream\n400 0 d0 n  \nendstream"],
                ..two()
            },
        ),
        ("resources", Pdf { resources: "/ExtGState<</G<<>>>>", inherits: true, content: "/G gs", ..two() }),
        (
            "glyph-missing",
            Pdf {
                resources: "/Font<</F<</Type/Font/Subtype/TrueType/BaseFont/A/FirstChar 1/LastChar 1/Widths[9]/Encoding/WinAnsiEncoding>>>>",
                content: "BT /F 12 Tf 3 Tr <01> Tj ET",
                ..two()
            },
        ),
        ("optional-content-configuration", Pdf { catalog: layers, more: layer, ..two() }),
        ("alternate-presentation", Pdf { page: "/PresSteps<<>>", ..two() }),
        ("alternate-presentation", Pdf { catalog: "/Names<</AlternatePresentations<<>>>>", ..two() }),
        ("document-requirements", Pdf { catalog: "/Requirements[]", ..two() }),
        (
            "embedded-file-description",
            Pdf {
                catalog: "/AF[6 0 R]",
                more: &[
                    "<</Type/Filespec/F(a.txt)/EF<</F 7 0 R>>>>",
                    "<</Type/EmbeddedFile/Length 1>>\nstream\na\nendstream",
                ],
                ..part(3)
            },
        ),
        (
            "embedded-file-archival",
            Pdf { catalog: "/AF[6 0 R]", more: &[FILE, "<</Length 1>>\nstream\na\nendstream"], ..two() },
        ),
        (
            "graphics-state",
            Pdf {
                resources: "/ExtGState<</G<</HT<</HalftoneType 5/Cyan<</HalftoneType 1/TransferFunction/Identity>>>>>>>>",
                ..two()
            },
        ),
        (
            "overprint",
            Pdf {
                resources: "/ColorSpace<</C[/ICCBased 6 0 R]>>/ExtGState<</G<</OP true/op true/OPM 1>>>>",
                content: "/C cs /G gs 0 0 9 9 re f",
                more: &[PROFILE],
                ..two()
            },
        ),
    ]
}

#[test]
fn each_deviation_is_found_by_its_check() {
    for (check, pdf) in deviations() {
        let found = found(&pdf);
        assert!(found.iter().any(|own| own == check), "{check}: {found:?}");
    }
}

#[test]
fn what_the_standard_allows_is_let_be() {
    let two = || part(2);
    for (what, pdf) in [
        ("nothing", part(1)),
        ("nothing", two()),
        ("a filter that does nothing", Pdf { stream: "/Filter[/Crypt]/DecodeParms[<</Name/Identity>>]", ..two() }),
        ("an inline image", Pdf { content: "BI /W 1/H 1/BPC 1/IM true/F/Fl ID x EI", ..two() }),
        ("a glyph", Pdf { resources: TYPE3, content: SHOW, more: &[GLYPHS, PLAIN_GLYPH], ..two() }),
        (
            "the colour of a glyph that has none",
            Pdf {
                resources: TYPE3,
                content: SHOW,
                more: &[GLYPHS, "<</Length 28>>\nstream\n500 0 0 0 9 9 d1 1 0 0 rg   \nendstream"],
                ..two()
            },
        ),
        (
            "all layers in order",
            Pdf {
                catalog: "/OCProperties<</OCGs[6 0 R 7 0 R]/D<</Name(a)/Order[6 0 R[7 0 R]]>>>>",
                more: &["<</Type/OCG/Name(a)>>", "<</Type/OCG/Name(b)>>"],
                ..two()
            },
        ),
        (
            "any file inside part 3",
            Pdf {
                catalog: "/AF[6 0 R]",
                more: &[
                    "<</Type/Filespec/F(a.txt)/UF(a.txt)/AFRelationship/Data/EF<</F 7 0 R>>>>",
                    "<</Type/EmbeddedFile/Subtype/text#2Fplain/Length 1>>\nstream\na\nendstream",
                ],
                ..part(3)
            },
        ),
        (
            "overprint of another mode",
            Pdf {
                resources: "/ColorSpace<</C[/ICCBased 6 0 R]>>/ExtGState<</G<</OP true/op true/OPM 0>>>>",
                content: "/C cs /G gs 0 0 9 9 re f",
                more: &[PROFILE],
                ..two()
            },
        ),
        ("inherited resources that nothing names", Pdf { inherits: true, ..two() }),
        (
            "resources above the page in part 1",
            Pdf { resources: "/ExtGState<</G<<>>>>", inherits: true, content: "/G gs", ..part(1) },
        ),
    ] {
        assert_eq!(found(&pdf), [""; 0], "{what}");
    }
}

#[test]
fn part_4_is_not_held_against_part_2() {
    let screen = screen(&part(4).bytes()).unwrap();
    assert_eq!((screen.declared.as_deref(), screen.passed, screen.findings.len()), (Some("4b"), 0, 0));
}

#[test]
fn no_cut_or_changed_byte_brings_it_down() {
    for (_, pdf) in deviations() {
        let bytes = pdf.bytes();
        for end in (0..bytes.len()).step_by(97) {
            let _ = screen(&bytes[..end]);
            let mut changed = bytes.clone();
            changed[end] ^= 0x15;
            let _ = screen(&changed);
        }
    }
}
