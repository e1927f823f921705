//! A certificate authority of one's own and the certificate that signs labels.
//!
//! C2PA asks for an end entity that is no authority itself, signed by one,
//! with digitalSignature and emailProtection (C2PA 2.2, section 14.5.1).

use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::elliptic_curve::rand_core::OsRng;
use p256::pkcs8::{EncodePrivateKey, LineEnding};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PublicKeyData, SerialNumber, SignatureAlgorithm,
};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// The certificate could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the certificate could not be made")]
pub struct KeyError;

/// Keys and certificates, as PEM.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The authority's certificate: what readers are told to trust.
    pub root: String,
    /// The authority's key; needed only to issue another certificate.
    pub root_key: String,
    /// The signing certificate, followed by the authority's.
    pub chain: String,
    /// The signing key.
    pub key: String,
}

/// Years that the authority and the signing certificate last, from `year`.
const YEARS: (i32, i32) = (20, 10);

/// Makes an authority and a signing certificate for `organisation`, valid from
/// the beginning of `year`.
///
/// # Errors
///
/// [`KeyError`] when a name cannot stand in a certificate.
pub fn make(organisation: &str, year: i32) -> Result<Keys, KeyError> {
    let (root_key, key) = (Key::random(), Key::random());
    let mut authority = parameters(organisation, "AI-märkning, utfärdare", &root_key, year, YEARS.0);
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let root = authority.self_signed(&root_key).map_err(|_| KeyError)?;
    let mut signing = parameters(organisation, "AI-märkning", &key, year, YEARS.1);
    signing.is_ca = IsCa::ExplicitNoCa;
    signing.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    signing.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection];
    signing.use_authority_key_identifier_extension = true;
    let certificate = signing.signed_by(&key, &Issuer::from_params(&authority, &root_key)).map_err(|_| KeyError)?;
    let root = root.pem();
    Ok(Keys { chain: certificate.pem() + &root, root, root_key: root_key.pem()?, key: key.pem()? })
}

fn parameters(organisation: &str, name: &str, key: &Key, year: i32, years: i32) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = DistinguishedName::new();
    parameters.distinguished_name.push(DnType::OrganizationName, organisation);
    parameters.distinguished_name.push(DnType::CommonName, format!("{organisation}: {name}"));
    parameters.not_before = rcgen::date_time_ymd(year, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(year + years, 1, 1);
    let digest = Sha256::digest(&key.point);
    parameters.key_identifier_method = KeyIdMethod::PreSpecified(digest[..20].to_vec());
    // Positive, and never the same: made of the key.
    parameters.serial_number = Some(SerialNumber::from_slice(&[&[1], &digest[20..32]].concat()));
    parameters
}

/// An ECDSA key on P-256.
struct Key {
    key: SigningKey,
    /// The public point, uncompressed.
    point: Vec<u8>,
}

impl Key {
    fn random() -> Self {
        let key = SigningKey::random(&mut OsRng);
        let point = key.verifying_key().to_encoded_point(false).as_bytes().to_vec();
        Self { key, point }
    }

    fn pem(&self) -> Result<String, KeyError> {
        Ok(self.key.to_pkcs8_pem(LineEnding::LF).map_err(|_| KeyError)?.to_string())
    }
}

impl PublicKeyData for Key {
    fn der_bytes(&self) -> &[u8] {
        &self.point
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

impl rcgen::SigningKey for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let signature: DerSignature = self.key.try_sign(message).map_err(|_| rcgen::Error::RemoteKeyError)?;
        Ok(signature.as_bytes().to_vec())
    }
}
