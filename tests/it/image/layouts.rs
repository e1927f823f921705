//! How labels look: measured on the pixels that a viewer shows, and kept as goldens.

use std::fs;
use std::io::Cursor;
use std::path::PathBuf;

use aktsam::document::Kind;
use aktsam::image::label::{Labelled, Position, Rectangle, Request, label};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, imageops};

/// WCAG 2.2, success criterion 1.4.3.
const CONTRAST: f64 = 4.5;
/// The narrowest that a picture is published.
const PUBLISHED: u32 = 320;

/// A picture that is hard on a label: light above, with tiles of strong colours.
fn picture(width: u32, height: u32, tile: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let share = y * 255 / height.max(1);
        let [a, b, c] = [255 - share / 3, 255 - share / 2, 200 - share / 2].map(|value| u8::try_from(value).unwrap());
        match (x / tile + y / tile) % 5 {
            0 => Rgb([255, 255, 255]),
            1 => Rgb([255, 240, 0]),
            _ => Rgb([a, b, c]),
        }
    })
}

fn coded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    DynamicImage::from(picture.clone()).write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

fn labelled(kind: Kind, bytes: &[u8], position: Position) -> (Labelled, RgbImage) {
    let labelled = label(kind, bytes, &Request { position, ..Request::default() }, false).unwrap();
    let shown = image::load_from_memory(&labelled.bytes).unwrap().to_rgb8();
    (labelled, shown)
}

/// Relative luminance (WCAG 2.2).
fn luminance(pixel: Rgb<u8>) -> f64 {
    let linear = pixel.0.map(|value| {
        let value = f64::from(value) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

/// Contrast between the letters' cores and the lightest of the plate around them.
fn contrast(shown: &RgbImage, area: &Rectangle) -> f64 {
    // Within the plate's padding, where no corner is.
    let inset = area.height() / 8;
    let mut values: Vec<f64> = (area.y.start + inset..area.y.end - inset)
        .flat_map(|y| (area.x.start + inset..area.x.end - inset).map(move |x| (x, y)))
        .map(|(x, y)| luminance(*shown.get_pixel(u32::try_from(x).unwrap(), u32::try_from(y).unwrap())))
        .collect();
    values.sort_by(f64::total_cmp);
    let (plate, text) = (values[values.len() * 6 / 10], values[values.len() * 98 / 100]);
    (text + 0.05) / (plate + 0.05)
}

#[test]
fn contrast_is_enough_on_every_layout_and_where_it_is_published_narrowest() {
    let sizes = [(1600, 1200), (1200, 1600), (1000, 1000), (1920, 1080), (360, 240), (2400, 800)];
    let positions = [Position::TopRight, Position::BottomLeft, Position::CropSafe, Position::Band];
    for (width, height) in sizes {
        let picture = picture(width, height, 16);
        for (kind, format) in [(Kind::Jpeg, ImageFormat::Jpeg), (Kind::Png, ImageFormat::Png)] {
            let bytes = coded(&picture, format);
            for position in positions {
                let case = format!("{width} × {height} {kind:?} {position:?}");
                let (labelled, shown) = labelled(kind, &bytes, position);
                let found = contrast(&shown, &labelled.area);
                assert!(found >= CONTRAST, "{case}: {found}");
                let legible = u32::try_from(labelled.legible_from).unwrap();
                assert!(position == Position::CropSafe || legible <= PUBLISHED, "{case}: from {legible}");
                let small = smaller(&shown, PUBLISHED.max(legible));
                let found = contrast(&small, &scaled(&labelled.area, shown.width(), small.width()));
                assert!(found >= CONTRAST, "{case} at {}: {found}", small.width());
            }
        }
    }
}

fn smaller(shown: &RgbImage, width: u32) -> RgbImage {
    let width = width.min(shown.width());
    let height = shown.height() * width / shown.width();
    imageops::resize(shown, width, height, imageops::FilterType::Triangle)
}

fn scaled(area: &Rectangle, from: u32, to: u32) -> Rectangle {
    let scale = |value: usize| value * usize::try_from(to).unwrap() / usize::try_from(from).unwrap();
    Rectangle { x: scale(area.x.start)..scale(area.x.end), y: scale(area.y.start)..scale(area.y.end) }
}

/// Width of a golden.
const GOLDEN: u32 = 300;

/// Looked at by people; renewed with `AKTSAM_RENEW_GOLDENS=1` and looked at again.
#[test]
fn layouts_look_as_they_did() {
    let cases: &[(&str, (u32, u32), Position)] = &[
        ("landscape-top-right", (1600, 1066), Position::TopRight),
        ("portrait-top-right", (1066, 1600), Position::TopRight),
        ("square-bottom-left", (1200, 1200), Position::BottomLeft),
        ("wide-top-left", (2000, 700), Position::TopLeft),
        ("landscape-crop-safe", (1600, 1066), Position::CropSafe),
        ("landscape-band", (1600, 1066), Position::Band),
        ("small-bottom-right", (300, 200), Position::BottomRight),
    ];
    for (name, (width, height), position) in cases {
        let bytes = coded(&picture(*width, *height, 16), ImageFormat::Jpeg);
        golden(name, &labelled(Kind::Jpeg, &bytes, *position).1);
    }
    for (fixture, name) in [
        ("jpeg-everything_camera.jpg", "rotated"),
        ("jpeg-grey_unknown.jpg", "grey"),
        ("jpeg-cmyk_unknown.jpg", "cmyk"),
        ("png-alpha_unknown.png", "transparent"),
        ("png-palette_unknown.png", "palette"),
        ("png-grey16_unknown.png", "grey16"),
        ("gif-animated_unknown.gif", "animation"),
    ] {
        let bytes = fs::read(super::fixture(fixture)).unwrap();
        let kind = aktsam::extract::sniff(&bytes);
        golden(name, &upright(&labelled(kind, &bytes, Position::TopRight)));
    }
}

/// The picture as a viewer shows it: turned, and on a page of grey where it is clear.
fn upright((labelled, _): &(Labelled, RgbImage)) -> RgbImage {
    let decoded = image::load_from_memory(&labelled.bytes).unwrap();
    let turned = decoded.height() != u32::try_from(labelled.size.1).unwrap();
    let decoded = if turned { decoded.rotate90() } else { decoded };
    let mut page = image::RgbaImage::from_pixel(decoded.width(), decoded.height(), image::Rgba([190, 190, 190, 255]));
    imageops::overlay(&mut page, &decoded.to_rgba8(), 0, 0);
    DynamicImage::from(page).to_rgb8()
}

fn golden(name: &str, shown: &RgbImage) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/image/goldens/{name}.png"));
    let small = smaller(shown, GOLDEN);
    if std::env::var_os("AKTSAM_RENEW_GOLDENS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        small.save(&path).unwrap();
    }
    assert!(path.exists(), "{name} has no golden; renew them");
    let kept = image::open(&path).unwrap().to_rgb8();
    assert_eq!(kept.dimensions(), small.dimensions(), "{name}");
    let sum: u64 = kept.iter().zip(small.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    let samples = kept.as_raw().len() as u64;
    assert!(sum < samples, "{name} differs from its golden by more than one in the mean: {sum} of {samples}");
}
