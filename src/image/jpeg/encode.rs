//! From coefficients to a baseline file (T.81, annex F.1).

use super::bits::Writer;
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
    let tables = optimal_tables(picture)?;
    let mut out = Vec::with_capacity(source.len() + (source.len() >> 4) + 4096);
    headers(picture, source, &tables, &mut out)?;
    let mut writer = Writer::new(out);
    let [luma, chroma] = [0, 1].map(|class| Some((tables.dc[class].as_ref()?, tables.ac[class].as_ref()?)));
    let classes = [luma?, chroma.or(luma)?];
    walk(picture, &mut |event: Event| match event {
        Event::Dc(class, symbol, extra, size) => writer.symbol(classes[class].0, symbol, extra, size),
        Event::Ac(class, symbol, extra, size) => writer.symbol(classes[class].1, symbol, extra, size),
        Event::Restart(number) => {
            writer.flush();
            writer.out.extend([0xff, 0xd0 + number]);
            Some(())
        }
    })?;
    writer.flush();
    writer.out.extend([0xff, 0xd9]);
    Some(writer.out)
}

/// The shortest tables for what the picture holds.
fn optimal_tables(picture: &Picture) -> Option<Tables> {
    let mut counts = Counts { dc: [[0; 256]; 2], ac: [[0; 256]; 2] };
    walk(picture, &mut |event: Event| {
        match event {
            Event::Dc(class, symbol, ..) => counts.dc[class][usize::from(symbol)] += 1,
            Event::Ac(class, symbol, ..) => counts.ac[class][usize::from(symbol)] += 1,
            Event::Restart(_) => {}
        }
        Some(())
    })?;
    let mut tables = Tables::default();
    for class in 0..classes(picture) {
        tables.dc[class] = Some(Table::optimal(&counts.dc[class])?);
        tables.ac[class] = Some(Table::optimal(&counts.ac[class])?);
    }
    Some(tables)
}

fn classes(picture: &Picture) -> usize {
    if picture.components.len() > 1 { 2 } else { 1 }
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

/// The source's frame header with the picture's size, as baseline when it was progressive.
fn frame(picture: &Picture, source: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let found = crate::image::container::segments(source)
        .into_iter()
        .find(|segment| (0xc0..=0xc2).contains(&segment.marker))?;
    let marker = if picture.frame == 0xc2 { 0xc0 } else { picture.frame };
    out.extend([0xff, marker]);
    out.extend(u16::try_from(found.data.len() + 2).ok()?.to_be_bytes());
    out.extend_from_slice(source.get(found.data.start..found.data.start + 1)?);
    out.extend(u16::try_from(picture.height).ok()?.to_be_bytes());
    out.extend(u16::try_from(picture.width).ok()?.to_be_bytes());
    out.extend_from_slice(source.get(found.data.start + 5..found.data.end)?);
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
    let (across, down) = picture.units();
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
            for (x, y) in (0..component.v).flat_map(|y| (0..component.h).map(move |x| (x, y))) {
                let block = component.block(unit % across * component.h + x, unit / across * component.v + y)?;
                let mean = i32::from(block[0]);
                let (bits, size) = sized(mean - std::mem::replace(&mut predictions[index], mean));
                emit(Event::Dc(class, u8::try_from(size).ok()?, bits, size))?;
                alternating(block, &mut |symbol, bits, size| emit(Event::Ac(class, symbol, bits, size)))?;
            }
        }
    }
    Some(())
}

/// Writes a DC difference; `None` when the table has no code for it.
#[inline]
pub(super) fn difference(writer: &mut Writer, table: &Table, difference: i32) -> Option<()> {
    let (bits, size) = sized(difference);
    writer.symbol(table, u8::try_from(size).ok()?, bits, size)
}

/// The AC coefficients as symbols with their extra bits (F.1.2.2).
#[inline]
pub(super) fn alternating(block: &[i16; 64], emit: &mut impl FnMut(u8, u32, u32) -> Option<()>) -> Option<()> {
    let mut zeros = 0u8;
    for &natural in &ZIGZAG[1..] {
        let value = block[natural];
        if value == 0 {
            zeros += 1;
            continue;
        }
        while zeros > 15 {
            emit(0xf0, 0, 0)?;
            zeros -= 16;
        }
        let (bits, size) = sized(value.into());
        if size > 10 {
            return None;
        }
        emit(zeros << 4 | u8::try_from(size).ok()?, bits, size)?;
        zeros = 0;
    }
    if zeros > 0 { emit(0, 0, 0) } else { Some(()) }
}

/// A number's extra bits and how many they are (F.1.2.1).
#[inline]
fn sized(value: i32) -> (u32, u32) {
    let size = 32 - value.unsigned_abs().leading_zeros();
    let bits = if value < 0 { value - 1 } else { value };
    (bits.cast_unsigned() & ((1 << size) - 1), size)
}
