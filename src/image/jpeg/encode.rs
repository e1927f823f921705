//! From coefficients to a baseline file (T.81, annex F.1).

use super::huffman::{Table, Tables};
use super::{Picture, ZIGZAG};

/// Occurrences of symbols, by table.
struct Counts {
    dc: [[u32; 256]; 2],
    ac: [[u32; 256]; 2],
}

/// A component's tables: the first for luma, the second for the others.
fn class(component: usize, components: usize) -> usize {
    usize::from(component > 0 && components > 1)
}

/// Codes the picture that was taken out of `source`, keeping every other
/// segment of it as it stands. A picture that was progressive becomes baseline.
/// `None` when a coefficient is beyond what baseline can hold.
pub(crate) fn encode(picture: &Picture, source: &[u8]) -> Option<Vec<u8>> {
    let mut counts = Counts { dc: [[0; 256]; 2], ac: [[0; 256]; 2] };
    let mut counter = |event: Event| {
        match event {
            Event::Dc(class, symbol, ..) => counts.dc[class][usize::from(symbol)] += 1,
            Event::Ac(class, symbol, ..) => counts.ac[class][usize::from(symbol)] += 1,
            Event::Restart(_) => {}
        }
        Some(())
    };
    walk(picture, &mut counter)?;
    let tables = match own_tables(picture, &counts) {
        Some(tables) => tables,
        None => optimal_tables(picture, &counts)?,
    };
    let mut out = Vec::with_capacity(source.len() + (source.len() >> 4) + 4096);
    headers(picture, source, &tables, &mut out)?;
    let mut bits = Bits { out, held: 0, count: 0 };
    let mut writer = |event: Event| {
        match event {
            Event::Dc(class, symbol, bits_of, size) => bits.symbol(tables.dc[class].as_ref()?, symbol, bits_of, size),
            Event::Ac(class, symbol, bits_of, size) => bits.symbol(tables.ac[class].as_ref()?, symbol, bits_of, size),
            Event::Restart(number) => {
                bits.flush();
                bits.out.extend([0xff, 0xd0 + number]);
            }
        }
        Some(())
    };
    walk(picture, &mut writer)?;
    bits.flush();
    bits.out.extend([0xff, 0xd9]);
    Some(bits.out)
}

/// The source's own tables in this coder's two classes, when they hold every symbol.
fn own_tables(picture: &Picture, counts: &Counts) -> Option<Tables> {
    let own = picture.tables.as_ref()?;
    let classes = if picture.components.len() > 1 { 2 } else { 1 };
    for class in 0..classes {
        let sufficient =
            own.dc[class].as_ref()?.covers(&counts.dc[class]) && own.ac[class].as_ref()?.covers(&counts.ac[class]);
        if !sufficient {
            return None;
        }
    }
    let mut tables = Tables::default();
    for class in 0..classes {
        tables.dc[class].clone_from(&own.dc[class]);
        tables.ac[class].clone_from(&own.ac[class]);
    }
    Some(tables)
}

fn optimal_tables(picture: &Picture, counts: &Counts) -> Option<Tables> {
    let mut tables = Tables::default();
    let classes = if picture.components.len() > 1 { 2 } else { 1 };
    for class in 0..classes {
        tables.dc[class] = Some(Table::optimal(&counts.dc[class])?);
        tables.ac[class] = Some(Table::optimal(&counts.ac[class])?);
    }
    Some(tables)
}

fn headers(picture: &Picture, source: &[u8], tables: &Tables, out: &mut Vec<u8>) -> Option<()> {
    out.extend([0xff, 0xd8]);
    for range in &picture.kept {
        out.extend_from_slice(source.get(range.clone())?);
    }
    frame(picture, source, out)?;
    for (class, list) in [(0u8, &tables.dc), (1, &tables.ac)] {
        for (id, table) in (0u8..).zip(list).filter_map(|(id, table)| Some((id, table.as_ref()?))) {
            out.extend([0xff, 0xc4]);
            out.extend(u16::try_from(19 + table.symbols.len()).ok()?.to_be_bytes());
            out.push(class << 4 | id);
            out.extend(table.counts);
            out.extend(&table.symbols);
        }
    }
    if picture.restart > 0 {
        out.extend([0xff, 0xdd, 0, 4]);
        out.extend(u16::try_from(picture.restart).ok()?.to_be_bytes());
    }
    let count = u8::try_from(picture.components.len()).ok()?;
    out.extend([0xff, 0xda, 0, 6 + 2 * count, count]);
    for (index, component) in picture.components.iter().enumerate() {
        let table = u8::try_from(class(index, picture.components.len())).ok()?;
        out.extend([component.id, table << 4 | table]);
    }
    out.extend([0, 63, 0]);
    Some(())
}

/// The source's frame header, as baseline when it was progressive.
fn frame(picture: &Picture, source: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let found = crate::image::container::segments(source)
        .into_iter()
        .find(|segment| (0xc0..=0xc2).contains(&segment.marker))?;
    let marker = if picture.frame == 0xc2 { 0xc0 } else { picture.frame };
    let length = u16::try_from(found.data.len() + 2).ok()?;
    out.extend([0xff, marker]);
    out.extend(length.to_be_bytes());
    out.extend_from_slice(source.get(found.data)?);
    Some(())
}

/// What the coder does next: a symbol of a class with its extra bits and their number.
enum Event {
    Dc(usize, u8, u32, u32),
    Ac(usize, u8, u32, u32),
    Restart(u8),
}

/// Goes through the picture in the order of the file.
#[inline]
fn walk(picture: &Picture, emit: &mut impl FnMut(Event) -> Option<()>) -> Option<()> {
    let first = picture.components.first()?;
    let (across, down) = (first.blocks_across / first.h, first.blocks_down / first.v);
    let mut predictions = [0i32; 4];
    let mut number = 0;
    for unit in 0..across * down {
        if picture.restart > 0 && unit > 0 && unit.is_multiple_of(picture.restart) {
            emit(Event::Restart(number))?;
            number = (number + 1) & 7;
            predictions = [0; 4];
        }
        for (index, component) in picture.components.iter().enumerate() {
            let class = class(index, picture.components.len());
            for y in 0..component.v {
                for x in 0..component.h {
                    let block = component.block(unit % across * component.h + x, unit / across * component.v + y)?;
                    let difference = i32::from(block[0]) - predictions[index];
                    predictions[index] = block[0].into();
                    let (bits, size) = sized(difference);
                    emit(Event::Dc(class, u8::try_from(size).ok()?, bits, size))?;
                    alternating(block, class, emit)?;
                }
            }
        }
    }
    Some(())
}

#[inline]
fn alternating(block: &[i16; 64], class: usize, emit: &mut impl FnMut(Event) -> Option<()>) -> Option<()> {
    let mut zeros = 0u8;
    for &natural in &ZIGZAG[1..] {
        let value = block[natural];
        if value == 0 {
            zeros += 1;
            continue;
        }
        while zeros > 15 {
            emit(Event::Ac(class, 0xf0, 0, 0))?;
            zeros -= 16;
        }
        let (bits, size) = sized(value.into());
        if size > 10 {
            return None;
        }
        emit(Event::Ac(class, zeros << 4 | u8::try_from(size).ok()?, bits, size))?;
        zeros = 0;
    }
    if zeros > 0 { emit(Event::Ac(class, 0, 0, 0)) } else { Some(()) }
}

/// A number's extra bits and how many they are (F.1.2.1).
#[inline]
fn sized(value: i32) -> (u32, u32) {
    let size = 32 - value.unsigned_abs().leading_zeros();
    let bits = if value < 0 { value - 1 } else { value };
    (bits.cast_unsigned() & ((1 << size) - 1), size)
}

struct Bits {
    out: Vec<u8>,
    held: u64,
    count: u32,
}

impl Bits {
    #[inline]
    fn symbol(&mut self, table: &Table, symbol: u8, bits: u32, size: u32) {
        let (code, length) = table.codes[usize::from(symbol)];
        self.put(u32::from(code), u32::from(length));
        self.put(bits, size);
    }

    #[inline]
    fn put(&mut self, bits: u32, count: u32) {
        self.held = self.held << count | u64::from(bits);
        self.count += count;
        while self.count >= 8 {
            let byte = u8::try_from(self.held >> (self.count - 8) & 0xff).unwrap_or_default();
            self.out.push(byte);
            if byte == 0xff {
                self.out.push(0);
            }
            self.count -= 8;
        }
    }

    /// Fills up the last byte with ones (F.1.2.3).
    fn flush(&mut self) {
        if self.count > 0 {
            let missing = 8 - self.count;
            self.put((1 << missing) - 1, missing);
        }
    }
}
