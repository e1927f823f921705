//! Blocks of samples and their DCT coefficients (T.81, A.3.3).

use std::f32::consts::{FRAC_1_SQRT_2, PI};
use std::sync::LazyLock;

/// Samples of a block, level-shifted: −128 is black, 127 white.
pub(crate) type Samples = [f32; 64];

/// `BASIS[u][x]`: the cosine of frequency `u` at sample `x`, normalised.
static BASIS: LazyLock<[[f32; 8]; 8]> = LazyLock::new(|| {
    let mut basis = [[0.0; 8]; 8];
    for (u, row) in (0u8..).zip(basis.iter_mut()) {
        let scale = if u == 0 { 0.5 * FRAC_1_SQRT_2 } else { 0.5 };
        for (x, value) in (0u8..).zip(row.iter_mut()) {
            *value = scale * ((2.0 * f32::from(x) + 1.0) * f32::from(u) * PI / 16.0).cos();
        }
    }
    basis
});

/// The samples of a block of quantised coefficients.
pub(crate) fn samples(block: &[i16; 64], table: &[u16; 64]) -> Samples {
    let mut values = [0.0; 64];
    for ((value, &coefficient), &step) in values.iter_mut().zip(block).zip(table) {
        *value = f32::from(coefficient) * f32::from(step);
    }
    let basis = &*BASIS;
    let rows = per_row(&values, |row, x| (0..8).map(|u| row[u] * basis[u][x]).sum());
    transpose(&per_row(&transpose(&rows), |row, x| (0..8).map(|u| row[u] * basis[u][x]).sum()))
}

/// The quantised coefficients of a block of samples, within what baseline holds.
pub(crate) fn coefficients(samples: &Samples, table: &[u16; 64]) -> [i16; 64] {
    let basis = &*BASIS;
    let rows = per_row(samples, |row, u| (0..8).map(|x| row[x] * basis[u][x]).sum());
    let values = transpose(&per_row(&transpose(&rows), |row, u| (0..8).map(|x| row[x] * basis[u][x]).sum()));
    let mut block = [0; 64];
    for ((place, &value), &step) in block.iter_mut().zip(&values).zip(table) {
        #[expect(clippy::cast_possible_truncation, reason = "clamped to eleven bits")]
        let quantised = (value / f32::from(step)).round().clamp(-1023.0, 1023.0) as i16;
        *place = quantised;
    }
    block
}

fn per_row(values: &Samples, sum: impl Fn(&[f32], usize) -> f32) -> Samples {
    let mut result = [0.0; 64];
    for (row, out) in values.chunks_exact(8).zip(result.chunks_exact_mut(8)) {
        for (x, place) in out.iter_mut().enumerate() {
            *place = sum(row, x);
        }
    }
    result
}

fn transpose(values: &Samples) -> Samples {
    let mut result = [0.0; 64];
    for (index, &value) in values.iter().enumerate() {
        result[index % 8 * 8 + index / 8] = value;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let mut block = [0i16; 64];
        for (index, value) in (0i16..).zip(block.iter_mut()) {
            *value = index * 3 % 17 - 8;
        }
        let table = [4; 64];
        assert_eq!(coefficients(&samples(&block, &table), &table), block);
    }
}
