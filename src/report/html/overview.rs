//! The first screen: how it is, what is new, what to do; then folders and
//! unread files. Plain HTML, so that it stands without the script.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::super::escape::{Html, visible};
use super::super::words::{self, Advice};
use super::super::{Change, Head, Totals, local, minute, number};
use super::word;
use crate::record::{Status, Verdict};

/// Folders that the page lists.
const FOLDERS: usize = 12;

/// Which run, by which guideline, with which program.
pub(super) fn about(head: &Head, out: &mut dyn Write) -> io::Result<()> {
    if let Some(owner) = &head.owner {
        write!(out, "<p class=\"whose\">{}: <b>{}</b></p>", word(head, "owner"), Html(&visible(owner.as_bytes())))?;
    }
    run(head, out)?;
    if head.selection.is_empty() {
        return Ok(());
    }
    let left_out = head.selection.join("; ");
    write!(out, "<p class=\"note\"><b>{}.</b> {}.</p>", word(head, "selection"), Html(&left_out))
}

fn run(head: &Head, out: &mut dyn Write) -> io::Result<()> {
    let Some(started) = head.started else {
        return write!(out, "<p class=\"about\">{}</p>", word(head, "run.none"));
    };
    write!(out, "<p class=\"about\">{} <time>{}</time>", word(head, "run.at"), minute(head, started))?;
    match head.ended {
        Some(ended) => write!(out, "–<time>{}</time>", local(head, ended).strftime("%H:%M"))?,
        None => write!(out, " ({})", word(head, "run.interrupted"))?,
    }
    let guideline = &head.guideline;
    write!(out, ", {} <b>{}</b> {}", word(head, "by.policy"), Html(&guideline.name), Html(&guideline.version))?;
    if let Some(isolation) = &head.isolation {
        write!(out, ", {} {}", word(head, "isolated"), Html(isolation))?;
    }
    write!(out, ". aktsam {}.</p>", Html(&head.version))
}

/// Totals per verdict: the number, a bar, and a table that says the same.
pub(super) fn verdicts(head: &Head, totals: &Totals, out: &mut dyn Write) -> io::Result<()> {
    let lang = head.lang;
    let noun = counted(head, "files.count", totals.seen);
    write!(out, "<p class=\"total\"><b>{}</b> {noun}</p>", number(totals.seen, lang))?;
    let share = |verdict| (verdict, totals.of(verdict));
    bar(head, &Verdict::ALL.map(share), out)?;
    write!(out, "<table class=\"plain\"><thead class=\"hidden\"><tr><th>{}</th>", word(head, "verdict"))?;
    write!(out, "<th>{}</th><th>{}</th>", word(head, "number"), word(head, "share"))?;
    write!(out, "<th>{}</th></tr></thead><tbody>", word(head, "since.last"))?;
    for verdict in Verdict::ALL.into_iter().rev() {
        let count = totals.of(verdict);
        let name = words::verdict(verdict).get(lang);
        write!(out, "<tr><th scope=\"row\"><a class=\"v {0}\" href=\"#verdict={0}\">{name}</a></th>", verdict.id())?;
        write!(out, "<td class=\"n\">{}</td>", number(count, lang))?;
        write!(out, "<td class=\"n faint\">{}</td>", percent(count, totals.seen))?;
        write!(out, "<td class=\"n faint\">{}</td></tr>", delta(head, totals, verdict))?;
    }
    out.write_all(b"</tbody></table>")
}

/// New, changed, gone, raised, lowered since the run before.
pub(super) fn changes(head: &Head, totals: &Totals, out: &mut dyn Write) -> io::Result<()> {
    let Some(previous) = head.previous else {
        return write!(out, "<p>{}</p>", word(head, "first.run"));
    };
    write!(out, "<p class=\"faint\">{} {}.</p>", word(head, "compared"), minute(head, previous))?;
    let counts = [
        ("raised", totals.raised),
        ("lowered", totals.lowered),
        ("new", totals.changed(Change::New)),
        ("changed", totals.changed(Change::Changed)),
        ("gone", totals.changed(Change::Gone)),
    ];
    if counts.iter().all(|(_, count)| *count == 0) {
        return write!(out, "<p>{}</p>", word(head, "nothing.new"));
    }
    out.write_all(b"<ul class=\"figures\">")?;
    for (id, count) in counts {
        let what = counted(head, &format!("change.{id}"), count);
        figure(head, count, &format!("change={id}"), what, "", out)?;
    }
    out.write_all(b"</ul>")
}

/// What to do, most pressing first.
pub(super) fn steps(head: &Head, totals: &Totals, out: &mut dyn Write) -> io::Result<()> {
    let faults = head.roots.iter().filter(|root| root.fault.is_some()).count() as u64;
    let flag = |id: &str| totals.flags.get(id).copied().unwrap_or(0);
    // At the first run every file is new, which says nothing of them.
    let urgent = if head.previous.is_none() {
        (totals.urgent, "#verdict=secret,sensitive", "do.first", "do.urgent.how")
    } else {
        (totals.urgent, "#verdict=secret,sensitive&amp;change=new,raised", "do.urgent", "do.urgent.how")
    };
    let own = [
        (faults, "#roots", "do.fault", ""),
        urgent,
        (totals.aggregated(), "#folders", "do.folders", "do.folders.how"),
        (totals.of(Verdict::Undetermined), "#unread", "do.unread", "do.unread.how"),
        (totals.lapsed, "#decision=lapsed", "do.lapsed", "do.lapsed.how"),
    ];
    out.write_all(b"<ul class=\"figures\">")?;
    let mut any = false;
    for (count, target, what, how) in own.into_iter().filter(|step| step.0 > 0) {
        let how = if how.is_empty() { "" } else { word(head, how) };
        figure(head, count, target.trim_start_matches('#'), counted(head, what, count), how, out)?;
        any = true;
    }
    for id in ["ai-image-unlabelled", "ai-trace-undisclosed", "diarienummer-missing"] {
        if let (count @ 1.., Some(advice)) = (flag(id), words::flag(id)) {
            let (what, todo) = (advice.what.get(head.lang), advice.todo.get(head.lang));
            let what = format!("{} – {}", counted(head, "do.flag", count), what.to_lowercase().replace("ai", "AI"));
            figure(head, count, &format!("flag={id}"), &what, todo, out)?;
            any = true;
        }
    }
    if !any {
        write!(out, "<li>{}</li>", word(head, "do.nothing"))?;
    }
    out.write_all(b"</ul>")
}

/// Seen = read whole + in part + failed + limit + skipped.
pub(super) fn coverage(head: &Head, totals: &Totals, out: &mut dyn Write) -> io::Result<()> {
    let lang = head.lang;
    write!(out, "<p class=\"coverage\"><b>{}:</b> ", word(head, "coverage"))?;
    write!(out, "{} {} = ", number(totals.seen, lang), word(head, "coverage.seen"))?;
    statuses(head, &totals.statuses, out)?;
    if totals.members > 0 {
        write!(out, ". {} {} = ", number(totals.members, lang), word(head, "coverage.members"))?;
        statuses(head, &totals.member_statuses, out)?;
    }
    out.write_all(b"</p>")
}

fn statuses(head: &Head, counts: &BTreeMap<Status, u64>, out: &mut dyn Write) -> io::Result<()> {
    for (index, status) in Status::ALL.into_iter().enumerate() {
        let count = counts.get(&status).copied().unwrap_or(0);
        let plus = if index == 0 { "" } else { " + " };
        write!(
            out,
            "{plus}<span>{} {}</span>",
            number(count, head.lang),
            words::status_of(status, count).get(head.lang)
        )?;
    }
    Ok(())
}

/// A bar per root, and roots that could not be scanned whole.
pub(super) fn roots(head: &Head, totals: &Totals, out: &mut dyn Write) -> io::Result<()> {
    write!(
        out,
        "<h2 id=\"roots\">{}</h2><div class=\"scroll\"><table class=\"wide\"><thead><tr>",
        word(head, "roots")
    )?;
    write!(
        out,
        "<th scope=\"col\">{}</th><th scope=\"col\" class=\"n\">{}</th>",
        word(head, "root"),
        word(head, "number")
    )?;
    write!(out, "<th scope=\"col\" class=\"picture\">{}</th></tr></thead><tbody>", word(head, "picture"))?;
    for (index, root) in head.roots.iter().enumerate() {
        let counts = totals.roots.get(&index);
        let shares = Verdict::ALL.map(|v| (v, counts.and_then(|c| c.get(&v)).copied().unwrap_or(0)));
        let seen: u64 = shares.iter().map(|(_, count)| count).sum();
        // An owner's report is silent about roots where nothing is the owner's.
        if head.owner.is_some() && seen == 0 && root.fault.is_none() {
            continue;
        }
        let name = visible(root.name.as_bytes());
        write!(out, "<tr><th scope=\"row\"><a href=\"#root={index}\">{}</a>", Html(&name))?;
        if let Some(fault) = &root.fault {
            write!(out, "<span class=\"fault\">{}: {}</span>", word(head, "fault"), Html(fault))?;
        }
        write!(out, "</th><td class=\"n\">{}</td><td>", number(seen, head.lang))?;
        bar(head, &shares, out)?;
        write!(out, "<small aria-hidden=\"true\">{}</small></td></tr>", in_words(head, &shares))?;
    }
    out.write_all(b"</tbody></table></div>")
}

/// The folders that weigh heaviest.
pub(super) fn worst_folders(head: &Head, totals: &Totals, out: &mut dyn Write) -> io::Result<()> {
    let folders = totals.worst_folders(FOLDERS);
    if folders.is_empty() {
        return write!(out, "<p>{}</p>", word(head, "folders.none"));
    }
    write!(
        out,
        "<div class=\"scroll\"><table class=\"wide\"><thead><tr><th scope=\"col\">{}</th>",
        word(head, "folder")
    )?;
    let short = |verdict| words::verdict_short(verdict).get(head.lang);
    for title in [word(head, "nav.files"), short(Verdict::Secret), short(Verdict::Sensitive), word(head, "persons")] {
        write!(out, "<th scope=\"col\" class=\"n\">{title}</th>")?;
    }
    out.write_all(b"</tr></thead><tbody>")?;
    for (root, path, folder) in folders {
        let name = head.roots.get(root).map_or("", |root| root.name.as_str());
        let shown = visible(path);
        let link = format!("root={root}&folder={}", percent_encoded(&shown));
        let path = if path.is_empty() { word(head, "folder.top").to_owned() } else { shown };
        write!(out, "<tr><th scope=\"row\"><a href=\"#{}\">{}</a>", Html(&link), Html(&path))?;
        if head.roots.len() > 1 {
            write!(out, " <span class=\"faint\">{}</span>", Html(&visible(name.as_bytes())))?;
        }
        if folder.is_aggregated() {
            write!(out, " <span class=\"tag\">{}</span>", word(head, "aggregated"))?;
        }
        out.write_all(b"</th>")?;
        for count in [folder.files, folder.secret, folder.sensitive, folder.persons] {
            write!(out, "<td class=\"n\">{}</td>", number(count, head.lang))?;
        }
        out.write_all(b"</tr>")?;
    }
    out.write_all(b"</tbody></table></div>")
}

/// Files that are not judged, by cause, with what to do.
pub(super) fn causes(head: &Head, totals: &Totals, out: &mut dyn Write) -> io::Result<()> {
    let errors = totals.errors.iter().map(|(code, count)| (code.clone(), words::error(code), *count));
    let gaps = totals.causes.iter().map(|(cause, count)| {
        let id = serde_json::to_value(cause).ok().and_then(|id| Some(id.as_str()?.to_owned()));
        (id.unwrap_or_default(), Some(words::cause(*cause)), *count)
    });
    let mut causes: Vec<(String, Option<Advice>, u64)> = errors.chain(gaps).collect();
    if causes.is_empty() {
        return write!(out, "<p>{}</p>", word(head, "unread.none"));
    }
    causes.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
    advice_table(head, "cause", "cause", &causes, out)
}

/// Rows of count, what, and what to do, each leading to its files.
pub(super) fn advice_table(
    head: &Head,
    title: &str,
    filter: &str,
    rows: &[(String, Option<Advice>, u64)],
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(
        out,
        "<div class=\"scroll\"><table class=\"wide advice\"><thead><tr><th scope=\"col\">{}</th>",
        word(head, title)
    )?;
    write!(
        out,
        "<th scope=\"col\" class=\"n\">{}</th><th scope=\"col\">{}</th></tr></thead><tbody>",
        word(head, "number"),
        word(head, "to.do")
    )?;
    for (id, advice, count) in rows {
        let what = advice.map_or(id.as_str(), |advice| advice.what.get(head.lang));
        let todo = advice.map_or("", |advice| advice.todo.get(head.lang));
        write!(
            out,
            "<tr><th scope=\"row\"><a href=\"#{filter}={}\">{}</a></th>",
            Html(&percent_encoded(id)),
            Html(what)
        )?;
        write!(out, "<td class=\"n\">{}</td><td>{}</td></tr>", number(*count, head.lang), Html(todo))?;
    }
    out.write_all(b"</tbody></table></div>")
}

fn figure(head: &Head, count: u64, target: &str, what: &str, how: &str, out: &mut dyn Write) -> io::Result<()> {
    let zero = if count == 0 { " class=\"zero\"" } else { "" };
    write!(out, "<li{zero}><a href=\"#{target}\"><b>{}</b> <span>{}", number(count, head.lang), Html(what))?;
    out.write_all(b"</span></a>")?;
    if !how.is_empty() {
        write!(out, "<small>{}</small>", Html(how))?;
    }
    out.write_all(b"</li>")
}

/// The page's word for `key` after a number: its own form for one, where there is one.
pub(super) fn counted(head: &Head, key: &str, count: u64) -> &'static str {
    let one = (count == 1).then(|| words::page(&format!("{key}.one"), head.lang)).flatten();
    one.or_else(|| words::page(key, head.lang)).unwrap_or_default()
}

/// Shares in words, most restrictive first; what is not there is not said.
fn in_words(head: &Head, shares: &[(Verdict, u64)]) -> String {
    let there = shares.iter().rev().filter(|(_, count)| *count > 0);
    let said = there.map(|(verdict, count)| {
        format!("{}\u{a0}{}", words::verdict_short(*verdict).get(head.lang), number(*count, head.lang))
    });
    said.collect::<Vec<_>>().join(", ")
}

/// A bar of shares. Its text says in words what its colours show.
fn bar(head: &Head, shares: &[(Verdict, u64)], out: &mut dyn Write) -> io::Result<()> {
    let seen: u64 = shares.iter().map(|(_, count)| count).sum();
    let described = in_words(head, shares);
    write!(out, "<svg class=\"bar\" role=\"img\" aria-label=\"{described}\" viewBox=\"0 0 1000 10\" ")?;
    write!(out, "preserveAspectRatio=\"none\"><title>{described}</title>")?;
    let mut at = 0.0;
    for (verdict, count) in shares.iter().rev().filter(|(_, count)| *count > 0) {
        let width = ratio(*count, seen) * 1000.0;
        write!(
            out,
            "<rect class=\"{}\" x=\"{at:.1}\" y=\"0\" width=\"{:.1}\" height=\"10\"/>",
            verdict.id(),
            (width - 2.0).max(2.0)
        )?;
        at += width;
    }
    out.write_all(b"</svg>")
}

#[expect(clippy::cast_precision_loss, reason = "a share for the eye")]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A share in whole percent; what is there is never called 0.
fn percent(part: u64, whole: u64) -> String {
    let share = ratio(part, whole) * 100.0;
    if part > 0 && share < 1.0 { "&lt;\u{a0}1\u{a0}%".to_owned() } else { format!("{share:.0}\u{a0}%") }
}

/// How many more or fewer than in the run before, with its sign.
fn delta(head: &Head, totals: &Totals, verdict: Verdict) -> String {
    let count = totals.of(verdict);
    if head.previous.is_none() {
        return String::new();
    }
    let before = totals.before.get(&verdict).copied().unwrap_or(0);
    match count.cmp(&before) {
        std::cmp::Ordering::Equal => "±0".to_owned(),
        std::cmp::Ordering::Greater => format!("+{}", number(count - before, head.lang)),
        std::cmp::Ordering::Less => format!("−{}", number(before - count, head.lang)),
    }
}

/// A value of the page's address, as `encodeURIComponent` writes it.
fn percent_encoded(value: &str) -> String {
    use std::fmt::Write as _;
    value.bytes().fold(String::with_capacity(value.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}
