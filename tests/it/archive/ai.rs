//! AI's part in files, from the register of labels and from earlier scans.

use std::fs;
use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;

use super::{checked, codes, fixture};
use crate::scan::{Ground, text};

const CONFIRMED: &str = "no-real-persons,not-misleading,copyright";

/// A share with a labelled picture that no file says is AI's, its original, a copy stripped of
/// everything but the picture, and a picture that has nothing to do with them.
fn labelled() -> Ground {
    let ground = Ground::new();
    let picture = fixture("jpeg-420_unknown.jpg");
    fs::write(ground.path().join("torg.jpg"), &picture).unwrap();
    let label = ["label", "torg.jpg", "--confirm", CONFIRMED, "--ai-system", "Modellen"];
    let output = ground.aktsam(label).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let written = fs::read(ground.path().join("markta/torg.jpg")).unwrap();
    ground.put("webb/torget.jpg", &written);
    ground.put("foton/IMG_1.jpg", &picture);
    ground.put("inlägg.jpg", &stripped(&written));
    ground.put("annan.jpg", &another());
    ground
}

fn stripped(picture: &[u8]) -> Vec<u8> {
    jpeg(&image::load_from_memory(picture).unwrap())
}

/// A picture of stripes, which is like nothing else.
fn another() -> Vec<u8> {
    let stripes = |x: u32, y: u32| image::Luma([u8::try_from((x / 40 * 90 + y / 30 * 50) % 256).unwrap()]);
    jpeg(&image::GrayImage::from_fn(640, 480, stripes).into())
}

fn jpeg(picture: &image::DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 80)).unwrap();
    bytes.into_inner()
}

#[test]
fn what_was_labelled_here_is_recognised_by_the_register() {
    let ground = labelled();
    let (rows, ..) = checked(&ground, &[]);
    let copy = &rows["webb/torget.jpg"];
    assert_eq!(copy["ai"]["original"], "foton/IMG_1.jpg", "{copy}");
    assert_eq!((&copy["ai"]["origin"], &copy["ai"]["system"]), (&"ai".into(), &"Modellen".into()));
    assert_eq!(copy["ai"]["register"], serde_json::json!({ "number": 1, "of": "after" }));
    assert!(codes(copy).contains(&"ai-made") && !codes(copy).contains(&"ai-original-missing"), "{copy}");
    let original = &rows["foton/IMG_1.jpg"];
    assert_eq!(original["ai"]["register"], serde_json::json!({ "number": 1, "of": "before" }));
    assert!(codes(original).contains(&"ai-original") && !codes(original).contains(&"ai-unlabelled"), "{original}");
    let stripped = &rows["inlägg.jpg"];
    assert_eq!(
        (&stripped["ai"]["origin"], &stripped["ai"]["register"]["candidate"]),
        (&"unknown".into(), &true.into())
    );
    assert!(codes(stripped).contains(&"ai-copy"), "{stripped}");
    let other = &rows["annan.jpg"];
    assert_eq!((&other["ai"]["origin"], &other["ai"]["register"]), (&"unknown".into(), &serde_json::Value::Null));
    assert!(codes(other).iter().all(|code| !code.starts_with("ai-")), "{other}");
}

#[test]
fn an_original_that_is_not_kept_is_missed() {
    let ground = labelled();
    fs::remove_file(ground.share().join("foton/IMG_1.jpg")).unwrap();
    // Another picture of the same name is not what the label was put on.
    ground.put("foton/torget.jpg", &stripped(&fixture("jpeg-420_unknown.jpg")));
    let (rows, ..) = checked(&ground, &[]);
    let copy = &rows["webb/torget.jpg"];
    assert!(copy["ai"]["original"].is_null() && codes(copy).contains(&"ai-original-missing"), "{copy}");
}

#[test]
fn an_original_alone_lacks_its_label() {
    let ground = labelled();
    fs::remove_file(ground.share().join("webb/torget.jpg")).unwrap();
    let (rows, ..) = checked(&ground, &[]);
    assert!(codes(&rows["foton/IMG_1.jpg"]).contains(&"ai-unlabelled"), "{}", rows["foton/IMG_1.jpg"]);
}

#[test]
fn without_a_register_what_is_unknown_stays_so() {
    let ground = labelled();
    let (rows, ..) = checked(&ground, &["--register", "ingen.db"]);
    let stripped = &rows["inlägg.jpg"];
    assert_eq!((&stripped["ai"]["origin"], &stripped["ai"]["register"]), (&"unknown".into(), &serde_json::Value::Null));
    assert_eq!(codes(&rows["foton/IMG_1.jpg"]).iter().filter(|code| code.starts_with("ai-")).count(), 0);
}

#[test]
fn a_labelled_document_is_known_by_its_bytes() {
    let ground = Ground::new();
    let document = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/share/Bildning/Ansökan skolskjuts.docx"));
    let document = document.unwrap();
    fs::write(ground.path().join("brev.docx"), &document).unwrap();
    let label = ["label", "brev.docx", "--confirm", CONFIRMED];
    let output = ground.aktsam(label).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    ground.put("brev.docx", &fs::read(ground.path().join("markta/brev.docx")).unwrap());
    let (rows, ..) = checked(&ground, &[]);
    assert_eq!(rows["brev.docx"]["ai"]["origin"], "ai", "{}", rows["brev.docx"]);
    assert!(codes(&rows["brev.docx"]).contains(&"ai-original-missing"), "{}", rows["brev.docx"]);
}

#[test]
fn what_an_earlier_scan_found_is_told() {
    let ground = Ground::new();
    let traces = "Som en AI-språkmodell kan jag inte avgöra ärendet.\n";
    ground.put("svar.txt", traces.as_bytes());
    ground.put("flyttad.txt", traces.as_bytes());
    ground.scan(&["share"]);
    ground.put("svar.txt", "Jag kan inte avgöra ärendet.\n".as_bytes());
    let ledger = ["--ledger", "state/ledger.db"];
    let (rows, ..) = checked(&ground, &ledger);
    assert!(codes(&rows["svar.txt"]).contains(&"ai-earlier"), "{}", rows["svar.txt"]);
    assert_eq!(
        (&rows["svar.txt"]["ai"]["traces"], &rows["svar.txt"]["ai"]["origin"]),
        (&false.into(), &"unknown".into())
    );
    assert_eq!(rows["flyttad.txt"]["ai"]["from_ledger"], serde_json::Value::Null, "the check found it itself");
    // Moved, and only its format is read now: the ledger knows the content.
    fs::rename(ground.share().join("flyttad.txt"), ground.share().join("annat namn.txt")).unwrap();
    let (rows, ..) = checked(&ground, &[&ledger[..], &["--formats-only"]].concat());
    let moved = &rows["annat namn.txt"];
    assert_eq!((&moved["ai"]["traces"], &moved["ai"]["from_ledger"]), (&true.into(), &true.into()), "{moved}");
    let (rows, ..) = checked(&ground, &["--formats-only"]);
    assert_eq!(rows["annat namn.txt"]["ai"]["traces"], false, "no ledger, nothing known");
}
