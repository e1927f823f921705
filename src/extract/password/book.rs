//! Workbooks of the years before 2007, whose records are encrypted one by one
//! with RC4 ([MS-XLS] 2.2.10, [MS-OFFCRYPTO] 2.3.5 and 2.3.6).

use md5::Md5;
use sha1::{Digest, Sha1};

use super::{DEFAULT, long, short, utf16};
use crate::error::FileError;

/// Bytes of the stream after which the key is another ([MS-XLS] 2.2.10).
const BLOCK: usize = 1024;
const EOF: u16 = 0x000A;
const FILE_PASS: u16 = 0x002F;
const SHEET: u16 = 0x0085;
/// Records that are never encrypted: `BOF`, `FilePass`, `UsrExcl`, `FileLock`,
/// `InterfaceHdr`, `RRDInfo`, `RRDHead`.
const PLAIN: [u16; 7] = [0x0809, FILE_PASS, 0x0194, 0x0195, 0x00E1, 0x0196, 0x0138];

/// Decrypts a workbook's stream where it lies; one that is not encrypted stays as it is.
///
/// # Errors
///
/// [`FileError::Encrypted`] when it needs a password of its own, or is encrypted in another way.
pub(in crate::extract) fn unlock(stream: &mut [u8]) -> Result<(), FileError> {
    let Some(pass) = file_pass(stream) else { return Ok(()) };
    let lock = Lock::of(pass).filter(Lock::opens).ok_or(FileError::Encrypted)?;
    let mut at = 0;
    let mut keys = Keys { lock: &lock, block: usize::MAX, bytes: [0; BLOCK] };
    while let (Some(id), Some(length)) = (short(stream, at), short(stream, at + 2)) {
        let end = (at + 4 + usize::from(length)).min(stream.len());
        // Where a sheet begins stays readable.
        let start = at + 4 + if id == SHEET { 4 } else { 0 };
        if !PLAIN.contains(&id)
            && let Some(data) = stream.get_mut(start..end)
        {
            data.iter_mut().zip(start..).for_each(|(byte, at)| *byte ^= keys.at(at));
        }
        at = end;
    }
    Ok(())
}

/// The record that says how the workbook is encrypted, among those of its globals.
fn file_pass(stream: &[u8]) -> Option<&[u8]> {
    let mut at = 0;
    loop {
        let (id, length) = (short(stream, at)?, usize::from(short(stream, at + 2)?));
        match id {
            FILE_PASS => return stream.get(at + 4..at + 4 + length),
            EOF => return None,
            _ => at += 4 + length,
        }
    }
}

/// How a key is made for a block, and what it is tried on.
#[derive(Debug)]
struct Lock {
    scheme: Scheme,
    verifier: Vec<u8>,
    expected: Vec<u8>,
}

#[derive(Debug)]
enum Scheme {
    /// MD5 and 40 bits of the password's hash (2.3.6.2).
    Md5(Vec<u8>),
    /// SHA-1 and keys of so many bytes (2.3.5.2).
    Sha1(Vec<u8>, usize),
}

impl Lock {
    fn of(pass: &[u8]) -> Option<Self> {
        if short(pass, 0)? != 1 {
            return None;
        }
        let taken = |at: usize, length: usize| pass.get(at..at + length).map(<[u8]>::to_vec);
        match (short(pass, 2)?, short(pass, 4)?) {
            (1, 1) => {
                let scheme = Scheme::Md5(hashed_with_md5(DEFAULT, pass.get(6..22)?));
                Some(Self { scheme, verifier: taken(22, 16)?, expected: taken(38, 16)? })
            }
            (2..=4, 2) => {
                let header_bytes = usize::try_from(long(pass, 10)?).ok()?;
                let bits = long(pass, 14 + 16)?;
                // 0 stands for 40 bits (2.3.2).
                let key_bytes = usize::try_from(if bits == 0 { 40 } else { bits } / 8).ok()?;
                let at = 14_usize.checked_add(header_bytes)?.checked_add(4)?;
                let salt = pass.get(at..at.checked_add(16)?)?;
                let hash = Sha1::new().chain_update(salt).chain_update(utf16(DEFAULT)).finalize();
                let scheme = Scheme::Sha1(hash.to_vec(), key_bytes);
                Some(Self { scheme, verifier: taken(at + 16, 16)?, expected: taken(at + 36, 20)? })
            }
            _ => None,
        }
    }

    /// Whether the password is the one that everyone has.
    fn opens(&self) -> bool {
        let mut cipher = Rc4::new(&self.key(0));
        let verifier: Vec<u8> = self.verifier.iter().map(|byte| byte ^ cipher.next()).collect();
        let expected: Vec<u8> = self.expected.iter().map(|byte| byte ^ cipher.next()).collect();
        match self.scheme {
            Scheme::Md5(_) => expected[..] == Md5::digest(&verifier)[..],
            Scheme::Sha1(..) => expected[..] == Sha1::digest(&verifier)[..],
        }
    }

    fn key(&self, block: u32) -> Vec<u8> {
        match &self.scheme {
            Scheme::Md5(hash) => Md5::new().chain_update(hash).chain_update(block.to_le_bytes()).finalize().to_vec(),
            Scheme::Sha1(hash, bytes) => {
                let hash = Sha1::new().chain_update(hash).chain_update(block.to_le_bytes()).finalize();
                let mut key = hash.get(..*bytes).unwrap_or(&hash).to_vec();
                // Keys of 40 bits are filled up.
                key.resize(if *bytes == 5 { 16 } else { key.len() }, 0);
                key
            }
        }
    }
}

fn hashed_with_md5(password: &str, salt: &[u8]) -> Vec<u8> {
    let hash = Md5::digest(utf16(password));
    let again = [&hash[..5], salt].concat().repeat(16);
    Md5::digest(again)[..5].to_vec()
}

/// The bytes that the stream was mixed with, a block at a time.
struct Keys<'a> {
    lock: &'a Lock,
    block: usize,
    bytes: [u8; BLOCK],
}

impl Keys<'_> {
    fn at(&mut self, at: usize) -> u8 {
        if self.block != at / BLOCK {
            self.block = at / BLOCK;
            let mut cipher = Rc4::new(&self.lock.key(u32::try_from(self.block).unwrap_or(u32::MAX)));
            self.bytes.fill_with(|| cipher.next());
        }
        self.bytes[at % BLOCK]
    }
}

/// RC4, in its few lines: libraries fix the length of a key where the program is written.
struct Rc4 {
    state: [u8; 256],
    i: u8,
    j: u8,
}

impl Rc4 {
    fn new(key: &[u8]) -> Self {
        let mut cipher = Self { state: [0; 256], i: 0, j: 0 };
        cipher.state.iter_mut().zip(0..=u8::MAX).for_each(|(byte, number)| *byte = number);
        let mut j = 0_u8;
        for (i, key) in (0..256).zip(key.iter().cycle()) {
            j = j.wrapping_add(cipher.state[i]).wrapping_add(*key);
            cipher.state.swap(i, usize::from(j));
        }
        cipher
    }

    fn next(&mut self) -> u8 {
        self.i = self.i.wrapping_add(1);
        self.j = self.j.wrapping_add(self.state[usize::from(self.i)]);
        self.state.swap(usize::from(self.i), usize::from(self.j));
        let sum = self.state[usize::from(self.i)].wrapping_add(self.state[usize::from(self.j)]);
        self.state[usize::from(sum)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stream of records, encrypted as a workbook with that lock.
    fn sealed(pass: &[u8], records: &[(u16, &[u8])]) -> Vec<u8> {
        let record = |(id, data): &(u16, &[u8])| {
            let length = u16::try_from(data.len()).unwrap();
            [&id.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
        };
        let head: Vec<u8> = [(0x0809, &[0, 6][..]), (FILE_PASS, pass)].iter().flat_map(record).collect();
        let mut stream = [head, records.iter().flat_map(record).collect()].concat();
        // What RC4 did, it undoes.
        unlock(&mut stream).unwrap();
        stream
    }

    /// A lock that the password opens, as Excel writes it.
    fn lock(api: bool) -> Vec<u8> {
        let salt: Vec<u8> = (1..=16).collect();
        let head = if api {
            let header = [[0_u8; 16].as_slice(), &128_u32.to_le_bytes(), &[0; 12]].concat();
            let size = u32::try_from(header.len()).unwrap().to_le_bytes();
            [&[1, 0, 2, 0, 2, 0, 4, 0, 0, 0][..], &size, &header, &[16, 0, 0, 0], &salt].concat()
        } else {
            [&[1, 0, 1, 0, 1, 0][..], &salt].concat()
        };
        let (gap, hash) = if api { (&[20, 0, 0, 0][..], 20) } else { (&[][..], 16) };
        let blank = [head.as_slice(), &[0; 16], gap, &vec![0; hash]].concat();
        let mut cipher = Rc4::new(&Lock::of(&blank).unwrap().key(0));
        let verifier = [7_u8; 16];
        let expected = if api { Sha1::digest(verifier).to_vec() } else { Md5::digest(verifier).to_vec() };
        let verifier: Vec<u8> = verifier.iter().map(|byte| byte ^ cipher.next()).collect();
        let expected: Vec<u8> = expected.iter().map(|byte| byte ^ cipher.next()).collect();
        [head.as_slice(), &verifier, gap, &expected].concat()
    }

    /// The example of [MS-OFFCRYPTO] implementations: password1 and a salt of theirs.
    #[test]
    fn keys_are_made_as_others_make_them() {
        let salt = b"\xe8w,\x1d\x91\xc5j7\x96Ga\xb2\x80\x182\x17";
        let lock = Lock {
            scheme: Scheme::Md5(hashed_with_md5("password1", salt)),
            verifier: b"\xc9\xe9\x97\xd4T\x97=1\x0b\xb1\xbap\x14&\x83~".to_vec(),
            expected: b"\xb1\xde\x17\x8f\x07\xe9\x89\xc4M\xae^L\xf9j\xc4\x07".to_vec(),
        };
        assert_eq!(lock.key(0), b" \xbf2\xdd\xf5@\x85\x8cQ7D\xaf\x0f$\xe0<");
        assert!(lock.opens());
    }

    #[test]
    fn records_are_decrypted_over_blocks_and_what_is_plain_stays() {
        let long = vec![b'x'; 3 * BLOCK];
        for api in [false, true] {
            let records: [(u16, &[u8]); 4] =
                [(SHEET, b"\x01\x02\x03\x04Blad"), (0xFC, &long), (0x00E1, b"ab"), (EOF, b"")];
            let mut stream = sealed(&lock(api), &records);
            assert!(memchr::memmem::find(&stream, b"Blad").is_none());
            assert!(memchr::memmem::find(&stream, b"\x01\x02\x03\x04").is_some());
            unlock(&mut stream).unwrap();
            for expected in [&b"Blad"[..], &long, b"ab"] {
                assert!(memchr::memmem::find(&stream, expected).is_some());
            }
        }
    }

    #[test]
    fn another_password_is_said() {
        let mut pass = lock(false);
        pass[22] ^= 1;
        let mut stream = [&[0x09, 0x08, 0, 0, 0x2F, 0, 54, 0][..], &pass].concat();
        assert_eq!(unlock(&mut stream), Err(FileError::Encrypted));
        let mut plain = vec![0x09, 0x08, 0, 0, 0x0A, 0, 0, 0];
        assert_eq!(unlock(&mut plain), Ok(()));
    }
}
