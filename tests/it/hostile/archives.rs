//! Archives that hold more than they list, or list it in ways that readers pass by.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::Expect::{Any, Found, FoundOrSaid, Said};
use super::office::zip;
use super::office_hidden::hidden_member;
use super::{Case, PLANTED, case};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = zips();
    cases.extend(tars());
    cases.extend(gzips());
    cases
}

fn said() -> Vec<u8> {
    format!("Elev: {PLANTED}\n").into_bytes()
}

fn zips() -> Vec<Case> {
    let said = said();
    let harmless = zip(&[("a.txt", b"Badet har nya tider.")]);
    let fork = [&b"\x00\x05\x16\x07\x00\x02\x00\x00"[..], &said].concat();
    let commented = {
        let mut file = harmless.clone();
        let at = file.len() - 2;
        file[at..].copy_from_slice(&u16::try_from(said.len()).unwrap().to_le_bytes());
        [file, said.clone()].concat()
    };
    let mut method = zip(&[("a.txt", &said)]);
    for at in 0..method.len() - 12 {
        let header = &method[at..at + 4];
        let offset = if header == b"PK\x03\x04" {
            8
        } else if header == b"PK\x01\x02" {
            10
        } else {
            continue;
        };
        method[at + offset..at + offset + 2].copy_from_slice(&98_u16.to_le_bytes());
    }
    let inner = zip(&[("a.txt", &said)]);
    vec![
        case("folder-with-content.zip", renamed(zip(&[("mapp1", &said)]), b"mapp1", b"mapp/"), FoundOrSaid),
        case("resource-fork-says.zip", zip(&[("a.txt", b"Badet"), ("__MACOSX/._a.txt", &fork)]), FoundOrSaid),
        case("comment.zip", commented, FoundOrSaid),
        case("member-not-listed.zip", hidden_member(&harmless, &said), FoundOrSaid),
        case("text-before.zip", [&said[..], &harmless].concat(), FoundOrSaid),
        case("program-before.zip", [&b"MZ\x90\0\x03\0\0\0"[..], &inner].concat(), FoundOrSaid),
        case("text-behind.zip", [&harmless[..], &said].concat(), FoundOrSaid),
        case("two-in-one.zip", [&inner[..], &harmless].concat(), FoundOrSaid),
        case("unknown-method.zip", method, Said),
        case("wrong-extension.zip", zip(&[("a.jpg", &said)]), Found),
        case("no-extension.zip", zip(&[("README", &said)]), Found),
        case("dot-file.zip", zip(&[(".secret", &said)]), Found),
        case("in-picture.jpg", [&b"\xff\xd8\xff\xd9"[..], &inner].concat(), FoundOrSaid),
        case("in-gif.gif", [&b"GIF89a\x01\0\x01\0\0\0\0;"[..], &inner].concat(), FoundOrSaid),
        case("in-text.txt", [&b"Badet har nya tider.\n".repeat(5_000)[..], &inner].concat(), FoundOrSaid),
        case("many-small.zip", many(9_000), Any),
        case("too-many.zip", many(12_000), Said),
        case(
            "mbox-in.zip",
            zip(&[(
                "post.mbox",
                &[b"From a@b.se Mon Jan 1 00:00:00 2024\nFrom: a@b.se\nTo: c@d.se\nSubject: x\n\n".as_slice(), &said]
                    .concat(),
            )]),
            Found,
        ),
    ]
}

fn renamed(mut file: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    for at in 0..=file.len() - from.len() {
        if &file[at..at + from.len()] == from {
            file[at..at + from.len()].copy_from_slice(to);
        }
    }
    file
}

fn many(count: usize) -> Vec<u8> {
    let names: Vec<String> = (0..count).map(|n| format!("{n}.txt")).collect();
    zip(&names.iter().map(|name| (name.as_str(), &b"Badet"[..])).collect::<Vec<_>>())
}

/// A TAR of entries: name, type, content.
pub(super) fn tar(entries: &[(&str, u8, &[u8])]) -> Vec<u8> {
    let mut file = Vec::new();
    for (name, kind, content) in entries {
        let mut header = [0_u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..107].copy_from_slice(b"0000644");
        header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        header[156] = *kind;
        header[257..263].copy_from_slice(b"ustar\0");
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        file.extend(header);
        file.extend_from_slice(content);
        file.resize(file.len().div_ceil(512) * 512, 0);
    }
    file.resize(file.len() + 1024, 0);
    file
}

fn tars() -> Vec<Case> {
    let said = said();
    let harmless = tar(&[("a.txt", b'0', b"Badet")]);
    vec![
        case("plain.tar", tar(&[("a.txt", b'0', &said)]), Found),
        case("old-type.tar", tar(&[("a.txt", 0, &said)]), Found),
        case("contiguous.tar", tar(&[("a.txt", b'7', &said)]), Found),
        case("unknown-type.tar", tar(&[("a.txt", b'0', b"Badet"), ("b.txt", b'Q', &said)]), FoundOrSaid),
        case("link-with-content.tar", tar(&[("a.txt", b'0', b"Badet"), ("b.txt", b'2', &said)]), FoundOrSaid),
        case("behind-the-end.tar", [&harmless[..], &tar(&[("b.txt", b'0', &said)])].concat(), FoundOrSaid),
        case("text-behind.tar", [&harmless[..], &said].concat(), FoundOrSaid),
        case("padded.tar", [&harmless[..], &[0; 9 * 1024]].concat(), Any),
        case("size-lies.tar", renamed(tar(&[("a.txt", b'0', &said)]), b"00000000024", b"77777777777"), FoundOrSaid),
    ]
}

pub(super) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn gzips() -> Vec<Case> {
    let said = said();
    let deep = (0..9).fold(gzip(&said), |inner, _| gzip(&inner));
    vec![
        case("plain.gz", gzip(&said), Found),
        case("twice.gz", gzip(&gzip(&said)), Found),
        case("ten-times.gz", deep, FoundOrSaid),
        case("tar.gz", gzip(&tar(&[("a.txt", b'0', &said)])), Found),
        case("zip.gz", gzip(&zip(&[("a.txt", &said)])), Found),
        case("two-members.gz", [gzip(b"Badet\n"), gzip(&said)].concat(), Found),
        case("text-behind.gz", [gzip(b"Badet\n"), said.clone()].concat(), FoundOrSaid),
        case("zip-behind.gz", [gzip(b"Badet\n"), zip(&[("a.txt", &said)])].concat(), FoundOrSaid),
        case("cut.gz", gzip(&said.repeat(100))[..40].to_vec(), FoundOrSaid),
        case("bomb.gz", gzip(&vec![b'a'; 300 << 20]), Said),
        case("bomb-in-bomb.gz", gzip(&gzip(&vec![b'a'; 300 << 20])), Said),
        case("bzip2.bz2", b"BZh91AY&SY\x94$|\x0e\0\0\0\x81\0\x03@".to_vec(), Said),
        case("xz.xz", b"\xfd7zXZ\0\0\x04\xe6\xd6\xb4F\x02\0!\x01".to_vec(), Said),
        case("zstd.zst", b"\x28\xb5\x2f\xfd\x24\x05\x29\0\0Badet".to_vec(), Said),
        case("7z.7z", b"7z\xbc\xaf\x27\x1c\0\x04\0\0\0\0".to_vec(), Said),
        case("rar.rar", b"Rar!\x1a\x07\x01\0\x33\x92\xb5\xe5\x0a\x01\x05\x06".to_vec(), Said),
    ]
}
