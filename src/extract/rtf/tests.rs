use super::*;
use crate::document::Text;
use crate::extract::testing::{lines, read};

fn text(rich: &[u8]) -> Text {
    let limits = Limits::default();
    let mut builder = TextBuilder::new(&limits);
    rtf(rich, &limits, &mut builder).unwrap();
    builder.finish()
}

fn said(rich: &str) -> Vec<String> {
    lines(&text(format!("{{\\rtf1\\ansi {rich}}}").as_bytes()))
}

#[test]
fn words_are_read_in_their_code_pages() {
    for (rich, expected) in [
        (r"R\'e4ksm\'f6rg\'e5s", "Räksmörgås"),
        (r"\ansicpg1250 \'b9", "ą"),
        (r"\mac \'8cndring", "åndring"),
        (r"\pca R\'84ksm\'94rg\'86s", "Räksmörgås"),
        (r"{\fonttbl{\f1\fcharset204 Arial;}}\f1 \'ef\'f0\'e8\plain\'e5", "приå"),
        (r"\deff2{\fonttbl{\f2\fcharset238 A;}}\'b9", "ą"),
        (r"{\fonttbl{\f1\fcharset128 MS;}}\f1\'93\'fa\'96\'7b", "日本"),
        (r"\uc1\u246?l\u8364 ?", "öl€"),
        (r"\uc0\u-10179\u-8704 x", "😀x"),
        (r"{\uc2\u229\'86\'b5 }a", "å a"),
        (r"a\~b\_c\-d\\\{\}", "a\u{a0}b\u{2011}cd\\{}"),
        (r"{\upr{ber\'e4kna}{\*\ud{ber\u228?kna}}}", "beräkna"),
        (r"a{\stylesheet{c;}}d\bin3 xyze", "ade"),
    ] {
        assert_eq!(said(rich), [format!("body paragraph 1: {expected}")], "{rich}");
    }
}

#[test]
fn every_part_is_said_as_what_it_is() {
    for (rich, expected) in [
        (r"{\header Sekretess\par}a\par b", &["header: Sekretess", "body paragraph 1: a", "body paragraph 2: b"][..]),
        (r"a{\footnote not}b", &["footnote: not", "body paragraph 1: ab"]),
        (r"a{\footnote\ftnalt not}b", &["endnote: not", "body paragraph 1: ab"]),
        (
            r"a{\*\atnauthor Eva}{\*\annotation{\*\atnref 1}fel}",
            &["comment: Eva", "comment: fel", "body paragraph 1: a"],
        ),
        (
            r"{\v dold }synlig{\deleted bort}",
            &["body paragraph 1: synlig", "hidden paragraph 1: dold", "deleted paragraph 1: bort"],
        ),
        (
            r"{\info{\title Titel}{\author Eva}{\creatim\yr2025}}a",
            &["property: Titel", "property: Eva", "body paragraph 1: a"],
        ),
        (
            r#"{\field{\*\fldinst HYPERLINK "http://a.se"}{\fldrslt l\'e4nk}}"#,
            &["link: http://a.se", "body paragraph 1: länk"],
        ),
        (r"{\field{\*\fldinst PAGE}{\fldrslt 1}}", &["field: PAGE", "body paragraph 1: 1"]),
        (
            r"{\shp{\*\shpinst{\sp{\sn gtextUNICODE}{\sv UTKAST}}{\sp{\sn x}{\sv 7}}{\shptxt ruta}}{\shprslt ruta}}",
            &["text-box: UTKAST", "text-box: ruta", "hidden: ruta"],
        ),
        (r"a{\*\okand b}d", &["hidden: b", "body paragraph 1: ad"]),
        (r"{\*\userprops{\propname Kund}\proptype30{\staticval Eva}}", &["property: Eva"]),
    ] {
        assert_eq!(said(rich), expected, "{rich}");
    }
}

#[test]
fn rows_know_their_column_headers() {
    let rich = r"{\rtf1\trowd\intbl Namn\cell Betyg\cell\row\trowd\intbl Eva\cell B\par plus\cell\row\pard efter}";
    let text = text(rich.as_bytes());
    assert_eq!(
        lines(&text),
        ["body table 1 row 1: Namn | Betyg", "body table 1 row 2: Eva | B plus", "body paragraph 1: efter"]
    );
    assert_eq!(text.header(text.blocks[1].row.as_ref().unwrap(), 1), Some("Betyg"));
}

#[test]
fn a_table_in_a_cell_keeps_its_rows() {
    let rich = r"\intbl Yttre\par\pard\intbl\itap2 a\nestcell b\nestcell{\*\nesttableprops\nestrow}{\nonesttables\par}\pard\intbl c\cell d\cell\row";
    assert_eq!(said(rich), ["body table 1 row 1: a | b", "body table 2 row 1: Yttre c | d"]);
}

#[test]
fn an_embedded_object_is_read_as_its_own_kind() {
    let mut object = vec![1, 5, 0, 0, 2, 0, 0, 0];
    for name in ["Text\0", "", ""] {
        object.extend(u32::try_from(name.len()).unwrap().to_le_bytes());
        object.extend(name.as_bytes());
    }
    object.extend(5_u32.to_le_bytes());
    object.extend(b"inner");
    let hex = object.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let text = text(format!("{{\\rtf1 a{{\\object{{\\*\\objdata {hex}}}}}}}").as_bytes());
    assert_eq!(lines(&text), ["attachment object 1 > body paragraph 1: inner", "body paragraph 1: a"]);
    assert_eq!(text.facts.attachments, 1);
    let linked = self::text(br"{\rtf1 a{\object{\*\objdata 0105000001000000}}}");
    assert_eq!(linked.gaps[0].cause, Cause::EmbeddedUnread);
}

#[test]
fn what_is_not_read_is_said() {
    for (rich, cause) in [
        (&br"{\rtf1 halv mening"[..], Cause::PartDamaged),
        (br"{\rtf1{\pict 0102}}", Cause::ImageOnly),
        (br"{\rtf1{\fonttbl{\f0\fcharset128 A;}}\f0 a\'81}", Cause::Encoding),
    ] {
        let text = text(rich);
        assert_eq!(text.gaps[0].cause, cause);
        assert_eq!((text.units, text.units_read), (1, 0));
    }
    assert!(text(br"{\rtf1 a{\pict 0102}}").gaps.is_empty());
}

#[test]
fn deep_nesting_is_a_limit_and_braces_without_end_are_harmless() {
    let limits = Limits::default();
    let deep = [&b"{\\rtf1 "[..], &vec![b'{'; 1_000_000]].concat();
    assert_eq!(rtf(&deep, &limits, &mut TextBuilder::new(&limits)), Err(FileError::Limit(Limit::Depth)));
    let footnotes = "{\\footnote x".repeat(5_000);
    assert_eq!(said(&footnotes).len(), 5_000);
    assert_eq!(said(&"}".repeat(1_000)), Vec::<String>::new());
}

#[test]
fn a_cut_file_is_read_as_far_as_it_goes() {
    let rich = br"{\rtf1\ansi{\fonttbl{\f0\fcharset238 A;}}{\info{\title T}}{\header H\par}\trowd\intbl a\cell\u229\'e5 b\cell\row{\object{\*\objdata 010500}}\par {\field{\*\fldinst HYPERLINK x}{\fldrslt y}}\bin2 zz}";
    for end in 6..rich.len() {
        let reading = read(&rich[..end]);
        assert_eq!(reading.error, None, "{end}");
        assert!(!reading.text.gaps.is_empty(), "{end}");
    }
}
