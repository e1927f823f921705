//! What others' tools say of a package. `scripts/check` installs them; without them the tests skip loudly.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::{delivery, package};
use crate::scan::text;

/// The Python that `scripts/check` sets up, when it has the module.
fn python(module: &str) -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/python/bin/python");
    let has = Command::new(&python).args(["-c", &format!("import {module}")]).output();
    if has.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    eprintln!("SKIPPED: {module} is not there; scripts/check installs it");
    None
}

fn run(python: &Path, script: &str, args: &[&Path]) -> Output {
    Command::new(python).args(["-c", script]).args(args).output().unwrap()
}

#[test]
fn bagit_validates_the_bag() {
    let Some(python) = python("bagit") else { return };
    let ground = delivery();
    assert_eq!(package(&ground, "paket", &["--bagit"]).status.code(), Some(0));
    let script = "import bagit, sys; bagit.Bag(sys.argv[1]).validate()";
    let output = run(&python, script, &[&ground.path().join("paket")]);
    assert!(output.status.success(), "{}", text(&output.stderr));
}

/// Runs the validator with its vocabularies read from its own files, since it would fetch them.
const EARK: &str = r"
import importlib.util, os, sys, urllib.request
base = os.path.join(os.path.dirname(importlib.util.find_spec('eark_validator').origin), 'ipxml/resources/vocabs')
urllib.request.urlopen = lambda url, *a, **k: open(os.path.join(base, url.rsplit('/', 1)[1]), 'rb')
import eark_validator.packages as packages
from eark_validator.specifications.specification import SpecificationType, SpecificationVersion
from pathlib import Path
report = packages.PackageValidator(Path(sys.argv[1]), SpecificationVersion.V2_1_0).validation_report
for result in report.structure.messages + report.metadata.schema_results.messages + report.metadata.schematron_results.messages:
    print(result.severity.name if hasattr(result.severity, 'name') else result.severity, result.rule_id, result.message[:200])
";

#[test]
fn eark_validator_finds_no_error() {
    let Some(python) = python("eark_validator") else { return };
    let ground = delivery();
    assert_eq!(package(&ground, "paket", &[]).status.code(), Some(0));
    let output = run(&python, EARK, &[&ground.path().join("paket")]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    // SIP14 asks for an agent that the specification leaves out: the validator's own sample has it too.
    let errors: Vec<&str> =
        said.lines().filter(|line| line.to_uppercase().starts_with("ERROR") && !line.contains("SIP14")).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// Validates METS and PREMIS against the package's own schemas, without a network.
const XSD: &str = r"
import os, sys
from lxml import etree
package = sys.argv[1]
schemas = os.path.join(package, 'schemas')
class Local(etree.Resolver):
    def resolve(self, url, id, context):
        name = os.path.join(schemas, url.rsplit('/', 1)[1])
        return self.resolve_filename(name, context) if os.path.exists(name) else None
for file, schema in (('METS.xml', 'mets1_12.xsd'), ('metadata/preservation/premis.xml', 'premis-v3-0.xsd')):
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Local())
    xsd = etree.XMLSchema(etree.parse(os.path.join(schemas, schema), parser))
    xsd.assertValid(etree.parse(os.path.join(package, file)))
";

#[test]
fn mets_and_premis_are_valid_by_their_schemas() {
    let Some(python) = python("lxml") else { return };
    let ground = delivery();
    assert_eq!(package(&ground, "paket", &[]).status.code(), Some(0));
    let output = run(&python, XSD, &[&ground.path().join("paket")]);
    assert!(output.status.success(), "{}", text(&output.stderr));
}
