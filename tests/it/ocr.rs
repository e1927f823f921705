//! Recognition through the real program: its confinement, its time, and what is not read twice.

use std::fs;
use std::io::{Cursor, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::scan::{Ground, text};

/// Runs `program` as Tesseract is run, with `input` on its standard input.
fn confined(program: &str, args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("aktsam"))
        .args(["recognise", "10", program])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that was refused does not listen.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

#[test]
fn who_recognises_may_read_its_input_and_nothing_else() {
    let output = confined("/usr/bin/cat", &[], b"bild");
    assert_eq!(text(&output.stdout), "bild", "{}", text(&output.stderr));
    let folder = TempDir::new().unwrap();
    let secret = folder.path().join("secret");
    fs::write(&secret, "hemligt").unwrap();
    for path in ["/etc/passwd", secret.to_str().unwrap()] {
        let output = confined("/usr/bin/cat", &[path], b"");
        assert!(!output.status.success() && output.stdout.is_empty(), "{path}: {}", text(&output.stdout));
    }
}

#[test]
fn who_recognises_writes_starts_and_reaches_nothing() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    for script in
        [format!("echo x > {}", file.display()), format!("exec 3<>/dev/tcp/127.0.0.1/{port}"), "/usr/bin/true".into()]
    {
        let output = confined("/usr/bin/bash", &["-c", &script], b"");
        assert!(!output.status.success(), "{script}: {}", text(&output.stderr));
    }
    assert!(!file.exists());
    assert!(listener.accept().is_err());
}

/// A grey picture with `comment` in its metadata.
fn png(comment: &str) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = png::Encoder::new(&mut bytes, 40, 20);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.add_text_chunk("Software".into(), comment.into()).unwrap();
    encoder.write_header().unwrap().write_image_data(&[200; 800]).unwrap();
    bytes.into_inner()
}

/// A program that answers as Tesseract does and notes each call beside itself.
fn stand_in(ground: &Ground) -> std::path::PathBuf {
    let program = ground.path().join("tesseract");
    let word = |number: u32, word: &str| format!("5\\t1\\t1\\t1\\t1\\t{number}\\t0\\t0\\t9\\t9\\t96\\t{word}\\n");
    let table = format!("head\\n{}{}", word(1, "Elev:"), word(2, "19900101-2385"));
    let script = format!(
        "#!/bin/sh\nif [ \"$1\" = --list-langs ]; then echo swe; exit; fi\n\
         echo call >> \"$0.calls\"\ncat > /dev/null\nprintf '{table}'\n"
    );
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    program
}

fn configure(ground: &Ground, program: &std::path::Path, minutes: u64) {
    let program = program.display();
    let config = format!("[ocr]\nprogram = '{program}'\nnight_minutes = {minutes}\n");
    fs::write(ground.path().join("aktsam.toml"), config).unwrap();
}

#[test]
fn what_the_night_had_no_time_for_is_read_the_next() {
    let ground = Ground::new();
    ground.put("a.png", &png("a"));
    ground.put("b.png", &png("b"));
    let program = stand_in(&ground);
    let calls = || fs::read_to_string(program.with_extension("calls")).unwrap_or_default().lines().count();
    // Only an unconfined program may be a script.
    let scan = || ground.records(&["--sandbox", "off", "--jobs", "1"]);
    configure(&ground, &program, 0);
    for record in scan().values() {
        assert_eq!((&record["verdict"], &record["status"]), (&"undetermined".into(), &"partial".into()));
        assert_eq!(record["gaps"][0]["cause"], "ocr-postponed");
    }
    assert_eq!(calls(), 0);
    configure(&ground, &program, 10);
    assert!(scan().values().all(|record| record["verdict"] == "sensitive" && record["unchanged"] == false));
    assert_eq!(calls(), 1, "the same pixels are read once");
    assert!(scan().values().all(|record| record["verdict"] == "sensitive" && record["unchanged"] == true));
    ground.put("copy.png", &png("a"));
    assert_eq!(scan()["share/copy.png"]["verdict"], "sensitive");
    assert_eq!(calls(), 1, "known content is not read again");
}
