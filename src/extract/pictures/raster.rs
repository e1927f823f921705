//! Picture files as shades of grey: PNG, JPEG, WebP, GIF, BMP and every page of a TIFF.

use std::io::Cursor;

use image::{ImageReader, Limits as Bounds};
use tiff::ColorType;
use tiff::decoder::{Decoder, DecodingResult, Limits as TiffBounds};
use tiff::tags::Tag;

use crate::error::{FileError, Limit};
use crate::limits::Limits;
use crate::ocr::Grey;

/// What a picture that does not say is taken for, in pixels per inch.
const DPI: u32 = 300;

/// How many pictures the file holds.
pub(super) fn count(bytes: &[u8], limits: &Limits) -> Result<u32, FileError> {
    if !is_tiff(bytes) {
        return Ok(1);
    }
    let mut decoder = tiff(bytes, limits).ok_or(FileError::Corrupt("the picture's header is damaged"))?;
    let mut count = 1;
    while decoder.more_images() && decoder.next_image().is_ok() {
        count += 1;
        if count as usize > limits.pages {
            return Err(FileError::Limit(Limit::Count));
        }
    }
    Ok(count)
}

/// Picture `page` (from 1) of the file; `None` when it is damaged or too large.
pub(super) fn decode(bytes: &[u8], page: u32, limits: &Limits) -> Option<Grey> {
    if is_tiff(bytes) {
        return tiff_page(bytes, page, limits);
    }
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut bounds = Bounds::default();
    bounds.max_image_width = Some(limits.image_side);
    bounds.max_image_height = Some(limits.image_side);
    bounds.max_alloc = Some(limits.pixels.saturating_mul(4));
    reader.limits(bounds);
    let picture = reader.decode().ok()?;
    let pixels = u64::from(picture.width()) * u64::from(picture.height());
    // What is transparent is shown on white paper.
    let grey = picture.to_luma_alpha8();
    let shades = grey.pixels().map(|p| on_white(p.0[0], p.0[1])).collect();
    (pixels <= limits.pixels).then(|| Grey { width: grey.width(), height: grey.height(), pixels: shades, dpi: DPI })
}

fn on_white(shade: u8, alpha: u8) -> u8 {
    let (shade, alpha) = (u32::from(shade), u32::from(alpha));
    u8::try_from((shade * alpha + 255 * (255 - alpha)) / 255).unwrap_or(255)
}

fn is_tiff(bytes: &[u8]) -> bool {
    [b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"].iter().any(|magic| bytes.starts_with(*magic))
}

fn tiff<'a>(bytes: &'a [u8], limits: &Limits) -> Option<Decoder<Cursor<&'a [u8]>>> {
    let mut bounds = TiffBounds::default();
    bounds.decoding_buffer_size = usize::try_from(limits.pixels.saturating_mul(4)).unwrap_or(usize::MAX);
    Some(Decoder::new(Cursor::new(bytes)).ok()?.with_limits(bounds))
}

fn tiff_page(bytes: &[u8], page: u32, limits: &Limits) -> Option<Grey> {
    let mut decoder = tiff(bytes, limits)?;
    for _ in 1..page {
        decoder.next_image().ok()?;
    }
    let (width, height) = decoder.dimensions().ok()?;
    if u64::from(width) * u64::from(height) > limits.pixels || width.max(height) > limits.image_side {
        return None;
    }
    let resolution = decoder.find_tag(Tag::XResolution).ok().flatten().and_then(|value| value.into_f32().ok());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded before")]
    let dpi = resolution.filter(|dpi| (50.0..=2400.0).contains(dpi)).map_or(DPI, |dpi| dpi as u32);
    let color = decoder.colortype().ok()?;
    let DecodingResult::U8(samples) = decoder.read_image().ok()? else { return None };
    let pixels = shades(&samples, color, width)?;
    Some(Grey { width, height, pixels, dpi }).filter(|grey| grey.pixels.len() == width as usize * height as usize)
}

/// The samples of a TIFF as shades.
fn shades(samples: &[u8], color: ColorType, width: u32) -> Option<Vec<u8>> {
    let mean = |samples: &[u8]| {
        let sum: u32 = samples.iter().take(3).map(|sample| u32::from(*sample)).sum();
        u8::try_from(sum / 3).unwrap_or(255)
    };
    Some(match color {
        ColorType::Gray(8) => samples.to_vec(),
        ColorType::Gray(1) => bits(samples, width),
        ColorType::GrayA(8) => samples.chunks_exact(2).map(|pair| pair[0]).collect(),
        ColorType::RGB(8) => samples.chunks_exact(3).map(mean).collect(),
        ColorType::RGBA(8) => samples.chunks_exact(4).map(mean).collect(),
        ColorType::CMYK(8) => {
            samples.chunks_exact(4).map(|ink| mean(ink).saturating_add(ink[3])).map(|ink| 255 - ink).collect()
        }
        _ => return None,
    })
}

/// One bit a pixel, rows filled up to whole bytes.
fn bits(samples: &[u8], width: u32) -> Vec<u8> {
    let row = (width as usize).div_ceil(8).max(1);
    let pixels = samples.chunks_exact(row).flat_map(|row| {
        let shade =
            move |x: usize| row.get(x / 8).map_or(255, |byte| if byte >> (7 - x % 8) & 1 == 1 { 255 } else { 0 });
        (0..width as usize).map(shade)
    });
    pixels.collect()
}
