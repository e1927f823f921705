//! The Debian package: what it is made of is there, fits together, installs and runs.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use toml::{Table, Value};

use super::good;
use crate::scan::{Ground, text};

const HERE: &str = env!("CARGO_MANIFEST_DIR");

fn metadata() -> Table {
    let manifest: Table = toml::from_str(&fs::read_to_string(format!("{HERE}/Cargo.toml")).unwrap()).unwrap();
    let package = &manifest["package"]["metadata"]["deb"];
    package.as_table().unwrap().clone()
}

/// Lays out the package's files below `root` as `cargo deb` does, with this build's program.
fn lay_out(ground: &Ground, root: &Path) {
    let manual = ground.path().join("manual");
    good(ground, &["manual", manual.to_str().unwrap()]);
    for asset in metadata()["assets"].as_array().unwrap() {
        let part = |index: usize| asset[index].as_str().unwrap();
        let (source, target, mode) = (part(0), part(1), u32::from_str_radix(part(2), 8).unwrap());
        for file in sources(source, &manual) {
            let target = root.join(target);
            let target = if part(1).ends_with('/') { target.join(file.file_name().unwrap()) } else { target };
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::copy(&file, &target).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            fs::set_permissions(&target, fs::Permissions::from_mode(mode)).unwrap();
        }
    }
}

fn sources(source: &str, manual: &Path) -> Vec<PathBuf> {
    if source == "target/release/aktsam" {
        return vec![assert_cmd::cargo::cargo_bin!("aktsam").into()];
    }
    let path = match source.strip_prefix("target/package/") {
        Some(name) => manual.join(name),
        None => Path::new(HERE).join(source),
    };
    let Some((folder, ending)) = path.to_str().unwrap().split_once('*') else { return vec![path] };
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<PathBuf> = entries.filter(|path| path.to_str().unwrap().ends_with(ending)).collect();
    assert!(!files.is_empty(), "{source}");
    files
}

#[test]
fn it_installs_and_runs() {
    let ground = Ground::new();
    let tree = ground.path().join("tree");
    lay_out(&ground, &tree);
    control(&tree);
    let (package, root) = (ground.path().join("aktsam.deb"), ground.path().join("root"));
    let has = |program: &str| Command::new(program).arg("--version").output().is_ok();
    if !has("dpkg") || !has("systemd-sysusers") || !rustix::process::geteuid().is_root() {
        eprintln!("SKIPPED: the package is installed by root, where dpkg and systemd are");
        return;
    }
    run(Command::new("dpkg-deb").args(["--build", "-Znone", "--root-owner-group"]).arg(&tree).arg(&package));
    for folder in ["updates", "info", "triggers"] {
        fs::create_dir_all(root.join("var/lib/dpkg").join(folder)).unwrap();
    }
    for file in ["var/lib/dpkg/status", "var/lib/dpkg/available"] {
        fs::write(root.join(file), "").unwrap();
    }
    let mut dpkg = Command::new("dpkg");
    dpkg.arg("--force-script-chrootless").arg(format!("--root={}", root.display())).arg("--install").arg(&package);
    run(&mut dpkg);
    let passwd = fs::read_to_string(root.join("etc/passwd")).unwrap();
    assert!(passwd.contains("aktsam:x:") && passwd.contains(":/var/lib/aktsam:"), "{passwd}");
    for folder in ["var/lib/aktsam", "var/lib/aktsam/report"] {
        assert_eq!(super::mode(&root.join(folder)), 0o700, "{folder}");
    }
    installed_runs(&ground, &root);
}

/// The installed program scans with the installed configuration, put where the test is.
fn installed_runs(ground: &Ground, root: &Path) {
    ground.put("a.txt", super::PERSON);
    let config = fs::read_to_string(root.join("etc/aktsam/aktsam.toml")).unwrap();
    let config = config.replace("/var/lib/aktsam", root.join("var/lib/aktsam").to_str().unwrap());
    fs::write(ground.path().join("installed.toml"), format!("{config}\n[[root]]\npath = 'share'\n")).unwrap();
    let mut scan = Command::new(root.join("usr/bin/aktsam"));
    scan.args(["scan", "--config", "installed.toml"]).current_dir(ground.path()).env_clear();
    let output = scan.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(root.join("var/lib/aktsam/report/report.html").exists());
    assert!(root.join("usr/share/man/man1/aktsam-scan.1").exists());
    let completions = fs::read_to_string(root.join("usr/share/bash-completion/completions/aktsam")).unwrap();
    assert!(completions.contains("--files-per-second"));
}

/// What `cargo deb` would write beside the files, as far as dpkg asks for it.
fn control(tree: &Path) {
    let metadata = metadata();
    let folder = tree.join("DEBIAN");
    fs::create_dir_all(&folder).unwrap();
    let text = |key: &str| metadata[key].as_str().unwrap().to_owned();
    let control = format!(
        "Package: aktsam\nVersion: 0\nArchitecture: all\nMaintainer: {}\nDescription: {}\n",
        text("maintainer"),
        "which files may meet AI"
    );
    fs::write(folder.join("control"), control).unwrap();
    let conffiles: Vec<&str> =
        metadata["conf-files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap()).collect();
    fs::write(folder.join("conffiles"), format!("{}\n", conffiles.join("\n"))).unwrap();
    for script in ["postinst", "prerm", "postrm"] {
        let target = folder.join(script);
        fs::copy(Path::new(HERE).join(text("maintainer-scripts")).join(script), &target).unwrap();
        fs::set_permissions(&target, fs::Permissions::from_mode(0o755)).unwrap();
    }
    assert_eq!(metadata.get("depends").and_then(Value::as_str), Some("$auto, systemd"));
}

#[track_caller]
fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}{}", text(&output.stdout), text(&output.stderr));
}

#[test]
fn the_unit_is_shut_in() {
    let unit = format!("{HERE}/packaging/aktsam.service");
    let Ok(output) = Command::new("systemd-analyze").args(["security", "--offline=true", &unit]).output() else {
        eprintln!("SKIPPED: no systemd-analyze, so the unit's exposure was not looked at");
        return;
    };
    let told = text(&output.stdout);
    let exposure = told.rsplit_once("exposure level for aktsam.service: ").map(|(_, rest)| rest);
    let exposure: f32 = exposure.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap();
    assert!(exposure <= 1.0, "{told}");
}
