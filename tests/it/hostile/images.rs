//! Images that lie about their size, loop and swell. None holds text to find,
//! so none may come out as read.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::Expect::{FoundOrSaid, Said};
use super::{Case, PLANTED, case};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = pngs();
    cases.extend(jpegs());
    cases.extend(others());
    cases
}

pub(super) fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&kind);
    crc.update(data);
    let length = u32::try_from(data.len()).unwrap();
    [&length.to_be_bytes()[..], &kind, data, &crc.finalize().to_be_bytes()].concat()
}

fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn png(width: u32, height: u32, more: &[Vec<u8>]) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    let pixels = deflate(&[0, 0].repeat(16));
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    file.extend(chunk(*b"IHDR", &header));
    file.extend(more.concat());
    file.extend(chunk(*b"IDAT", &pixels));
    file.extend(chunk(*b"IEND", &[]));
    file
}

fn pngs() -> Vec<Case> {
    let bomb = deflate(&vec![b'A'; 300 << 20]);
    let itxt = [&b"XML:com.adobe.xmp\0\x01\0\0\0"[..], &bomb].concat();
    let ztxt = [&b"parameters\0\0"[..], &bomb].concat();
    let iccp = [&b"icc\0\0"[..], &bomb].concat();
    let frames: Vec<Vec<u8>> = (0..10_000).map(|_| chunk(*b"fcTL", &[0; 26])).collect();
    let mut lying = png(1, 1, &[]);
    lying[8..12].copy_from_slice(&[0xff; 4]);
    let polyglot = [png(1, 1, &[]), b"%PDF-1.7\n<script>alert(1)</script>".to_vec()].concat();
    vec![
        case("pixel.png", png(1, 1, &[]), Said),
        case("dimension-bomb.png", png(0x7fff_ffff, 0x7fff_ffff, &[]), Said),
        case("zero-size.png", png(0, 0, &[]), Said),
        case("itxt-bomb.png", png(1, 1, &[chunk(*b"iTXt", &itxt)]), Said),
        case("ztxt-bomb.png", png(1, 1, &[chunk(*b"zTXt", &ztxt)]), Said),
        case("iccp-bomb.png", png(1, 1, &[chunk(*b"iCCP", &iccp)]), Said),
        case("chunk-length-lies.png", lying, Said),
        case("animation-lies.png", png(1, 1, &[chunk(*b"acTL", &[0xff; 8]), frames.concat()]), Said),
        case("polyglot.png", polyglot, Said),
        case("c2pa-garbage.png", png(1, 1, &[chunk(*b"caBX", &[0xff; 4096])]), Said),
        case("c2pa-nested.png", png(1, 1, &[chunk(*b"caBX", &b"\0\0\0\x08jumb".repeat(10_000))]), Said),
        case("exif-loop.png", png(1, 1, &[chunk(*b"eXIf", &exif_loop())]), Said),
    ]
}

/// A TIFF structure whose first directory points to itself, with counts that lie.
fn exif_loop() -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    tiff.extend_from_slice(&1_u16.to_le_bytes());
    tiff.extend_from_slice(&[0x0f, 0x01, 2, 0, 0xff, 0xff, 0xff, 0xff, 8, 0, 0, 0]);
    tiff.extend_from_slice(&8_u32.to_le_bytes());
    tiff
}

fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap();
    [&[0xff, marker][..], &length.to_be_bytes(), data].concat()
}

fn jpeg(segments: &[Vec<u8>]) -> Vec<u8> {
    [&b"\xff\xd8"[..], &segments.concat(), b"\xff\xd9"].concat()
}

fn jpegs() -> Vec<Case> {
    let frame = segment(0xc0, &[8, 0xff, 0xff, 0xff, 0xff, 1, 1, 0x11, 0]);
    let exif = segment(0xe1, &[&b"Exif\0\0"[..], &exif_loop()].concat());
    let scans: Vec<Vec<u8>> = (0..20_000).map(|_| segment(0xda, &[1, 1, 0, 0, 63, 0])).collect();
    let packet = [&b"http://ns.adobe.com/xap/1.0/\0"[..], &vec![b'<'; 60_000]].concat();
    let xmp: Vec<Vec<u8>> = (0..800).map(|_| segment(0xe1, &packet)).collect();
    let jumbf = segment(0xeb, &[&b"JP\0\x01\0\0\0\x01\xff\xff\xff\xffjumb"[..], &[0; 64]].concat());
    vec![
        case("start-only.jpg", b"\xff\xd8\xff".to_vec(), Said),
        case("dimension-bomb.jpg", jpeg(std::slice::from_ref(&frame)), Said),
        case("exif-loop.jpg", jpeg(&[exif]), Said),
        case("thousands-of-scans.jpg", jpeg(&[frame.clone(), scans.concat()]), Said),
        case("48-mb-xmp.jpg", jpeg(&[xmp.concat()]), Said),
        case("jumbf-length-lies.jpg", jpeg(&[jumbf]), Said),
        case("segment-beyond-end.jpg", b"\xff\xd8\xff\xe1\xff\xffExif".to_vec(), Said),
        case("truncated-scan.jpg", [&jpeg(&[frame])[..], &[0; 100]].concat(), Said),
    ]
}

fn others() -> Vec<Case> {
    let tiff_loop = exif_loop();
    let gif = [
        &b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff"[..],
        &b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0".repeat(10_000),
    ]
    .concat();
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><text>Elev: {PLANTED}</text><image href=\"file:///etc/passwd\"/></svg>"
    );
    let laughs = "<!DOCTYPE svg [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]><svg xmlns=\"http://www.w3.org/2000/svg\">&b;</svg>";
    vec![
        case("directory-loop.tif", tiff_loop, Said),
        case("big-endian-lies.tif", b"MM\0*\xff\xff\xff\xff".to_vec(), Said),
        case(
            "riff-lies.webp",
            b"RIFF\xff\xff\xff\xffWEBPVP8X\x0a\0\0\0\xff\0\0\0\xff\xff\xff\xff\xff\xff".to_vec(),
            Said,
        ),
        case("animation-lies.gif", gif, Said),
        case(
            "box-loop.avif",
            [&b"\0\0\0\x18ftypavif\0\0\0\0avifmif1"[..], &b"\0\0\0\0meta".repeat(100)].concat(),
            Said,
        ),
        case(
            "dimension-bomb.bmp",
            b"BM\xff\xff\xff\xff\0\0\0\0\x36\0\0\0\x28\0\0\0\xff\xff\xff\x7f\xff\xff\xff\x7f\x01\0\x20\0".to_vec(),
            Said,
        ),
        case("references.svg", svg, FoundOrSaid),
        case("entities.svg", laughs, super::Expect::Any),
    ]
}
