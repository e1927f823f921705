//! `aktsam keys`: the certificate that signs labels.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::Outcome;
use crate::args::Common;

/// Makes the certificate that signs labels.
#[derive(Debug, Args)]
pub(crate) struct KeysArgs {
    #[command(subcommand)]
    pub command: KeysCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make an authority and a signing certificate that readers of content credentials accept
    Init {
        /// The municipality, as it shall stand in the certificate
        #[arg(long, value_name = "NAME")]
        organisation: String,
        /// Folder for the keys; it is made, and no file in it is overwritten
        #[arg(long, value_name = "DIR", default_value = "nycklar")]
        out: PathBuf,
    },
}

#[cfg(feature = "c2pa")]
pub(crate) fn run(common: &Common, args: &KeysArgs) -> Outcome {
    use anyhow::Context;

    let KeysCommand::Init { organisation, out } = &args.command;
    let keys = aktsam::image::keys::make(organisation, i32::from(jiff::ZonedDateTime::now().year()))?;
    std::fs::create_dir_all(out).with_context(|| format!("{}: cannot be made", out.display()))?;
    let files = [
        ("rot.pem", &keys.root, 0o644),
        ("rot-nyckel.pem", &keys.root_key, 0o600),
        ("certifikat.pem", &keys.chain, 0o644),
        ("nyckel.pem", &keys.key, 0o600),
    ];
    for (name, pem, mode) in files {
        crate::replace::create(&out.join(name), pem.as_bytes(), mode)?;
    }
    println!("{}", words(common.lang, &out.display().to_string()));
    Ok(std::process::ExitCode::SUCCESS)
}

#[cfg(not(feature = "c2pa"))]
pub(crate) fn run(_: &Common, _: &KeysArgs) -> Outcome {
    Err(crate::output::hinted("this build cannot sign", "build with the feature c2pa"))
}

#[cfg(feature = "c2pa")]
fn words(lang: crate::args::Lang, folder: &str) -> String {
    match lang {
        crate::args::Lang::Sv => format!(
            "Nycklar i {folder}:\n\
             certifikat.pem, nyckel.pem  aktsam label --sign {folder}/certifikat.pem {folder}/nyckel.pem\n\
             rot.pem                     till webbredaktören: kommunens rotcertifikat, så att läsare känner igen undertecknaren\n\
             rot-nyckel.pem              flytta till säkert förvar; behövs bara för nästa certifikat\n\
             Märkta bilder bär kommunens namn. Låt webbverktyget behålla metadata och bildernas originalfiler."
        ),
        crate::args::Lang::En => format!(
            "Keys in {folder}:\n\
             certifikat.pem, nyckel.pem  aktsam label --sign {folder}/certifikat.pem {folder}/nyckel.pem\n\
             rot.pem                     for the web editor: the municipality's root certificate, so that readers know the signer\n\
             rot-nyckel.pem              move to safe keeping; only needed for the next certificate\n\
             Labelled pictures carry the municipality's name. Let the web tool keep metadata and the original files."
        ),
    }
}
