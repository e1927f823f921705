//! Every limit can be set, has a name when it is hit, and keeps what was found before it.

use aktsam::examine::Examiner;
use aktsam::limits::Limits;
use aktsam::record::{Record, Status, Verdict};

use super::office::{docx, paragraph, zip};
use super::{PLANTED, pdf};

fn examine(change: impl FnOnce(&mut Limits), bytes: &[u8]) -> Record {
    let mut limits = Limits::default();
    change(&mut limits);
    Examiner { limits, ..Examiner::default() }.examine(bytes)
}

type Change = fn(&mut Limits);

#[test]
fn each_limit_is_named_and_keeps_what_was_found() {
    let line = format!("Elev: {PLANTED}\n");
    let text = format!("{line}{}", "Handling om badplatser i kommunen.\n".repeat(200_000));
    let deep =
        format!("{}{}<w:p/>{}", paragraph(), "<w:tbl><w:tr><w:tc>".repeat(30), "</w:tc></w:tr></w:tbl>".repeat(30));
    let mut noise = String::new();
    for number in 0..200_000_u64 {
        noise += &format!("{:x} ", number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    }
    let two = zip(&[("a.txt", line.as_bytes()), ("b.txt", noise.as_bytes()), ("c.txt", noise.as_bytes())]);
    let pages = pdf::with(|pdf| pdf.set(2, "<</Type/Pages/Kids[3 0 R 6 0 R]/Count 2>>".to_owned()));
    let nested = zip(&[("a.txt", line.as_bytes()), ("b.zip", &zip(&[("c.txt", b"Badet")]))]);
    let spread = format!("{line}{}", ";x".repeat(3_000_000));
    let cases: [(&str, Change, &[u8]); 7] = [
        ("limit:output", |limits| limits.text_bytes = 4_000, text.as_bytes()),
        ("limit:cpu", |limits| limits.cpu_seconds = 0, text.as_bytes()),
        ("limit:depth", |limits| limits.depth = 20, &docx(&deep)),
        ("limit:inflation", |limits| limits.inflated_bytes = 2 << 20, &two),
        ("limit:count", |limits| limits.archive_entries = 2, &two),
        ("limit:output", |limits| limits.text_bytes = 100, spread.as_bytes()),
        ("gap", |limits| limits.archive_depth = 1, &nested),
    ];
    for (code, change, bytes) in cases {
        let record = examine(change, bytes);
        let seen =
            format!("{code}: {:?} {:?} {:?} {:?}", record.verdict, record.status, record.error, record.gaps.first());
        if code == "gap" {
            assert!(record.status == Status::Partial && !record.gaps.is_empty(), "{seen}");
        } else {
            assert_eq!((record.error.as_deref(), record.status), (Some(code), Status::Limit), "{seen}");
        }
        // The directory of a ZIP tells at once that there is too much in it: nothing is read then.
        let least = if code == "limit:count" { Verdict::Undetermined } else { Verdict::Sensitive };
        assert!(record.verdict >= least, "{seen}");
    }
    let record = examine(|limits| limits.pages = 1, &pages);
    assert!(record.verdict >= Verdict::Sensitive, "{record:?}");
}

#[test]
fn findings_over_the_limit_are_counted_and_not_kept() {
    let record = examine(|limits| limits.findings = 3, format!("Elev: {PLANTED}\n").repeat(50).as_bytes());
    let (entity, count) = record.counts.iter().next().unwrap();
    assert_eq!((*count, record.findings.iter().filter(|f| f.entity == *entity).count()), (50, 3));
}
