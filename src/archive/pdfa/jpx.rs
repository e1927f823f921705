//! What the header of a JPEG 2000 image says of its colours (ISO/IEC 15444-1, annex I).

use lopdf::{Dictionary, Object, Stream};

use super::Context;

/// Boxes of one level that are looked at.
const BOXES: usize = 64;

/// One, three or four channels of 1 to 38 bits each; a colour space the standard knows, or, of
/// several, one that is marked as the best (ISO 19005-2, 6.2.8.3).
pub(super) fn images_hold(context: &Context) -> bool {
    context.graph.streams.iter().filter(|stream| is_jpx(context, stream)).all(|stream| holds(stream))
}

fn is_jpx(context: &Context, stream: &Stream) -> bool {
    let dictionary: &Dictionary = &stream.dict;
    matches!(dictionary.get(b"Filter").map(|filter| filter.as_array().map_or(filter, |all| all.last().unwrap_or(filter))),
        Ok(Object::Name(name)) if name == b"JPXDecode")
        && context.used.drawn.contains(&super::content::address(dictionary))
}

fn holds(stream: &Stream) -> bool {
    let Some(header) = boxes(&stream.content).into_iter().find(|(kind, _)| kind == b"jp2h") else { return true };
    let inside = boxes(header.1);
    let own_colours = stream.dict.has(b"ColorSpace") || colours_hold(&inside);
    own_colours && channels_hold(&inside)
}

type Boxed<'a> = ([u8; 4], &'a [u8]);

fn boxes(mut bytes: &[u8]) -> Vec<Boxed<'_>> {
    let mut found = Vec::new();
    while let (Some(size), Some(kind)) = (four(bytes, 0), four(bytes, 4)) {
        let size = match u32::from_be_bytes(size) as usize {
            0 => bytes.len(),
            size => size.min(bytes.len()),
        };
        if size < 8 || found.len() == BOXES {
            break;
        }
        found.push((kind, &bytes[8..size]));
        bytes = &bytes[size..];
    }
    found
}

fn four(bytes: &[u8], at: usize) -> Option<[u8; 4]> {
    bytes.get(at..at + 4)?.try_into().ok()
}

fn channels_hold(header: &[Boxed<'_>]) -> bool {
    let of_kind = |kind: &[u8; 4]| header.iter().find(|(own, _)| own == kind).map(|(_, content)| *content);
    let Some(image) = of_kind(b"ihdr") else { return true };
    let channels = image.get(8..10).map_or(0, |count| u16::from_be_bytes([count[0], count[1]]));
    let depth = |byte: u8| (1..=38).contains(&((byte & 0x7f) + 1));
    let depths_hold = match (image.get(10), of_kind(b"bpcc")) {
        // Each channel has a depth of its own: they must all be the same.
        (Some(255), Some(own)) => own.first().is_none_or(|first| depth(*first) && own.iter().all(|one| one == first)),
        (Some(255), None) | (None, _) => true,
        (Some(byte), _) => depth(*byte),
    };
    matches!(channels, 1 | 3 | 4) && depths_hold
}

/// `CIEJab`, an enumerated colour space that is not allowed.
const CIE_JAB: [u8; 4] = [0, 0, 0, 19];

fn colours_hold(header: &[Boxed<'_>]) -> bool {
    let specifications: Vec<&[u8]> = header.iter().filter(|(kind, _)| kind == b"colr").map(|(_, own)| *own).collect();
    let best = || specifications.iter().filter(|one| one.get(2) == Some(&1)).count() == 1;
    let known = specifications.iter().all(|one| match one.first() {
        Some(1) => four(one, 3) != Some(CIE_JAB),
        Some(2 | 3) => true,
        _ => false,
    });
    known && (specifications.len() <= 1 || best())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
        [&u32::try_from(content.len() + 8).unwrap().to_be_bytes()[..], &kind, content].concat()
    }

    fn check(channels: u8, depth: u8, colours: &[&[u8]], expected: bool) {
        let image = [&[0, 0, 0, 1, 0, 0, 0, 1, 0][..], &[channels, depth, 7, 0, 0]].concat();
        let mut header = boxed(*b"ihdr", &image);
        for colour in colours {
            header.extend(boxed(*b"colr", colour));
        }
        let file = [boxed(*b"jP  ", b"\r\n\x87\n"), boxed(*b"jp2h", &header)].concat();
        assert_eq!(holds(&Stream::new(Dictionary::new(), file.clone())), expected, "{channels} {depth} {colours:?}");
        for end in 0..file.len() {
            let _ = holds(&Stream::new(Dictionary::new(), file[..end].to_vec()));
        }
    }

    #[test]
    fn tells_channels_depths_and_colours() {
        let (rgb, jab): (&[u8], &[u8]) = (&[1, 0, 0, 0, 0, 0, 16], &[1, 0, 0, 0, 0, 0, 19]);
        check(3, 7, &[rgb], true);
        check(2, 7, &[rgb], false);
        check(3, 40, &[rgb], false);
        check(3, 7, &[jab], false);
        check(3, 7, &[&[4, 0, 0, 1]], false);
        check(3, 7, &[rgb, rgb], false);
        check(3, 7, &[rgb, &[2, 0, 1, 9]], true);
    }
}
