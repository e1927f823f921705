//! Small files of every format, each with one sign, and each cut short everywhere.

use super::*;

const AI: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

fn xmp() -> Vec<u8> {
    format!("<x><rdf:Description e:DigitalSourceType=\"{AI}\"/></x>").into_bytes()
}

fn jpeg(marker: u8, content: &[u8]) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8, 0xff, marker];
    file.extend(u16::try_from(content.len() + 2).unwrap().to_be_bytes());
    file.extend(content);
    file.extend([0xff, 0xc0, 0, 11, 8, 0, 20, 0, 30, 1, 1, 0x11, 0, 0xff, 0xda, 0, 2]);
    file
}

fn png(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, data) in chunks {
        file.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        file.extend(*name);
        file.extend(data);
        file.extend([0; 4]);
    }
    file
}

fn webp(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
    file.extend(name);
    file.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
    file.extend(data);
    file
}

/// A TIFF structure with text tags.
fn tiff(tags: &[(u16, &[u8])]) -> Vec<u8> {
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    file.extend(u16::try_from(tags.len()).unwrap().to_le_bytes());
    let mut at = 10 + 12 * tags.len() + 4;
    for (tag, value) in tags {
        file.extend(tag.to_le_bytes());
        file.extend([7, 0]);
        file.extend(u32::try_from(value.len()).unwrap().to_le_bytes());
        file.extend(u32::try_from(at).unwrap().to_le_bytes());
        at += value.len();
    }
    file.extend([0; 4]);
    for (_, value) in tags {
        file.extend(*value);
    }
    file
}

/// A TIFF of one page, with its manifest in a directory after it, as the c2pa library writes.
fn in_a_directory_of_its_own(store: &[u8]) -> Vec<u8> {
    let number = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    let mut file = tiff(&[(tag::IMAGE_WIDTH, b"\x1e\0\0\0\0")]);
    file.resize(file.len().next_multiple_of(2), 0);
    let at = file.len();
    // The offset of the next directory follows one entry.
    file[22..26].copy_from_slice(&number(at));
    file.extend([1, 0]);
    file.extend(tag::C2PA.to_le_bytes());
    file.extend([7, 0]);
    for value in [store.len(), at + 18, 0] {
        file.extend(number(value));
    }
    file.extend(store);
    file
}

fn jumbf(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let mut part = u32::try_from(content.len() + 8).unwrap().to_be_bytes().to_vec();
    part.extend(name);
    part.extend(content);
    part
}

fn superbox(label: &str, children: &[Vec<u8>]) -> Vec<u8> {
    let mut description = vec![0; 16];
    description.push(3);
    description.extend(label.as_bytes());
    description.push(0);
    jumbf(*b"jumb", &[jumbf(*b"jumd", &description), children.concat()].concat())
}

/// A manifest with one action, and a parent when one is named.
fn manifest(label: &str, action: &str, source: &str, parent: Option<&str>) -> Vec<u8> {
    let actions = serde_json::json!({"actions": [{"action": action, "digitalSourceType": source}]});
    let mut assertions = vec![superbox("c2pa.actions.v2", &[jumbf(*b"json", actions.to_string().as_bytes())])];
    if let Some(parent) = parent {
        let url = format!("self#jumbf=/c2pa/{parent}");
        let ingredient = serde_json::json!({"relationship": "parentOf", "activeManifest": {"url": url}});
        assertions.push(superbox("c2pa.ingredient.v3", &[jumbf(*b"json", ingredient.to_string().as_bytes())]));
    }
    superbox(label, &[superbox("c2pa.assertions", &assertions)])
}

fn store(manifests: &[Vec<u8>]) -> Vec<u8> {
    superbox("c2pa", manifests)
}

fn samples() -> Vec<(Kind, Vec<u8>, Origin)> {
    let settings = b"parameters\0en hund\nSteps: 20, Sampler: Euler, Seed: 1".to_vec();
    let camera = tiff(&[(tag::MAKE, b"Fabrik\0\0"), (tag::MODEL, b"Kamera 1"), (tag::F_NUMBER, &[1; 8])]);
    let graph = tiff(&[(tag::MAKE, b"prompt: {\"1\": {\"class_type\": \"X\", \"inputs\": {}}}")]);
    let made = store(&[manifest("urn:a", "c2pa.created", AI, None)]);
    let edited =
        store(&[manifest("urn:a", "c2pa.created", AI, None), manifest("urn:b", "c2pa.cropped", "", Some("urn:a"))]);
    let filled = store(&[manifest("urn:a", "c2pa.edited", AI, None)]);
    let taken = store(&[manifest("urn:a", "c2pa.created", "x/digitalCapture", None)]);
    let part = |store: &[u8]| [b"JP\0\x01\0\0\0\x01".as_slice(), store].concat();
    vec![
        (Kind::Jpeg, jpeg(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0".as_slice(), &xmp()].concat()), Origin::Ai),
        (Kind::Jpeg, jpeg(0xe1, &[b"Exif\0\0".as_slice(), &camera].concat()), Origin::Camera),
        (Kind::Jpeg, jpeg(0xeb, &part(&made)), Origin::Ai),
        (Kind::Jpeg, jpeg(0xfe, b"en hund i sn\xf6"), Origin::Unknown),
        (Kind::Png, png(&[(b"IHDR", vec![0; 13]), (b"tEXt", settings)]), Origin::Ai),
        (Kind::Png, png(&[(b"caBX", edited)]), Origin::Ai),
        (Kind::Png, png(&[(b"caBX", filled)]), Origin::AiEdited),
        (Kind::Png, png(&[(b"caBX", taken)]), Origin::Camera),
        (Kind::Png, png(&[(b"tEXt", b"Comment\0Created with GIMP".to_vec())]), Origin::Unknown),
        (Kind::Webp, webp(*b"EXIF", &graph), Origin::Ai),
        (Kind::Webp, webp(*b"C2PA", &made), Origin::Ai),
        (Kind::Tiff, tiff(&[(tag::XMP, &xmp())]), Origin::Ai),
        (Kind::Tiff, tiff(&[(tag::IMAGE_DESCRIPTION, b"Torget, 1932")]), Origin::Unknown),
        (Kind::Tiff, in_a_directory_of_its_own(&made), Origin::Ai),
        (Kind::Png, png(&[(b"tEXt", b"Title\0NovelAI generated image".to_vec())]), Origin::Ai),
        (Kind::Png, png(&[(b"tEXt", b"Title\0ChatGPT, sk\xe4rmbild".to_vec())]), Origin::Unknown),
        (Kind::Tiff, tiff(&[(tag::COPYRIGHT, b"Made with Google AI")]), Origin::Ai),
        (Kind::Tiff, tiff(&[(tag::COPYRIGHT, b"Ada Exempel. No training of Midjourney or OpenAI")]), Origin::Unknown),
        (Kind::Tiff, tiff(&[(tag::ARTIST, "Bo Exempel, inte skapad med Midjourney".as_bytes())]), Origin::Unknown),
        (Kind::Tiff, tiff(&[(tag::DOCUMENT_NAME, b"Midjourney och upphovsr\xe4tten")]), Origin::Unknown),
        (Kind::Svg, xmp(), Origin::Ai),
    ]
}

#[test]
fn each_sign_gives_its_origin() {
    for (index, (kind, file, expected)) in samples().into_iter().enumerate() {
        let found = inspect(kind, &file);
        assert_eq!(found.origin, expected, "sample {index}: {:?}", found.evidence);
    }
}

#[test]
fn a_manifest_is_no_page() {
    let store = store(&[manifest("urn:a", "c2pa.created", AI, None)]);
    let found = inspect(Kind::Tiff, &in_a_directory_of_its_own(&store));
    assert_eq!((found.frames, found.c2pa.present, found.labelled.c2pa), (1, true, true));
}

#[test]
fn a_file_cut_short_anywhere_is_no_failure() {
    for (kind, file, expected) in samples() {
        for length in 0..file.len() {
            let found = inspect(kind, &file[..length]).origin;
            // A store cut short may lose what softens it, but nothing becomes AI that was not.
            assert!(found.is_ai() <= expected.is_ai());
        }
    }
}

#[test]
fn a_flipped_byte_anywhere_is_no_failure() {
    for (kind, file, _) in samples() {
        for at in 0..file.len() {
            let mut file = file.clone();
            file[at] ^= 0xff;
            let _ = inspect(kind, &file);
        }
    }
}

#[test]
fn a_name_hints_and_never_decides() {
    assert_eq!(file_name_hint("ChatGPT Image 1 apr.png").map(|hint| hint.says), Some(Says::Hint));
    assert_eq!(file_name_hint("torget.jpg"), None);
}
