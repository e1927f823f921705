//! Exit codes: a contract with scripts.

use rustix::process::Signal;

use super::{Ground, text};

#[test]
fn every_way_to_end_has_its_code() {
    let ground = Ground::new();
    ground.put("öppen.txt", b"Kommunens nya lekplats invigs p\xc3\xa5 l\xc3\xb6rdag.\n");
    let check = |args: &[&str], expected: i32| {
        let output = ground.scan(args);
        assert_eq!(output.status.code(), Some(expected), "{args:?}: {}", text(&output.stderr));
        if expected == 2 {
            let told = text(&output.stderr);
            assert!(told.starts_with("error: ") && told.contains("\nhint: ") || told.contains("For more"), "{told}");
        }
    };
    check(&["share"], 0);
    check(&["share", "--fail-on", "internal"], 0);
    check(&["share", "--fail-on", "open"], 1);
    check(&["nowhere"], 2);
    check(&["share", "nowhere"], 2);
    check(&[], 2);
    check(&["share", "--fail-on", "purple"], 2);
    check(&["share", "--jobs", "0"], 2);
    check(&["share", "--until", "25:00"], 2);
    check(&["share", "--policy", "no-such"], 2);
    check(&["share", "--until", "05:30"], 0);
    ground.put("trasig.pdf", b"%PDF-1.7\nnothing that follows is one\n");
    check(&["share"], 3);
    check(&["share", "--fail-on", "undetermined"], 1);
}

#[test]
fn a_configuration_with_an_unknown_key_names_its_line() {
    let ground = Ground::new();
    std::fs::write(ground.path().join("wrong.toml"), "policy = 'base'\ncolour = 'red'\n").unwrap();
    let output = ground.scan(&["share", "--config", "wrong.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("wrong.toml:2: unknown field `colour`"), "{}", text(&output.stderr));
}

#[test]
fn signals_end_a_run_that_the_next_one_continues() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 75)] {
        let ground = Ground::new();
        let files = 3000;
        for number in 0..files {
            ground.put(format!("{number:04}.txt"), format!("Handling nummer {number}.\n").as_bytes());
        }
        // The pipe holds a few hundred lines, so the run cannot end before the signal.
        let mut running = ground.running(&[]);
        let first = running.next().unwrap();
        running.signal(signal);
        let (ended, rest) = running.end();
        assert_eq!(ended, Some(code));
        assert!(rest.len() + 1 < files, "nothing was left for the next run");
        let next = ground.records(&[]);
        assert_eq!(next.len(), files);
        for (path, _) in rest.iter().chain([&first]) {
            assert!(super::is_unchanged(&next[path]), "{path} was read again");
        }
    }
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let ground = Ground::new();
    for number in 0..2000 {
        ground.put(format!("{number:04}.txt"), b"Handling.\n");
    }
    let mut running = ground.running(&[]);
    running.next().unwrap();
    drop(running.lines);
    assert_eq!(running.child.wait().unwrap().code(), Some(0));
}
