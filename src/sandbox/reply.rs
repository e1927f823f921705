//! What a worker answers is untrusted until it has been bounded, decoded and checked.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use sha2::{Digest, Sha256};

use super::transcript::Transcript;
use crate::archive::survey::Surveyed;
use crate::error::FileError;
use crate::examine::{hex, holds_number};
use crate::finding::Finding;
use crate::image::Provenance;
use crate::limits::Limits;
use crate::record::{Record, Status, Verdict};

/// Longest masked value that is believed, in characters.
const MASKED_CHARS: usize = 1_000;

/// A worker's record, when it keeps to what a record may hold.
///
/// # Errors
///
/// [`FileError::BadReply`] when the bytes are no record, or one that is too
/// large, carries what it must not, or calls an unread file open.
pub(super) fn decode(bytes: &[u8], limits: &Limits, reveal: bool) -> Result<Record, FileError> {
    let record: Record = serde_json::from_slice(bytes).map_err(|_| FileError::BadReply)?;
    if is_sound(&record, limits, reveal) { Ok(record) } else { Err(FileError::BadReply) }
}

/// A worker's survey, when it and its record keep to what they may hold.
///
/// # Errors
///
/// As [`decode`].
pub(super) fn decode_survey(bytes: &[u8], limits: &Limits, reveal: bool) -> Result<Surveyed, FileError> {
    let surveyed: Surveyed = serde_json::from_slice(bytes).map_err(|_| FileError::BadReply)?;
    let sound = surveyed.record.as_ref().is_none_or(|record| is_sound(record, limits, reveal));
    if sound && surveyed.survey.is_sound() { Ok(surveyed) } else { Err(FileError::BadReply) }
}

/// A worker's text, when what points into it points at something.
///
/// # Errors
///
/// [`FileError::BadReply`] when the bytes are no text, or one whose rows lie.
pub(super) fn decode_text(bytes: &[u8], _: &Limits, _: bool) -> Result<Transcript, FileError> {
    let text: Transcript = serde_json::from_slice(bytes).map_err(|_| FileError::BadReply)?;
    if text.is_sound() { Ok(text) } else { Err(FileError::BadReply) }
}

fn is_sound(record: &Record, limits: &Limits, reveal: bool) -> bool {
    let in_reasons = record.reasons.iter().flat_map(|reason| &reason.findings);
    let most = limits.findings.saturating_mul(crate::finding::Entity::ALL.len());
    record.findings.len() <= most
        && record.findings.iter().chain(in_reasons).all(|finding| is_masked(finding, reveal))
        && record.sha256.as_deref().is_none_or(is_digest)
        && (reveal || record.image.iter().flat_map(Provenance::named).all(is_name))
        && (record.verdict != Verdict::Open || is_read_whole(record))
        && record
            .members
            .iter()
            .all(|member| member.record.verdict <= record.verdict && is_sound(&member.record, limits, reveal))
}

fn is_read_whole(record: &Record) -> bool {
    record.status == Status::Ok && record.error.is_none() && record.gaps.is_empty() && record.reasons.is_empty()
}

/// A masked value shows no digit, and the value itself only when that was asked for.
fn is_masked(finding: &Finding, reveal: bool) -> bool {
    let masked = &finding.masked;
    let bounded = masked.len() <= 4 * MASKED_CHARS && !masked.contains(|c: char| c.is_ascii_digit());
    bounded && (reveal || finding.value.is_none())
}

/// What a picture says that it was made with is a name, and holds no number of a person's.
fn is_name(name: &str) -> bool {
    name.len() <= 4 * MASKED_CHARS && !holds_number(name)
}

fn is_digest(hex: &str) -> bool {
    hex.len() == 64 && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The SHA-256 of a file whose worker died, so that it need not be tried again; `None` when it cannot be read.
pub(super) fn digest(file: &File, most: u64) -> Option<String> {
    let mut sha256 = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut at = 0;
    while at <= most {
        match file.read_at(&mut buffer, at) {
            Ok(0) => return Some(hex(&sha256.finalize())),
            Ok(count) => {
                sha256.update(&buffer[..count]);
                at += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examine::Examiner;
    use crate::sandbox::Failure;
    use proptest::prelude::*;

    fn bytes(change: impl FnOnce(&mut serde_json::Value)) -> Vec<u8> {
        let record = Examiner::default().examine("Elev: 19900101-2385".as_bytes());
        let mut value = serde_json::to_value(&record).unwrap();
        change(&mut value);
        serde_json::to_vec(&value).unwrap()
    }

    fn check(change: impl FnOnce(&mut serde_json::Value), sound: bool) {
        let decoded = decode(&bytes(change), &Limits::default(), false);
        assert_eq!(decoded.is_ok(), sound, "{decoded:?}");
    }

    #[test]
    fn believes_only_sound_records() {
        check(|_| (), true);
        check(|r| r["findings"][0]["value"] = "x".into(), false);
        check(|r| r["findings"][0]["masked"] = "19900101-2385".into(), false);
        check(|r| r["findings"][0]["masked"] = "•".repeat(5_000).into(), false);
        check(|r| r["verdict"] = "open".into(), false);
        check(|r| r["verdict"] = "fine".into(), false);
        check(|r| r["sha256"] = "../../etc".into(), false);
        check(|r| *r = serde_json::json!([]), false);
        check(|r| r["image"] = made_with("Modell 7"), true);
        check(|r| r["image"] = made_with("Modell 19900101-2385"), false);
        check(|r| r["image"] = made_with(&"M".repeat(5_000)), false);
    }

    fn made_with(name: &str) -> serde_json::Value {
        let mut image = crate::image::provenance::inspect(crate::document::Kind::Png, b"");
        image.generator = Some(name.to_owned());
        serde_json::to_value(image).unwrap()
    }

    #[test]
    fn believes_only_sound_surveys() {
        let check = |change: fn(&mut serde_json::Value), sound: bool| {
            let surveyed = Surveyed { record: None, survey: crate::archive::survey::Survey::default() };
            let mut value = serde_json::to_value(surveyed).unwrap();
            change(&mut value);
            let decoded = decode_survey(&serde_json::to_vec(&value).unwrap(), &Limits::default(), false);
            assert_eq!(decoded.is_ok(), sound, "{decoded:?}");
        };
        check(|_| (), true);
        check(|s| s["survey"]["format"] = serde_json::json!({ "puids": ["fmt/18"], "basis": "signature" }), true);
        check(|s| s["survey"]["format"] = serde_json::json!({ "puids": ["../x"], "basis": "signature" }), false);
        check(|s| s["survey"]["drafts"] = serde_json::json!(["en mening ur filen"]), false);
        check(|s| s["survey"]["sketch"] = serde_json::json!([1, 2, 3]), false);
    }

    #[test]
    fn believes_only_texts_whose_rows_are_there() {
        let line = "Namn;Betyg\nAda;A\nBo;B\n";
        let text = Transcript::from(Examiner::default().read(line.as_bytes()));
        let check = |change: &dyn Fn(&mut Transcript), sound: bool| {
            let mut text = text.clone();
            change(&mut text);
            let bytes = serde_json::to_vec(&text).unwrap();
            assert_eq!(decode_text(&bytes, &Limits::default(), false).is_ok(), sound, "{text:?}");
        };
        let failure = || Failure { code: "x".into(), words: "y".repeat(9_000) };
        check(&|_| (), true);
        check(&|text| text.text.tables.clear(), false);
        check(&|text| text.text.blocks[1].text.clear(), false);
        check(&|text| text.text.blocks[1].row.as_mut().unwrap().table = 9, false);
        check(&|text| text.error = Some(failure()), false);
    }

    proptest! {
        #[test]
        fn decodes_whatever_comes(reply in proptest::collection::vec(any::<u8>(), 0..512)) {
            let limits = Limits::default();
            let _ = decode(&reply, &limits, false);
            let _ = decode_text(&reply, &limits, false);
            let _ = decode_survey(&reply, &limits, false);
        }

        #[test]
        fn survives_a_flipped_byte(at in any::<prop::sample::Index>(), with in any::<u8>()) {
            let mut reply = bytes(|_| ());
            let at = at.index(reply.len());
            reply[at] = with;
            let _ = decode(&reply, &Limits::default(), false);
        }

        /// Whatever a worker says in the shape of a record: what is believed keeps the promises.
        #[test]
        fn no_promise_is_broken_by_a_sound_looking_lie(
            verdict in prop::sample::select(Verdict::ALL.to_vec()),
            status in prop::sample::select(Status::ALL.to_vec()),
            masked in "[0-9•a-z-]{0,12}",
            value in prop::option::of("[0-9]{0,8}"),
        ) {
            let reply = bytes(|r| {
                r["verdict"] = verdict.id().into();
                r["status"] = status.id().into();
                r["findings"][0]["masked"] = masked.clone().into();
                r["findings"][0]["value"] = value.clone().into();
            });
            if let Ok(record) = decode(&reply, &Limits::default(), false) {
                let told: Vec<&str> = record.findings.iter().map(|finding| finding.masked.as_str()).collect();
                prop_assert!(!told.concat().contains(|c: char| c.is_ascii_digit()));
                prop_assert!(record.findings.iter().all(|finding| finding.value.is_none()));
                prop_assert!(record.verdict != Verdict::Open || record.status == Status::Ok);
            }
        }
    }
}
