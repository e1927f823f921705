//! Files that are encrypted with a password everyone has. Excel does so with
//! workbooks whose structure is protected: it opens them without asking, and
//! so must who judges what stands in them.

pub(super) mod book;
pub(super) mod package;

/// The password Excel uses when none is given ([MS-OFFCRYPTO] 2.1.2).
const DEFAULT: &str = "VelvetSweatshop";

/// The bytes of a password that are hashed ([MS-OFFCRYPTO] 2.3.4.7 and 2.3.6.2).
fn utf16(password: &str) -> Vec<u8> {
    password.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}
