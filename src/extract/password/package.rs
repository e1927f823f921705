//! Office Open XML packages in an OLE file, by agile and by standard encryption
//! ([MS-OFFCRYPTO] 2.3.4).

use aes::cipher::{BlockCipherDecrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::{DEFAULT, long, short, utf16};
use crate::extract::xml::{Node, Tag, Xml};
use crate::limits::Limits;

/// Bytes that are encrypted as one by agile encryption (2.3.4.15).
const SEGMENT: usize = 4096;
/// Rounds of hashing of a password (2.3.4.7 and 2.3.4.10): Office takes 50,000 or
/// 100,000, and more would only take time.
const STANDARD_ROUNDS: u32 = 50_000;
const MOST_ROUNDS: u32 = 1_000_000;
/// What is hashed after the password for each use of a key (2.3.4.13).
const VERIFIER: [u8; 8] = [0xfe, 0xa7, 0xd2, 0x76, 0x3b, 0x4b, 0x9e, 0x79];
const VERIFIER_HASH: [u8; 8] = [0xd7, 0xaa, 0x0f, 0x6d, 0x30, 0x61, 0x34, 0x4e];
const KEY: [u8; 8] = [0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6];

/// The package that the streams `EncryptionInfo` and `EncryptedPackage` hold;
/// `None` when it needs a password of its own, or is encrypted in another way.
pub(in crate::extract) fn open(info: &[u8], package: &[u8], limits: &Limits) -> Option<Vec<u8>> {
    let size = usize::try_from(u64::from_le_bytes(package.get(..8)?.try_into().ok()?)).ok()?;
    let sealed = package.get(8..)?;
    let mut plain = match (short(info, 0)?, short(info, 2)?) {
        (4, 4) => agile(info.get(8..)?, sealed, limits)?,
        (2..=4, 2) => standard(info, sealed)?,
        _ => return None,
    };
    plain.truncate(size);
    Some(plain)
}

#[derive(Clone, Copy, Debug)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "SHA1" | "SHA-1" => Self::Sha1,
            "SHA256" => Self::Sha256,
            "SHA384" => Self::Sha384,
            "SHA512" => Self::Sha512,
            _ => return None,
        })
    }

    fn of(self, parts: [&[u8]; 2]) -> Vec<u8> {
        match self {
            Self::Sha1 => digest::<Sha1>(parts),
            Self::Sha256 => digest::<Sha256>(parts),
            Self::Sha384 => digest::<Sha384>(parts),
            Self::Sha512 => digest::<Sha512>(parts),
        }
    }

    /// The password hashed over and over (2.3.4.11).
    fn spun(self, salt: &[u8], rounds: u32) -> Vec<u8> {
        let first = self.of([salt, &utf16(DEFAULT)]);
        (0..rounds).fold(first, |hash, round| self.of([&round.to_le_bytes(), &hash]))
    }
}

fn digest<D: Digest>(parts: [&[u8]; 2]) -> Vec<u8> {
    let mut digest = D::new();
    parts.iter().for_each(|part| digest.update(part));
    digest.finalize().to_vec()
}

/// What an element of the agile descriptor says of its key.
struct Descriptor {
    hash: Hash,
    salt: Vec<u8>,
    key_bytes: usize,
}

impl Descriptor {
    fn of(tag: &Tag) -> Option<Self> {
        let is_cbc = tag.attribute("cipherChaining").is_none_or(|chaining| chaining == "ChainingModeCBC");
        let is_aes = tag.attribute("cipherAlgorithm").is_some_and(|cipher| cipher == "AES");
        let hash = Hash::named(&tag.attribute("hashAlgorithm")?).filter(|_| is_cbc && is_aes)?;
        let key_bytes = tag.attribute("keyBits")?.parse::<usize>().ok()? / 8;
        Some(Self { hash, salt: binary(tag, "saltValue")?, key_bytes })
    }

    /// A hash as a key: cut off or filled up (2.3.4.11).
    fn fitted(&self, mut hash: Vec<u8>, length: usize) -> Vec<u8> {
        hash.resize(length, 0x36);
        hash
    }
}

fn binary(tag: &Tag, name: &str) -> Option<Vec<u8>> {
    STANDARD.decode(tag.attribute(name)?).ok()
}

fn agile(descriptor: &[u8], sealed: &[u8], limits: &Limits) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(descriptor);
    let mut xml = Xml::new(&text, limits);
    let (mut data, mut key) = (None, None);
    while let Some(node) = xml.next().ok()? {
        match node {
            Node::Open(tag) if tag.name() == "keyData" => data = Descriptor::of(&tag),
            Node::Open(tag) if tag.name() == "encryptedKey" && key.is_none() => key = package_key(&tag),
            _ => {}
        }
    }
    let (data, cipher) = (data?, Cipher::new(&key?)?);
    let mut plain = sealed.to_vec();
    for (segment, number) in plain.chunks_mut(SEGMENT).zip(0_u32..) {
        let start = data.fitted(data.hash.of([&data.salt, &number.to_le_bytes()]), 16);
        cipher.chained(segment, &start)?;
    }
    Some(plain)
}

/// The key of the package, when the password that everyone has unlocks it.
fn package_key(tag: &Tag) -> Option<Vec<u8>> {
    let lock = Descriptor::of(tag)?;
    let rounds = tag.attribute("spinCount")?.parse().ok().filter(|rounds| *rounds <= MOST_ROUNDS)?;
    let spun = lock.hash.spun(&lock.salt, rounds);
    let start = lock.fitted(lock.salt.clone(), 16);
    let unlocked = |name: &str, use_of: [u8; 8]| {
        let cipher = Cipher::new(&lock.fitted(lock.hash.of([&spun, &use_of]), lock.key_bytes))?;
        let mut value = binary(tag, name)?;
        cipher.chained(&mut value, &start)?;
        Some(value)
    };
    let verifier = unlocked("encryptedVerifierHashInput", VERIFIER)?;
    let expected = unlocked("encryptedVerifierHashValue", VERIFIER_HASH)?;
    let is_right = expected.starts_with(&lock.hash.of([verifier.get(..lock.salt.len())?, &[]]));
    let key = unlocked("encryptedKeyValue", KEY).filter(|_| is_right)?;
    key.get(..lock.key_bytes).map(<[u8]>::to_vec)
}

/// Standard encryption: AES, block by block (2.3.4.5 to 2.3.4.9).
fn standard(info: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let header_bytes = usize::try_from(long(info, 8)?).ok()?;
    let header = info.get(12..)?;
    let key_bytes = usize::try_from(long(header, 16)? / 8).ok()?;
    let verifier = header.get(header_bytes..)?;
    let (salt, input, expected) = (verifier.get(4..20)?, verifier.get(20..36)?, verifier.get(40..72)?);
    let spun = Hash::Sha1.of([&Hash::Sha1.spun(salt, STANDARD_ROUNDS), &[0; 4]]);
    let half = |filling: u8| {
        let mixed: Vec<u8> = (0..64).map(|at| spun.get(at).copied().unwrap_or(0) ^ filling).collect();
        Hash::Sha1.of([&mixed, &[]])
    };
    let key = [half(0x36), half(0x5c)].concat();
    let cipher = Cipher::new(key.get(..key_bytes)?)?;
    let (input, expected) = (cipher.plain(input), cipher.plain(expected));
    let is_right = expected.starts_with(&Hash::Sha1.of([&input, &[]]));
    is_right.then(|| cipher.plain(sealed))
}

/// AES with a key of any of its lengths.
enum Cipher {
    Short(Aes128),
    Middle(Aes192),
    Long(Aes256),
}

impl Cipher {
    fn new(key: &[u8]) -> Option<Self> {
        Some(match key.len() {
            16 => Self::Short(Aes128::new_from_slice(key).ok()?),
            24 => Self::Middle(Aes192::new_from_slice(key).ok()?),
            32 => Self::Long(Aes256::new_from_slice(key).ok()?),
            _ => return None,
        })
    }

    fn block(&self, block: [u8; 16]) -> [u8; 16] {
        let mut block = aes::Block::from(block);
        match self {
            Self::Short(aes) => aes.decrypt_block(&mut block),
            Self::Middle(aes) => aes.decrypt_block(&mut block),
            Self::Long(aes) => aes.decrypt_block(&mut block),
        }
        block.into()
    }

    /// Decrypts each block by itself; bytes short of a block are left out.
    fn plain(&self, sealed: &[u8]) -> Vec<u8> {
        sealed.as_chunks().0.iter().flat_map(|block| self.block(*block)).collect()
    }

    /// Decrypts blocks that are chained (CBC), the first one to `start`.
    fn chained(&self, bytes: &mut [u8], start: &[u8]) -> Option<()> {
        let mut before: [u8; 16] = start.try_into().ok()?;
        for block in bytes.as_chunks_mut().0 {
            let sealed = *block;
            let plain = self.block(sealed);
            *block = std::array::from_fn(|at| plain[at] ^ before[at]);
            before = sealed;
        }
        Some(())
    }
}
