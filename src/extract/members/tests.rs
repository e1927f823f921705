use std::io::Write as _;

use super::*;
use crate::document::Text;
use crate::examine::Examiner;
use crate::extract::testing::{ZipPart, lines, read as examine, zip};
use crate::record::{Record, Status, Verdict};

/// A TAR with those files, the names longer than a header holds written as GNU tar does.
fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, content) in files {
        if name.len() > 100 {
            archive.extend(entry("././@LongLink", name.as_bytes(), b'L'));
            archive.extend(entry(&name[..100], content, b'0'));
        } else {
            archive.extend(entry(name, content, b'0'));
        }
    }
    archive.extend([0; 1024]);
    archive
}

fn entry(name: &str, content: &[u8], kind: u8) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    header.extend(content);
    header.resize(header.len().div_ceil(512) * 512, 0);
    header
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut writer = flate2::GzBuilder::new().filename("brev.txt").write(Vec::new(), flate2::Compression::best());
    writer.write_all(content).unwrap();
    writer.finish().unwrap()
}

/// A 7-Zip archive with those files in one block, or one each.
fn seven(files: &[(&str, &[u8])], solid: bool) -> Vec<u8> {
    let mut writer = sevenz_rust2::ArchiveWriter::new(std::io::Cursor::new(Vec::new())).unwrap();
    let entry = sevenz_rust2::ArchiveEntry::new_file;
    if solid {
        let entries = files.iter().map(|(name, _)| entry(name)).collect();
        let contents = files.iter().map(|(_, content)| std::io::Cursor::new(*content).into()).collect();
        writer.push_archive_entries(entries, contents).unwrap();
    } else {
        for (name, content) in files {
            writer.push_archive_entry(entry(name), Some(std::io::Cursor::new(*content))).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

fn record(bytes: &[u8]) -> Record {
    Examiner::default().examine(bytes)
}

fn text(bytes: &[u8]) -> Text {
    examine(bytes).text
}

const NUMBER: &[u8] = b"Elev: 19900101-2385";

#[test]
fn every_archive_is_gone_through() {
    let long = "mapp/".repeat(30) + "b.txt";
    let files: [(&str, &[u8]); 2] = [("a.txt", b"ett"), (&long, b"tv\xC3\xA5")];
    let zipped = zip(&[ZipPart::text("a.txt", "ett"), ZipPart::text(&long, "två")]);
    for bytes in [zipped, tar(&files), gzip(&tar(&files)), seven(&files, true), seven(&files, false)] {
        let record = record(&bytes);
        let names: Vec<&str> = record.members.iter().map(|member| member.name.as_str()).collect();
        assert_eq!(names, ["a.txt", &long]);
        assert_eq!((record.status, record.units, record.units_read), (Status::Ok, 2, 2));
        let said = lines(&text(&bytes));
        assert_eq!(said.len(), 4, "{said:?}");
        assert_eq!(said[1], "attachment a.txt > body paragraph 1: ett");
    }
    assert_eq!(record(&gzip(b"hej")).members[0].name, "brev.txt");
}

#[test]
fn an_archive_is_as_restrictive_as_its_most_restrictive_member() {
    let inner = zip(&[ZipPart::bytes("elev.txt", NUMBER)]);
    let record = record(&zip(&[ZipPart::text("a.txt", "Mötet är öppet."), ZipPart::bytes("inre.zip", &inner)]));
    assert_eq!(record.verdict, Verdict::Sensitive);
    let verdicts: Vec<Verdict> = record.members.iter().map(|member| member.record.verdict).collect();
    assert_eq!(verdicts, [Verdict::Open, Verdict::Sensitive]);
    assert_eq!(record.reasons[0].findings[0].place.within, ["inre.zip", "elev.txt"]);
    assert_eq!(record.members[1].record.members[0].record.findings[0].place.within, [""; 0]);
    assert_eq!(record.counts.values().sum::<u32>(), record.members[1].record.counts.values().sum::<u32>());
}

#[test]
fn a_member_that_is_not_read_keeps_the_archive_from_being_open() {
    let unknown = zip(&[ZipPart::text("a.txt", "hej"), ZipPart::bytes("b.bin", &[0, 1, 2, 3, 0xFF, 0])]);
    let record = self::record(&unknown);
    assert_eq!((record.verdict, record.status), (Verdict::Undetermined, Status::Partial));
    assert_eq!(
        (record.gaps[0].cause, &*record.gaps[0].place.within),
        (Cause::EmbeddedUnread, &["b.bin".to_owned()][..])
    );
    let cut = &tar(&[("a.txt", &[b'x'; 2000])])[..1000];
    let record = self::record(cut);
    assert_eq!((record.verdict, record.gaps[0].cause), (Verdict::Undetermined, Cause::PartDamaged));
}

#[test]
fn what_only_a_desktop_wrote_does_not_count() {
    let parts = [
        ZipPart::text("a.txt", "hej"),
        ZipPart::text("tom.txt", ""),
        ZipPart::bytes("__MACOSX/._a.txt", &[0, 5, 0x16, 7, 0]),
    ];
    let record = record(&zip(&parts));
    assert_eq!((record.verdict, record.members.len()), (Verdict::Open, 1));
}

#[test]
fn limits_end_an_archive_and_are_said() {
    let mut nested = NUMBER.to_vec();
    for _ in 0..8 {
        nested = zip(&[ZipPart::bytes("inre.zip", &nested)]);
    }
    let deep = record(&nested);
    assert_eq!((deep.verdict, deep.gaps[0].cause), (Verdict::Undetermined, Cause::Limit));
    let zeros = vec![0; 8 << 20];
    for bomb in [gzip(&zeros), seven(&[("a", &zeros)], true)] {
        let bomb = record(&bomb);
        assert_eq!((bomb.verdict, bomb.error.as_deref()), (Verdict::Undetermined, Some("limit:inflation")));
    }
    let limits = Limits { archive_entries: 1, ..Limits::default() };
    let examiner = Examiner { limits, ..Examiner::default() };
    let many = examiner.examine(&tar(&[("a.txt", NUMBER), ("b.txt", b"x")]));
    assert_eq!((many.verdict, many.status, many.members.len()), (Verdict::Sensitive, Status::Limit, 1));
}

#[test]
fn a_cut_or_damaged_archive_is_survived() {
    let files: [(&str, &[u8]); 2] = [("a.txt", NUMBER), ("b.txt", NUMBER)];
    let zipped = zip(&[ZipPart::bytes("a.txt", NUMBER)]);
    let seven = seven(&files, true);
    for (bytes, told) in [(tar(&files), 512), (gzip(&tar(&files)), 3), (zipped, 4), (seven, 6)] {
        // The last block of a TAR only fills it up.
        for end in (told..bytes.len() - 512 * usize::from(told == 512)).step_by(23) {
            let cut = record(&bytes[..end]);
            assert!(cut.verdict != Verdict::Open, "{end} of {}", bytes.len());
        }
        for at in (0..bytes.len()).step_by(7) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0xFF;
            let _ = record(&damaged);
        }
    }
}

#[test]
fn a_zip_without_its_directory_is_read_by_member() {
    let bytes = zip(&[ZipPart::bytes("elev.txt", NUMBER), ZipPart::text("b.txt", &"hej ".repeat(100))]);
    let directory = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
    for (end, members) in [(directory, 2), (directory - 5, 2), (60, 1)] {
        let cut = record(&bytes[..end]);
        assert_eq!(
            (cut.verdict, cut.status, cut.members.len()),
            (Verdict::Sensitive, Status::Partial, members),
            "{end}"
        );
        assert_eq!(cut.error.as_deref(), Some("corrupt"));
    }
}
