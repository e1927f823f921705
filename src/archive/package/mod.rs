//! The package that is handed over: E-ARK CSIP and SIP 2.1.0, which FGS
//! Paketstruktur 2.0 is, with METS 1.12 and PREMIS 3.0.
//!
//! [`write()`] copies a checked folder into a new package, whole or not at all;
//! [`verify()`] tells what in a package is not as its METS says.

mod bag;
mod mets;
mod names;
mod premis;
mod verify;
mod write;
mod xml;

pub use names::{original, stored};
pub use verify::{Difference, Verified, VerifyError, What, verify};
pub use write::{PackageError, Parties, Request, Written, write};

/// The schemas that every package carries; see `data/eark/README.md`.
const SCHEMAS: &[(&str, &[u8])] = &[
    ("DILCISExtensionMETS.xsd", include_bytes!("../../../data/eark/DILCISExtensionMETS.xsd")),
    ("DILCISExtensionSIPMETS.xsd", include_bytes!("../../../data/eark/DILCISExtensionSIPMETS.xsd")),
    ("mets1_12.xsd", include_bytes!("../../../data/eark/mets1_12.xsd")),
    ("premis-v3-0.xsd", include_bytes!("../../../data/eark/premis-v3-0.xsd")),
    ("xlink.xsd", include_bytes!("../../../data/eark/xlink.xsd")),
];

/// Where in a package the delivered files lie.
const DATA: &str = "representations/rep1/data";
