use std::fmt::Write as _;

use super::*;
use crate::extract::testing::{lines, read};

fn said(page: &str) -> Vec<String> {
    let limits = Limits::default();
    let mut builder = TextBuilder::new(&limits);
    html(page.as_bytes(), &limits, &mut builder).unwrap();
    lines(&builder.finish())
}

#[test]
fn the_table_of_blocks_is_sorted() {
    assert!(BLOCKS.is_sorted());
}

#[test]
fn a_page_is_read_as_it_is_seen_and_beyond() {
    for (page, expected) in [
        ("<p>Ett\n  <b>två</b>tre<p>fyra", &["body paragraph 1: Ett tvåtre", "body paragraph 2: fyra"][..]),
        ("Eva&nbsp;Ek<br>Storgatan&#32;1", &["body paragraph 1: Eva\u{a0}Ek\nStorgatan 1"]),
        ("<title>Lista</title>Hej", &["property: Lista", "body paragraph 1: Hej"]),
        ("a<script>var b;</script><style>c</style>d", &["body paragraph 1: ad"]),
        ("person&shy;nummer", &["body paragraph 1: personnummer"]),
        ("a<!-- kom ihåg -->b", &["hidden paragraph 1: kom ihåg", "body paragraph 1: ab"]),
        ("<!--[if mso]><p>Bara <b>här</b></p><![endif]-->", &["hidden paragraph 1: mso]> Bara här"]),
        ("<![if !mso]>x<![endif]><?xml version='1.0'?>", &["body paragraph 1: x"]),
        ("<p>a <span style='display: NONE'>b</span> c", &["hidden paragraph 1: b", "body paragraph 1: a c"]),
        (
            "<div hidden><div>a</div>b</div>c",
            &["hidden paragraph 1: a", "hidden paragraph 1: b", "body paragraph 1: c"],
        ),
        ("<p hidden>a<p>b", &["hidden paragraph 1: a", "body paragraph 1: b"]),
        ("<img alt='Eva vid sjön'>", &["alt-text paragraph 1: Eva vid sjön"]),
        ("<a href='mailto:a@b.se'>Skriv</a>", &["body paragraph 1: Skriv", "link paragraph 1: mailto:a@b.se"]),
        ("<a href='#top'>Upp</a>", &["body paragraph 1: Upp"]),
        ("<meta name=Author content='Eva Ek'><meta name=viewport content=w>", &["property: Eva Ek"]),
        ("<input value=Ek><input type=hidden value=7>", &["form-field paragraph 1: Ek", "hidden paragraph 1: 7"]),
        ("<pre>a  b\n c</pre>", &["body paragraph 1: a  b\n c"]),
        ("<iframe srcdoc='&lt;p>inne'></iframe>ute", &["body paragraph 1: ute", "body paragraph 2: inne"]),
    ] {
        assert_eq!(said(page), expected, "{page}");
    }
}

#[test]
fn rows_know_their_column_headers() {
    let page = "<table><tr><th>Namn<th>Betyg<tr><td>Eva<td>B</table>efter";
    let limits = Limits::default();
    let mut builder = TextBuilder::new(&limits);
    html(page.as_bytes(), &limits, &mut builder).unwrap();
    let text = builder.finish();
    assert_eq!(
        lines(&text),
        ["body table 1 row 1: Namn | Betyg", "body table 1 row 2: Eva | B", "body paragraph 1: efter"]
    );
    let row = text.blocks[1].row.as_ref().unwrap();
    assert_eq!(text.header(row, 1), Some("Betyg"));
}

#[test]
fn a_column_that_spans_keeps_the_next_in_its_place() {
    assert_eq!(said("<table><tr><td colspan=2>a<td>b</table>"), ["body table 1 row 1: a |  | b"]);
}

#[test]
fn a_table_for_layout_is_read_as_paragraphs() {
    let page = "<table><tr><td><p>Ett</p><p>Två</p><table><tr><td>a<td>b</table></table>";
    assert_eq!(said(page), ["body table 2 row 1: a | b", "body table 1 row 1: Ett", "body table 1 row 1: Två"]);
}

#[test]
fn what_a_script_swallows_to_the_end_is_said() {
    let limits = Limits::default();
    let mut builder = TextBuilder::new(&limits);
    html(b"<p>a<script>var b = '<p>19900101'", &limits, &mut builder).unwrap();
    let text = builder.finish();
    assert_eq!(text.gaps[0].cause, Cause::PartDamaged);
    assert_eq!((text.units, text.units_read), (1, 0));
}

#[test]
fn deep_nesting_is_read_in_linear_time() {
    let deep = 50_000;
    for (open, close) in
        [("<div>", "</div>"), ("<table><tr><td>", "</table>"), ("<b hidden>", "</i>"), ("<p hidden>", "")]
    {
        let page = format!("{}innerst{}", open.repeat(deep), close.repeat(deep));
        assert_eq!(said(&page).len(), 1, "{open}");
    }
    let mut wide = String::from("<table><tr>");
    for _ in 0..deep {
        let _ = write!(wide, "<td colspan=1000>");
    }
    assert!(said(&(wide + "x<td>y")).len() == 1);
}

#[test]
fn a_cut_page_is_read_as_far_as_it_goes() {
    let page = "<!doctype html><html><head><title>Lista</title><style>p{}</style><body><!-- x -->\
                <table><tr><th>Namn<td>Eva &aring; Ek</table><p hidden>dold</p><a href='http://a.se' title='t'>länk</a>";
    for end in 0..page.len() {
        assert_ne!(read(page.as_bytes().get(..end).unwrap()).error, Some(FileError::Panic), "{end}");
    }
}
