//! What other programs read in labelled pictures.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{Studio, beside_build, fixtures, said, tool};

const LABELLED: [&str; 8] = [
    "--ai-system",
    "Bildverkstad",
    "--ai-version",
    "3",
    "--prompt",
    "en by vid ett berg",
    "--confirm",
    "no-real-persons,not-misleading,copyright",
];

/// All fixtures labelled into `out`.
fn labelled(more: &[&str]) -> (Studio, Vec<String>) {
    let names = fixtures();
    let studio = Studio::new(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let output =
        studio.run(&[&["label", "in", "--out", "out", "--by", "Exempels kommun"], &LABELLED[..], more].concat());
    assert!(output.status.success(), "{}", said(&output));
    (studio, names)
}

fn exiftool(args: &[&str], folder: &Path) -> Option<Vec<u8>> {
    let vendored = format!("perl {}", beside_build("node_modules/exiftool-vendored.pl/bin/exiftool"));
    let found = tool(&[&vendored, "exiftool"])?;
    let output = Command::new(&found[0]).args(&found[1..]).args(args).arg(folder).output().unwrap();
    Some(output.stdout)
}

#[test]
fn exiftool_reads_every_field() {
    let (studio, names) = labelled(&[]);
    let Some(json) = exiftool(&["-j", "-G1", "-n"], &studio.path().join("out")) else { return };
    let read: Vec<BTreeMap<String, Value>> = serde_json::from_slice(&json).unwrap();
    assert_eq!(read.len(), names.len());
    for fields in &read {
        let field = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
        let name = &fields["SourceFile"];
        let source = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";
        assert_eq!(field("XMP-iptcExt:DigitalSourceType"), source, "{name}");
        assert_eq!(field("XMP-iptcExt:AISystemUsed"), "Bildverkstad", "{name}");
        assert_eq!(fields["XMP-iptcExt:AISystemVersionUsed"].to_string().trim_matches('"'), "3", "{name}");
        assert_eq!(field("XMP-iptcExt:AIPromptInformation"), "en by vid ett berg", "{name}");
        for words in ["XMP-iptcCore:AltTextAccessibility", "XMP-photoshop:Credit"] {
            assert!(field(words).contains("AI"), "{name} {words}: {}", field(words));
        }
        assert!(fields.contains_key("XMP-dc:Description"), "{name}");
        assert!(!fields.contains_key("ExifTool:Error"), "{name}: {}", fields["ExifTool:Error"]);
    }
}

#[test]
fn what_others_wrote_is_still_there() {
    let name = "jpeg-everything_camera.jpg";
    let studio = Studio::new(&[name]);
    let output = studio.run(&["label", "in", "--out", "out", "--confirm", "no-real-persons"]);
    assert!(output.status.success(), "{}", said(&output));
    let args = [
        "-j",
        "-G1",
        "-n",
        "-b",
        "-u",
        "-ExifIFD:all",
        "-IFD0:all",
        "-IFD1:all",
        "-IPTC:all",
        "-ICC-header:all",
        "-XMP:all",
        "-Photoshop:all",
    ];
    let Some(before) = exiftool(&args, &studio.path().join("in")) else { return };
    let after = exiftool(&args, &studio.path().join("out")).unwrap();
    let parse = |json: &[u8]| serde_json::from_slice::<Vec<BTreeMap<String, Value>>>(json).unwrap().remove(0);
    let (before, after) = (parse(&before), parse(&after));
    for (field, value) in &before {
        match field.as_str() {
            "SourceFile" | "IFD1:ThumbnailOffset" | "IFD1:ThumbnailLength" => {}
            "IFD1:ThumbnailImage" => assert_ne!(after.get(field), Some(value), "the thumbnail shows the label"),
            // Others' thumbnails do not, and are taken out.
            "Photoshop:PhotoshopThumbnail" => assert!(!after.contains_key(field)),
            field if field.contains("Thumbnail") => assert!(!after.contains_key(field), "{field}"),
            _ => assert_eq!(after.get(field), Some(value), "{field}"),
        }
    }
    assert!(
        before.contains_key("IFD1:ThumbnailImage") && before.keys().any(|key| key.contains("MakerNote")),
        "{:?}",
        before.keys()
    );
    let dimensions = |fields: &BTreeMap<String, Value>| fields["ExifIFD:ExifImageWidth"].clone();
    assert_eq!(dimensions(&before), dimensions(&after));
}

/// Pixels as `djpeg` decodes them without smoothing, so that equal coefficients are equal pixels.
fn decoded(path: &Path) -> Option<(usize, usize, usize, Vec<u8>)> {
    let djpeg = tool(&["djpeg"])?;
    let output = Command::new(&djpeg[0]).args(["-nosmooth", "-dct", "int", "-pnm"]).arg(path).output().unwrap();
    assert!(output.stderr.is_empty(), "{}: {}", path.display(), String::from_utf8_lossy(&output.stderr));
    let header: Vec<&[u8]> = output.stdout.splitn(4, |byte| byte.is_ascii_whitespace()).collect();
    let number = |bytes: &[u8]| std::str::from_utf8(bytes).unwrap().parse::<usize>().unwrap();
    let channels = if header[0] == b"P6" { 3 } else { 1 };
    let pixels = header[3].splitn(2, |byte| byte.is_ascii_whitespace()).nth(1).unwrap().to_vec();
    Some((number(header[1]), number(header[2]), channels, pixels))
}

#[test]
fn a_jpeg_is_the_same_to_djpeg_outside_its_label() {
    let names: Vec<String> =
        fixtures().into_iter().filter(|name| name.ends_with(".jpg") && !name.contains("cmyk")).collect();
    for position in ["top-right", "bottom-left", "band"] {
        let studio = Studio::new(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let lines =
            studio.lines(&["label", "in", "--out", "out", "--position", position, "--confirm", "no-real-persons"]);
        assert_eq!(lines.len(), names.len());
        for name in &names {
            let Some(before) = decoded(&studio.path().join("in").join(name)) else { return };
            let after = decoded(&studio.path().join("out").join(name)).unwrap();
            compare(&before, &after, &format!("{name} {position}"));
        }
    }
}

/// Outside one rectangle of at most half the picture all is the same; a grown picture grew before its first row or column.
fn compare(before: &(usize, usize, usize, Vec<u8>), after: &(usize, usize, usize, Vec<u8>), case: &str) {
    let (width, height, channels, ref old) = *before;
    let (columns, rows) = (after.0 - width, after.1 - height);
    let pixel = |picture: &[u8], width: usize, x: usize, y: usize| {
        let first = (y * width + x) * channels;
        picture[first..first + channels].to_vec()
    };
    let (mut left, mut right, mut top, mut bottom) = (usize::MAX, 0, usize::MAX, 0);
    for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
        if pixel(old, width, x, y) != pixel(&after.3, after.0, x + columns, y + rows) {
            (left, right, top, bottom) = (left.min(x), right.max(x), top.min(y), bottom.max(y));
        }
    }
    if columns + rows > 0 {
        assert_eq!(left, usize::MAX, "{case}: a band leaves all of the picture");
        return;
    }
    assert!(left < right, "{case}: nothing is labelled");
    let area = (right - left + 1) * (bottom - top + 1);
    assert!(2 * area < width * height, "{case}: {left}..{right} × {top}..{bottom} of {width} × {height}");
    // The label is read where it is said to stand, in one piece, near its corner.
    assert!(left < 40 || width - right < 40, "{case}: {left}..{right}");
}

#[cfg(feature = "c2pa")]
const CHECK: &str = r#"
import json, pathlib, sys
import c2pa
root = pathlib.Path(sys.argv[1]).read_text()
for path in sorted(pathlib.Path(sys.argv[2]).iterdir()):
    found = {"name": path.name}
    for name, settings in [("alone", {}), ("trusting", {"trust": {"user_anchors": root}})]:
        context = c2pa.Context(c2pa.Settings.from_dict({"verify": {"remote_manifest_fetch": False}, **settings}))
        with c2pa.Reader(str(path), context=context) as reader:
            store = json.loads(reader.json())
            found[name] = store["validation_state"]
            manifest = store["manifests"][store["active_manifest"]]
            found["manifests"] = len(store["manifests"])
            found["title"] = manifest["title"]
            found["issuer"] = manifest["signature_info"]["issuer"]
            found["ingredients"] = [part["relationship"] for part in manifest["ingredients"]]
            found["assertions"] = {part["label"]: part["data"] for part in manifest["assertions"]}
    print(json.dumps(found))
"#;

#[cfg(feature = "c2pa")]
#[test]
fn c2pa_python_calls_the_manifests_valid_and_trusts_our_root() {
    let studio = Studio::new(&[]);
    let made = studio.run(&["keys", "init", "--organisation", "Exempels kommun", "--out", "nycklar"]);
    assert!(made.status.success(), "{}", said(&made));
    for name in fixtures() {
        fs::copy(super::fixture(&name), studio.path().join("in").join(&name)).unwrap();
    }
    let sign = ["--sign", "nycklar/certifikat.pem", "nycklar/nyckel.pem", "--by", "Exempels kommun"];
    let output = studio.run(&[&["label", "in", "--out", "out"], &LABELLED[..], &sign[..]].concat());
    assert!(output.status.success(), "{}", said(&output));
    // Signed again in part: the manifest that is there becomes the parent's.
    let verified = studio.run(&["verify", "out", "--trust", "nycklar/rot.pem"]);
    assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
    let python = beside_build("python/bin/python3");
    let Some(python) = tool(&[&python]) else { return };
    let check = Command::new(&python[0])
        .args(["-c", CHECK])
        .args(["nycklar/rot.pem", "out"])
        .current_dir(studio.path())
        .output()
        .unwrap();
    assert!(check.status.success(), "{}", said(&check));
    let text = String::from_utf8(check.stdout).unwrap();
    assert_eq!(text.lines().count(), fixtures().len());
    for line in text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        assert_eq!((line["alone"].as_str(), line["trusting"].as_str()), (Some("Valid"), Some("Trusted")), "{line}");
        assert_eq!(line["ingredients"], serde_json::json!(["parentOf"]), "{line}");
        assert_eq!(line["issuer"], "Exempels kommun");
        assert!(line["title"].as_str().unwrap().contains("AI"), "{line}");
        let actions = line["assertions"]["c2pa.actions.v2"]["actions"].as_array().unwrap();
        let names: Vec<_> = actions.iter().map(|action| action["action"].as_str().unwrap()).collect();
        assert_eq!(names, ["c2pa.opened", "c2pa.edited"], "{line}");
        assert!(line["assertions"]["cawg.metadata"]["dc:publisher"].to_string().contains("Exempels kommun"), "{line}");
    }
}

#[cfg(feature = "c2pa")]
#[test]
fn a_manifest_that_is_there_becomes_the_parents() {
    let studio = Studio::new(&["png-rgb_unknown.png"]);
    studio.run(&["keys", "init", "--organisation", "Exempels kommun", "--out", "k"]);
    let sign = ["--sign", "k/certifikat.pem", "k/nyckel.pem"];
    let first = studio.run(&[&["label", "in", "--out", "one"], &sign[..]].concat());
    assert!(first.status.success(), "{}", said(&first));
    // The label cropped away: the picture is one with a manifest and no visible label.
    let signed = studio.read("one/png-rgb_unknown.png");
    fs::write(studio.path().join("in/signed.png"), painted_over(&signed)).unwrap();
    let unsigned = studio.run(&["label", "in/signed.png", "--out", "two"]);
    assert!(said(&unsigned).contains("content credentials that an unsigned label would break"), "{}", said(&unsigned));
    let again = studio.run(&[&["label", "in/signed.png", "--out", "two"], &sign[..]].concat());
    assert!(again.status.success(), "{}", said(&again));
    let bytes = studio.read("two/signed.png");
    assert!(bytes.windows(15).filter(|window| window == b"c2pa.signature\0").count() >= 2, "both manifests are there");
}

/// A PNG with its pixels made white and every chunk kept.
#[cfg(feature = "c2pa")]
fn painted_over(png: &[u8]) -> Vec<u8> {
    let picture = image::load_from_memory(png).unwrap();
    let white = image::RgbImage::from_pixel(picture.width(), picture.height(), image::Rgb([255; 3]));
    let mut coded = Vec::new();
    white.write_to(&mut std::io::Cursor::new(&mut coded), image::ImageFormat::Png).unwrap();
    let chunks = |bytes: &[u8]| {
        let mut at = 8;
        let mut found = Vec::new();
        while at < bytes.len() {
            let length = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
            found.push((bytes[at + 4..at + 8].to_vec(), bytes[at..at + 12 + length].to_vec()));
            at += 12 + length;
        }
        found
    };
    let new: Vec<u8> =
        chunks(&coded).into_iter().filter(|(name, _)| name == b"IDAT").flat_map(|(_, chunk)| chunk).collect();
    let mut out = png[..8].to_vec();
    let mut written = false;
    for (name, chunk) in chunks(png) {
        if name != b"IDAT" {
            out.extend(chunk);
        } else if !written {
            out.extend(&new);
            written = true;
        }
    }
    out
}

#[cfg(feature = "c2pa")]
#[test]
fn keys_are_for_their_owner_and_never_overwritten() {
    use std::os::unix::fs::PermissionsExt;
    let studio = Studio::new(&[]);
    let init = ["keys", "init", "--organisation", "Exempels kommun", "--out", "k"];
    let words = said(&studio.run(&init));
    assert!(words.contains("webbredaktören"), "{words}");
    for (name, mode) in
        [("nyckel.pem", 0o600), ("rot-nyckel.pem", 0o600), ("certifikat.pem", 0o644), ("rot.pem", 0o644)]
    {
        let path = studio.path().join("k").join(name);
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o7777, mode, "{name}");
    }
    let key = studio.read("k/nyckel.pem");
    assert_eq!(studio.run(&init).status.code(), Some(2));
    assert_eq!(studio.read("k/nyckel.pem"), key);
    // A key that is not the certificate's is told before any picture is touched.
    let wrong = studio.run(&["label", "in", "--out", "out", "--sign", "k/certifikat.pem", "k/rot-nyckel.pem"]);
    assert_eq!(wrong.status.code(), Some(2), "{}", said(&wrong));
}
