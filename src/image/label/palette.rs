//! Room for the label's greys in a GIF's palette of at most 256 colours.

/// Red, green and blue.
pub(super) type Colour = [u8; 3];

/// How far apart two colours may be to be taken for the same, in each channel.
const SAME: u8 = 8;

/// A frame's palette, and how often its colours are used.
#[derive(Clone, Debug)]
pub(super) struct Palette {
    colours: Vec<Colour>,
    uses: [usize; 256],
    /// The index that shows what is beneath.
    pub transparent: Option<u8>,
    /// Colours that the label took, and may not lose again.
    taken: Vec<u8>,
    merges: Vec<(u8, u8)>,
    changed: bool,
    /// Whether a colour that was used gave way to one close to it.
    pub merged: bool,
}

impl Palette {
    pub(super) fn new(bytes: &[u8], transparent: Option<u8>) -> Self {
        let colours = bytes.chunks_exact(3).map(|three| [three[0], three[1], three[2]]).collect();
        let (taken, merges) = (Vec::new(), Vec::new());
        Self { colours, uses: [0; 256], transparent, taken, merges, changed: false, merged: false }
    }

    /// Counts the indices that stay.
    pub(super) fn count(&mut self, indices: impl Iterator<Item = u8>) {
        self.uses = [0; 256];
        for index in indices {
            self.uses[usize::from(index)] += 1;
        }
    }

    /// The greys' indices, in a palette that has or gets them.
    pub(super) fn greys<const N: usize>(&mut self, greys: &[u8; N]) -> Option<[u8; N]> {
        let mut indices = [0; N];
        for (place, &grey) in indices.iter_mut().zip(greys) {
            *place = self.has([grey; 3]).or_else(|| self.put([grey; 3]))?;
            self.taken.push(*place);
        }
        Some(indices)
    }

    /// The index that shows what is beneath, which the frame gets when it has none.
    pub(super) fn clear(&mut self) -> Option<u8> {
        if self.transparent.is_none() {
            self.transparent = Some(self.put([0; 3])?);
        }
        self.transparent
    }

    /// Indices that are to be replaced, each by another.
    pub(super) fn merges(&self) -> impl Iterator<Item = (u8, u8)> + '_ {
        self.merges.iter().copied()
    }

    /// Whether the frame needs this palette instead of the one it had.
    pub(super) fn is_changed(&self) -> bool {
        self.changed
    }

    /// The colours, three bytes each.
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.colours.concat()
    }

    fn has(&self, colour: Colour) -> Option<u8> {
        let same = |other: &Colour| other.iter().zip(colour).all(|(a, b)| a.abs_diff(b) <= SAME);
        (0u8..=255)
            .zip(&self.colours)
            .find(|(index, other)| Some(*index) != self.transparent && same(other))
            .map(|(index, _)| index)
    }

    /// A place for a colour: a new one, one that is not used, or that of the rarest.
    fn put(&mut self, colour: Colour) -> Option<u8> {
        self.changed = true;
        if let Ok(index) = u8::try_from(self.colours.len()) {
            self.colours.push(colour);
            return Some(index);
        }
        let free = |index: &u8| Some(*index) != self.transparent && !self.taken.contains(index);
        let index = (0u8..=255).filter(free).min_by_key(|index| self.uses[usize::from(*index)])?;
        if self.uses[usize::from(index)] > 0 {
            let nearest = self.nearest(index)?;
            self.merges.push((index, nearest));
            self.uses[usize::from(nearest)] += std::mem::take(&mut self.uses[usize::from(index)]);
            self.merged = true;
        }
        self.colours[usize::from(index)] = colour;
        Some(index)
    }

    fn nearest(&self, index: u8) -> Option<u8> {
        let colour = self.colours.get(usize::from(index))?;
        let distance =
            |other: &Colour| -> u32 { other.iter().zip(colour).map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum() };
        let others =
            (0u8..=255).zip(&self.colours).filter(|(other, _)| *other != index && Some(*other) != self.transparent);
        others.min_by_key(|(_, other)| distance(other)).map(|(index, _)| index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_palette_gives_up_its_rarest_colours() {
        let bytes: Vec<u8> = (0..=255u8).flat_map(|value| [value, 255 - value, 40]).collect();
        let mut palette = Palette::new(&bytes, Some(7));
        palette.count((0..=255).flat_map(|index| std::iter::repeat_n(index, 300 - usize::from(index))));
        let [black, white] = palette.greys(&[0, 255]).unwrap();
        assert!(palette.merged && palette.is_changed());
        let bytes = palette.bytes();
        assert_eq!(
            (&bytes[usize::from(black) * 3..][..3], &bytes[usize::from(white) * 3..][..3]),
            (&[0; 3][..], &[255; 3][..])
        );
        assert!(black != 7 && white != 7 && black != white);
        assert_eq!(palette.merges().count(), 2);
    }

    #[test]
    fn colours_that_are_there_are_used() {
        let mut palette = Palette::new(&[0, 0, 0, 250, 252, 255], None);
        assert_eq!(palette.greys(&[0, 255]), Some([0, 1]));
        assert!(!palette.is_changed());
        assert_eq!(palette.clear(), Some(2));
    }
}
