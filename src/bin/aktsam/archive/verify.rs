//! `aktsam archive verify`: whether a package is as it was written.

use std::io::{self, Write};
use std::process::ExitCode;

use aktsam::archive::package::{Difference, Verified, What, verify};
use serde_json::json;

use super::args::{Format, VerifyArgs};
use crate::Outcome;
use crate::args::{Common, Lang};

pub(super) fn run(common: &Common, args: &VerifyArgs) -> Outcome {
    let verified = verify(&args.package)?;
    let mut out = io::stdout().lock();
    for difference in &verified.differences {
        match args.format {
            Format::Human => writeln!(out, "{}", words(difference, common.lang))?,
            Format::Jsonl => writeln!(out, "{}", json!(difference))?,
        }
    }
    if args.format == Format::Human {
        writeln!(out, "{}", summary(&verified, common.lang))?;
    }
    Ok(ExitCode::from(u8::from(!verified.differences.is_empty())))
}

fn words(difference: &Difference, lang: Lang) -> String {
    let path = &difference.path;
    match (&difference.what, lang) {
        (_, Lang::En) => difference.to_string(),
        (What::Changed, Lang::Sv) => format!("{path}: ändrad"),
        (What::Missing, Lang::Sv) => format!("{path}: saknas"),
        (What::Extra, Lang::Sv) => format!("{path}: hör inte till paketet"),
        (What::Renamed(to), Lang::Sv) => format!("{path}: omdöpt till {to}"),
        (What::Unchecked, Lang::Sv) => format!("{path}: kontrollsumma av ett slag som inte läses"),
        (What::Manifest(how), Lang::Sv) => format!("{path}: förteckningen är bruten ({how})"),
    }
}

fn summary(verified: &Verified, lang: Lang) -> String {
    let (files, count) = (verified.files, verified.differences.len());
    let whole = count == 0;
    let unsealed = match (verified.sealed, lang) {
        (true, _) => "",
        (false, Lang::Sv) => " METS.xml bär inget sigill: ändringar i METS.xml själv syns bara i en BagIt-bag.",
        (false, Lang::En) => " METS.xml carries no seal: changes of METS.xml itself show in a bag only.",
    };
    match (whole, lang) {
        (true, Lang::Sv) => format!("Paketet är helt: {files} filer stämmer med METS.xml.{unsealed}"),
        (true, Lang::En) => format!("The package is whole: {files} files are as METS.xml says.{unsealed}"),
        (false, Lang::Sv) => format!("Paketet är inte helt: {count} avvikelser.{unsealed}"),
        (false, Lang::En) => format!("The package is not whole: {count} differences.{unsealed}"),
    }
}
