//! Characters of glyphs that the PDF does not name, from the fonts embedded in it.

use std::collections::HashMap;

use hayro_interpret::font::OutlineGlyph;
use skrifa::{FontRef, MetadataProvider};

/// The character maps of embedded fonts, turned around: from glyph to character.
#[derive(Debug, Default)]
pub(super) struct Charmaps {
    /// By the hash of the font's data; empty for a font without a map.
    maps: HashMap<u128, HashMap<u32, char>>,
}

impl Charmaps {
    /// The character that the font of `glyph` draws with it, when its data tells.
    pub(super) fn character(&mut self, glyph: &OutlineGlyph) -> Option<char> {
        let font = glyph.font_data()?;
        let data: &[u8] = font.data.as_ref().as_ref();
        let map = self.maps.entry(font.cache_key).or_insert_with(|| turned_around(data));
        map.get(&glyph.glyph_id().to_u32()).copied()
    }
}

fn turned_around(data: &[u8]) -> HashMap<u32, char> {
    let Ok(font) = FontRef::new(data) else { return HashMap::new() };
    let mut map = HashMap::new();
    for (code, glyph) in font.charmap().mappings() {
        // Symbol fonts map Latin codes into a private area (OpenType, cmap, platform 3 encoding 0).
        let code = if (0xf020..=0xf0ff).contains(&code) { code - 0xf000 } else { code };
        if let Some(character) = char::from_u32(code).filter(|c| !c.is_control()) {
            map.entry(glyph.to_u32()).or_insert(character);
        }
    }
    map
}
