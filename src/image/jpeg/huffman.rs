//! Huffman tables (T.81, annexes C, F.2.2.3 and K.2).

use super::bits::signed;

/// Bits looked up at once; codes that are longer are rare and found by search.
pub(super) const LOOK: u32 = 10;

/// A code table for one class of symbols.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// How many codes of each length, from 1.
    pub counts: [u8; 16],
    /// Symbols in order of their codes.
    pub symbols: Vec<u8>,
    /// For each symbol its code and length; length 0 for a symbol without a code.
    pub codes: [(u16, u8); 256],
    /// For the next bits: length and symbol; length 0 when the code is longer.
    look: Vec<(u8, u8)>,
    /// For the next bits: what they say when they hold a number, too.
    wholes: Vec<Whole>,
    /// For each length the first code above it, left-aligned to 16 bits, and
    /// what to add to a code to get its symbol's index.
    above: [(u32, i32); 17],
}

/// A symbol and the number after it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Whole {
    pub symbol: u8,
    pub value: i16,
    /// How many bits they have together; 0 when they are more than are looked up.
    pub bits: u8,
}

/// DC and AC tables by their identifiers.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    pub dc: [Option<Table>; 4],
    pub ac: [Option<Table>; 4],
}

impl Table {
    /// `None` when the counts do not make a code.
    pub(super) fn new(counts: [u8; 16], symbols: Vec<u8>) -> Option<Self> {
        let total: usize = counts.iter().map(|&count| usize::from(count)).sum();
        if total != symbols.len() || total > 256 {
            return None;
        }
        let mut table = Self {
            counts,
            symbols,
            codes: [(0, 0); 256],
            look: vec![(0, 0); 1 << LOOK],
            wholes: Vec::new(),
            above: [(0, 0); 17],
        };
        let (mut code, mut index) = (0u32, 0usize);
        for length in 1..=16u32 {
            let offset = i32::try_from(index).ok()? - i32::try_from(code).ok()?;
            for _ in 0..table.counts[length as usize - 1] {
                table.assign(code, length, index)?;
                code += 1;
                index += 1;
            }
            if code > 1 << length {
                return None;
            }
            table.above[length as usize] = (code << (16 - length), offset);
            code <<= 1;
        }
        table.wholes = (0..1 << LOOK).zip(&table.look).map(|(bits, &found)| Whole::of(bits, found)).collect();
        Some(table)
    }

    fn assign(&mut self, code: u32, length: u32, index: usize) -> Option<()> {
        let symbol = *self.symbols.get(index)?;
        let short = u8::try_from(length).ok()?;
        self.codes[usize::from(symbol)] = (u16::try_from(code).ok()?, short);
        if length <= LOOK {
            let first = (code << (LOOK - length)) as usize;
            self.look.get_mut(first..first + (1 << (LOOK - length)))?.fill((short, symbol));
        }
        Some(())
    }

    /// What the highest bits say, when they hold a code and the number after it.
    #[inline]
    pub(super) fn whole(&self, word: u64) -> Option<Whole> {
        let whole = self.wholes[(word >> (64 - LOOK)) as usize & ((1 << LOOK) - 1)];
        (whole.bits > 0).then_some(whole)
    }

    /// The length and symbol of the code that the 16 bits begin with.
    #[inline]
    pub(super) fn find(&self, bits: u32) -> Option<(u32, u8)> {
        let (length, symbol) = self.look[(bits >> (16 - LOOK)) as usize & ((1 << LOOK) - 1)];
        if length > 0 {
            return Some((u32::from(length), symbol));
        }
        (LOOK + 1..=16).find(|&length| bits < self.above[length as usize].0).and_then(|length| {
            let code = i32::try_from(bits >> (16 - length)).ok()?;
            let index = usize::try_from(code + self.above[length as usize].1).ok()?;
            Some((length, *self.symbols.get(index)?))
        })
    }

    /// The shortest code for these occurrences, by the procedure of annex K.2:
    /// no code is all ones and none is longer than 16 bits.
    pub(super) fn optimal(occurrences: &[u32; 256]) -> Option<Self> {
        let mut lengths = [0usize; 257];
        let mut weights: Vec<(u64, Vec<usize>)> = occurrences
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
            .map(|(symbol, &count)| (u64::from(count), vec![symbol]))
            .collect();
        // A symbol that never occurs keeps the code of all ones free.
        weights.push((0, vec![256]));
        while weights.len() > 1 {
            weights.sort_by_key(|entry| std::cmp::Reverse(entry.0));
            let (light, mut members) = weights.pop()?;
            let (weight, others) = weights.pop()?;
            members.extend(others);
            for &member in &members {
                lengths[member] += 1;
            }
            weights.push((light + weight, members));
        }
        let mut counts = [0i32; 258];
        for &length in lengths.iter().filter(|length| **length > 0) {
            counts[length] += 1;
        }
        shorten(&mut counts);
        let reserved = (1..=16).rev().find(|&length| counts[length] > 0)?;
        counts[reserved] -= 1;
        let mut symbols: Vec<usize> = (0..256).filter(|&symbol| lengths[symbol] > 0).collect();
        symbols.sort_by_key(|&symbol| lengths[symbol]);
        let mut short = [0u8; 16];
        for (length, count) in short.iter_mut().enumerate() {
            *count = u8::try_from(counts[length + 1]).ok()?;
        }
        Self::new(short, symbols.into_iter().filter_map(|symbol| u8::try_from(symbol).ok()).collect())
    }
}

impl Whole {
    /// What [`LOOK`] bits say, of which the first are a code of this length for this symbol.
    fn of(bits: u32, (length, symbol): (u8, u8)) -> Self {
        let size = symbol & 15;
        let together = length + size;
        if length == 0 || u32::from(together) > LOOK {
            return Self::default();
        }
        let number = bits >> (LOOK - u32::from(together)) & ((1 << size) - 1);
        let value = i16::try_from(signed(number, size.into())).unwrap_or_default();
        Self { symbol, value, bits: together }
    }
}

/// Brings codes longer than 16 bits down (figure K.3).
fn shorten(counts: &mut [i32; 258]) {
    for length in (17..258).rev() {
        while counts[length] > 0 {
            let Some(shorter) = (1..length - 1).rev().find(|&shorter| counts[shorter] > 0) else { return };
            counts[length] -= 2;
            counts[length - 1] += 1;
            counts[shorter + 1] += 2;
            counts[shorter] -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn optimal_codes_are_found_again() {
        let mut occurrences = [0u32; 256];
        // Fibonacci numbers make the longest codes there are.
        let (mut a, mut b) = (1, 1);
        for count in occurrences.iter_mut().take(30) {
            *count = a;
            (a, b) = (b, a + b);
        }
        let table = Table::optimal(&occurrences).unwrap();
        for symbol in 0..30u8 {
            let (code, length) = table.codes[usize::from(symbol)];
            let bits = u32::from(code) << (16 - u32::from(length));
            assert_eq!(table.find(bits), Some((u32::from(length), symbol)));
        }
    }

    #[test]
    fn counts_that_make_no_code_are_refused() {
        let mut counts = [0; 16];
        counts[0] = 3;
        assert!(Table::new(counts, vec![1, 2, 3]).is_none());
    }
}
