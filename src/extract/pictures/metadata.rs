//! What people wrote into a picture's metadata: EXIF, XMP, IPTC and comments.
//! Names of cameras and programs are not prose and are left to [`crate::image`].

use crate::document::{Kind, Part, Place, TextBuilder};
use crate::extract::xml::{Node, Xml, decode};
use crate::image::container::metadata;
use crate::image::provenance::Exif;
use crate::limits::Limits;

/// EXIF fields that name a product: Make, Model, Software (TIFF 6.0, section 8), HostComputer.
const PRODUCTS: &[u16] = &[0x010f, 0x0110, 0x0131, 0x013c];

/// XMP properties with prose, by their local names (XMP part 1, section 8; IPTC Photo Metadata 2023).
const PROPERTIES: &[&str] = &[
    "AltTextAccessibility",
    "CaptionWriter",
    "Credit",
    "Event",
    "ExtDescrAccessibility",
    "Headline",
    "ImageDescription",
    "Instructions",
    "Keywords",
    "Label",
    "Location",
    "PersonInImage",
    "Source",
    "UsageTerms",
    "UserComment",
    "creator",
    "description",
    "rights",
    "subject",
    "title",
];

/// Datasets of IPTC-IIM record 2 with prose: title, keywords, instructions, by-line and its title, city,
/// place, headline, credit, source, copyright, contact, caption, its writer (IIM 4.2, section 6).
const DATASETS: &[u8] = &[5, 25, 40, 80, 85, 90, 92, 105, 110, 115, 116, 118, 120, 122];

/// PNG keywords with prose (PNG third edition, 11.3.3.1); a comment of another format has none.
const KEYWORDS: &[&str] = &["", "Title", "Author", "Description", "Copyright", "Disclaimer", "Source", "Comment"];

/// Adds each field as a block, those that repeat another once.
pub(super) fn read(kind: Kind, bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) {
    let metadata = metadata(kind, bytes);
    let mut fields: Vec<String> = Vec::new();
    if let Some(block) = &metadata.exif {
        let texts = Exif::read(block).texts;
        fields.extend(texts.into_iter().filter(|(tag, _)| !PRODUCTS.contains(tag)).map(|(_, text)| text));
    }
    metadata.xmp.iter().for_each(|packet| xmp(packet, limits, &mut fields));
    if let Some(datasets) = &metadata.iptc {
        iptc(datasets, &mut fields);
    }
    let texts = metadata.texts.into_iter().filter(|(key, _)| KEYWORDS.contains(&key.as_str()));
    fields.extend(texts.map(|(_, text)| text));
    for (index, field) in fields.iter().enumerate() {
        if !fields.iter().take(index).any(|earlier| earlier.trim() == field.trim()) {
            builder.block(Place::part(Part::ImageMetadata), field);
        }
    }
}

/// The prose of an XMP packet, as far as it is well formed.
fn xmp(packet: &[u8], limits: &Limits, fields: &mut Vec<String>) {
    let text = decode(packet.to_vec()).0;
    let mut xml = Xml::new(&text, limits);
    let (mut within, mut said) = (0_u32, String::new());
    while let Ok(Some(node)) = xml.next() {
        match node {
            Node::Open(tag) => {
                within += u32::from(within > 0 || PROPERTIES.contains(&tag.name()));
                if tag.name() == "Description" {
                    fields.extend(PROPERTIES.iter().filter_map(|name| tag.attribute(name)));
                }
            }
            Node::Text(text) if within > 0 => said.push_str(&text),
            Node::Text(_) => {}
            Node::Close(_) => {
                within = within.saturating_sub(1);
                let said = std::mem::take(&mut said);
                fields.extend(Some(said).filter(|said| !said.trim().is_empty()));
            }
        }
    }
}

/// The prose among IPTC-IIM datasets: a mark, record, number, length and value each.
fn iptc(datasets: &[u8], fields: &mut Vec<String>) {
    let mut rest = datasets;
    while let [0x1c, record, number, high, low, after @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        // Lengths above 32 KiB are written in another way, and not in prose.
        let Some((value, after)) = after.split_at_checked(length) else { return };
        if *record == 2 && DATASETS.contains(number) {
            // Most writers put UTF-8 here whether they say so or not; the others Latin-1.
            let utf8 = std::str::from_utf8(value).map(str::to_owned);
            fields.push(utf8.unwrap_or_else(|_| encoding_rs::WINDOWS_1252.decode_without_bom_handling(value).0.into()));
        }
        rest = after;
    }
}
