//! Every fixture labelled, and each cut short.

#![allow(clippy::disallowed_methods, reason = "reads fixtures")]

use std::fs;
use std::path::PathBuf;

use super::*;
use crate::extract::sniff;
use crate::image::Origin;

fn fixtures() -> Vec<(String, Kind, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/image");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    files.sort();
    let read = |path: PathBuf| {
        let bytes = fs::read(&path).unwrap();
        (path.file_stem().unwrap().to_string_lossy().into_owned(), sniff(&bytes), bytes)
    };
    files.into_iter().map(read).collect()
}

fn expected(name: &str) -> Origin {
    match name.rsplit_once('_').unwrap().1 {
        "ai" => Origin::Ai,
        "camera" => Origin::Camera,
        _ => Origin::Unknown,
    }
}

#[test]
fn the_name_of_a_fixture_says_its_origin() {
    for (name, kind, bytes) in fixtures() {
        assert_eq!(provenance::inspect(kind, &bytes).origin, expected(&name), "{name}");
    }
}

#[test]
fn every_kind_of_picture_is_labelled_once() {
    for (name, kind, bytes) in fixtures() {
        if name.contains("-refused") {
            assert!(label(kind, &bytes, &Request::default(), false).is_err(), "{name}");
            continue;
        }
        let labelled =
            label(kind, &bytes, &Request::default(), false).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(labelled.contrast >= 4.5, "{name}: {}", labelled.contrast);
        let after = provenance::inspect(kind, &labelled.bytes);
        assert_eq!(after.origin, Origin::Ai, "{name}");
        assert!(visible_contrast(kind, &labelled.bytes).is_some(), "{name}");
        let again = label(kind, &labelled.bytes, &Request::default(), false);
        assert_eq!(again.err(), Some(LabelError::Already), "{name}");
    }
}

/// A JPEG so large that its blocks alone tell what it looks like.
fn large() -> Vec<u8> {
    let point = |x: u32, y: u32| {
        image::Rgb([x * x / 1_500, y / 3, (x + y) / 6].map(|value| u8::try_from(value % 256).unwrap()))
    };
    let mut bytes = Vec::new();
    let picture = image::RgbImage::from_fn(845, 611, point);
    image::codecs::jpeg::JpegEncoder::new(&mut bytes).encode_image(&picture).unwrap();
    bytes
}

#[test]
fn what_is_seen_in_passing_is_what_the_files_look_like() {
    let large = ("large".to_owned(), Kind::Jpeg, large());
    for (name, kind, bytes) in fixtures().into_iter().chain([large]).filter(|(name, ..)| !name.contains("-refused")) {
        for position in [Position::TopRight, Position::Band] {
            let request = Request { position, ..Request::default() };
            let Labelled { looks, bytes: after, .. } = label(kind, &bytes, &request, false).unwrap();
            let must_be_seen = name == "large" || matches!(kind, Kind::Png | Kind::Webp | Kind::Tiff);
            assert!(!must_be_seen || looks.before.is_some() && looks.after.is_some(), "{name}");
            for (seen, bytes) in [(looks.before, &bytes), (looks.after, &after)] {
                if let Some(seen) = seen {
                    assert_eq!(Some(seen), Likeness::of(kind, bytes), "{name} {position:?}");
                }
            }
        }
    }
}

#[test]
fn every_position_serves_every_picture() {
    let positions =
        [Position::TopLeft, Position::BottomRight, Position::BottomLeft, Position::CropSafe, Position::Band];
    for (name, kind, bytes) in fixtures().into_iter().filter(|(name, ..)| !name.contains("-refused")) {
        for position in positions {
            let request = Request { position, edited: true, ..Request::default() };
            match label(kind, &bytes, &request, false) {
                Ok(labelled) => assert!(visible_contrast(kind, &labelled.bytes).is_some(), "{name} {position:?}"),
                // The part that every crop leaves may be too small for letters.
                Err(error) => assert_eq!((error, position), (LabelError::TooSmall, Position::CropSafe), "{name}"),
            }
        }
    }
}

#[test]
fn the_metadata_of_others_stays() {
    let (_, kind, bytes) = fixtures().into_iter().find(|(name, ..)| name == "jpeg-444-xmp_camera").unwrap();
    let labelled = label(kind, &bytes, &Request::default(), false).unwrap();
    let packet = String::from_utf8(embed::packet(kind, &labelled.bytes).unwrap()).unwrap();
    assert!(packet.contains("Ada Exempel") && packet.contains("Torget en vinterdag"));
    assert!(!packet.contains("digitalCapture"));
    assert_eq!(packet.matches("DigitalSourceType>").count(), 2);
}

#[test]
fn a_label_that_was_painted_over_is_missed() {
    let (_, kind, bytes) = fixtures().into_iter().find(|(name, ..)| name == "png-rgb_unknown").unwrap();
    let labelled = label(kind, &bytes, &Request::default(), false).unwrap();
    let packet = embed::packet(kind, &labelled.bytes).unwrap();
    let painted = embed::xmp(kind, &bytes, &packet).unwrap();
    assert!(provenance::inspect(kind, &painted).labelled.visible);
    assert_eq!(visible_contrast(kind, &painted), None);
}

#[test]
fn a_manifest_is_not_broken_by_an_unsigned_label() {
    let (_, kind, mut bytes) = fixtures().into_iter().find(|(name, ..)| name == "png-rgb_unknown").unwrap();
    let end = bytes.len() - 12;
    let mut chunk = Vec::new();
    embed::write_chunk(&mut chunk, *b"caBX", b"store").unwrap();
    bytes.splice(end..end, chunk);
    assert_eq!(label(kind, &bytes, &Request::default(), false).err(), Some(LabelError::NeedsSignature));
}

#[test]
fn a_film_after_the_picture_is_not_lost() {
    let (_, kind, mut bytes) = fixtures().into_iter().find(|(name, ..)| name == "jpeg-420_unknown").unwrap();
    bytes.extend(b"ftypmp42");
    assert_eq!(label(kind, &bytes, &Request::default(), false).err(), Some(LabelError::Trailing));
}

#[test]
fn pictures_cut_short_or_flipped_are_no_failure() {
    for (_, kind, bytes) in fixtures() {
        for part in 0..5 {
            let cut = bytes.len() * part / 5;
            let _ = label(kind, &bytes[..cut], &Request::default(), false);
            let mut flipped = bytes.clone();
            flipped[cut] ^= 0x5a;
            let _ = label(kind, &flipped, &Request::default(), false);
        }
    }
}
