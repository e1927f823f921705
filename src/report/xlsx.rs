//! A workbook with a sheet per view: overview, files, folders, archive.
//!
//! Rows go to a temporary file as they come and are never formulas: a cell is
//! text, a number or a moment by its type, whatever it begins with.

use std::borrow::Cow;
use std::io::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::Timestamp;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::columns::{ARCHIVE, COLUMNS, Cell, Column};
use super::words;
use super::{Change, Head, Out, Report, Row, Totals, local, minute};

mod overview;

/// Rows that a sheet holds; the next go on another (Excel specifications and limits).
const ROWS: u32 = 1_048_576;

/// Characters that a cell holds (Excel specifications and limits).
const CHARS: usize = 32_767;

/// Days from Excel's day 0 to 1970-01-01, and the first day it cannot show.
const EPOCH: f64 = 25_569.0;
const END: f64 = 2_958_466.0;

/// How hard files are compressed, of 9: harder costs twice the time for a tenth of the size.
const COMPRESSION: u8 = 3;

/// Begins a workbook.
pub(super) fn begin<'a>(head: &'a Head, out: Out<'a>) -> io::Result<Box<dyn Report + 'a>> {
    guarded(|| {
        let mut book = Workbook::new();
        book.set_zip_compression_level(COMPRESSION);
        let styles = Styles::new();
        let say = |key: &'static str| words::page(key, head.lang).unwrap_or(key);
        let files = Table::new(say("nav.files"), titles(head, COLUMNS));
        let flags = words::ARCHIVE.iter().map(|id| (head.flag(id).to_owned(), 12));
        let archive = Table::new(say("nav.archive"), titles(head, ARCHIVE).into_iter().chain(flags).collect());
        Ok(Box::new(Book { head, out, book, styles, files, archive }) as Box<dyn Report + 'a>)
    })
}

struct Book<'a> {
    head: &'a Head,
    out: Out<'a>,
    book: Workbook,
    styles: Styles,
    files: Table,
    archive: Table,
}

impl Report for Book<'_> {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        guarded(|| {
            let cells = COLUMNS.iter().map(|column| (column.cell)(self.head, row));
            self.files.row(&mut self.book, &self.styles, self.head, cells)?;
            let has = |id: &&str| row.flags().any(|flag| flag == *id);
            if row.change == Change::Gone || !words::ARCHIVE.iter().any(has) {
                return Ok(());
            }
            let cells = ARCHIVE.iter().map(|column| (column.cell)(self.head, row));
            let marks = words::ARCHIVE.iter().map(|id| if has(id) { Cell::Text("x".into()) } else { Cell::Empty });
            self.archive.row(&mut self.book, &self.styles, self.head, cells.chain(marks))
        })
    }

    fn end(self: Box<Self>, totals: &Totals) -> io::Result<()> {
        let Book { head, mut out, mut book, styles, files, archive } = *self;
        guarded(|| {
            book.set_properties(&properties(head)?);
            let first = overview::sheet(head, totals, &styles)?;
            book.push_worksheet(first);
            files.push(&mut book, &styles)?;
            let folders = overview::folders(&mut book, head, totals, &styles)?;
            folders.push(&mut book, &styles)?;
            archive.push(&mut book, &styles)?;
            book.save_to_writer(&mut out)
        })?;
        out.flush()
    }
}

/// A sheet of rows under titles that stay and filter; more than one when there are many rows.
struct Table {
    name: String,
    titles: Vec<(String, u8)>,
    sheets: Vec<Worksheet>,
    next: u32,
}

impl Table {
    fn new(name: &str, titles: Vec<(String, u8)>) -> Self {
        Self { name: name.to_owned(), titles, sheets: Vec::new(), next: ROWS }
    }

    fn row<'a>(
        &mut self,
        book: &mut Workbook,
        styles: &Styles,
        head: &Head,
        cells: impl Iterator<Item = Cell<'a>>,
    ) -> Result<(), XlsxError> {
        if self.next == ROWS {
            self.begin(book, styles)?;
        }
        let Some(sheet) = self.sheets.last_mut() else { return Ok(()) };
        for (column, cell) in (0..).zip(cells) {
            write(sheet, (self.next, column), &cell, styles, head)?;
        }
        self.next += 1;
        Ok(())
    }

    fn begin(&mut self, book: &mut Workbook, styles: &Styles) -> Result<(), XlsxError> {
        let mut sheet = book.new_worksheet_with_constant_memory()?;
        let suffix = if self.sheets.is_empty() { String::new() } else { format!(" {}", self.sheets.len() + 1) };
        sheet.set_name(format!("{}{suffix}", self.name))?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, (title, width)) in (0..).zip(&self.titles) {
            sheet.set_column_width(column, *width)?;
            sheet.write_string_with_format(0, column, title, &styles.header)?;
        }
        sheet.set_landscape().set_repeat_rows(0, 0)?.set_print_fit_to_pages(1, 0);
        self.sheets.push(sheet);
        self.next = 1;
        Ok(())
    }

    /// Puts the sheets after those of the book, with filters over what they hold.
    fn push(mut self, book: &mut Workbook, styles: &Styles) -> Result<(), XlsxError> {
        if self.sheets.is_empty() {
            self.begin(book, styles)?;
        }
        let (full, last) = (self.sheets.len() - 1, self.next);
        for (index, mut sheet) in self.sheets.into_iter().enumerate() {
            let rows = if index < full { ROWS } else { last };
            let columns = u16::try_from(self.titles.len()).unwrap_or(u16::MAX);
            sheet.autofilter(0, 0, rows - 1, columns.saturating_sub(1))?;
            book.push_worksheet(sheet);
        }
        Ok(())
    }
}

/// How cells look.
struct Styles {
    title: Format,
    heading: Format,
    header: Format,
    moment: Format,
    count: Format,
    share: Format,
    wrapped: Format,
}

impl Styles {
    fn new() -> Self {
        let bold = Format::new().set_bold();
        Self {
            title: bold.clone().set_font_size(18),
            heading: bold.clone().set_font_size(13),
            header: bold
                .set_background_color(Color::RGB(0x00F1_EFE8))
                .set_border_bottom(FormatBorder::Thin)
                .set_align(FormatAlign::Top)
                .set_text_wrap(),
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm").set_align(FormatAlign::Left),
            count: Format::new().set_num_format("#,##0"),
            share: Format::new().set_num_format("0 %"),
            wrapped: Format::new().set_text_wrap().set_align(FormatAlign::Top),
        }
    }
}

fn titles(head: &Head, columns: &[Column]) -> Vec<(String, u8)> {
    columns.iter().map(|column| (column.title.get(head.lang).to_owned(), column.width)).collect()
}

fn write(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell<'_>,
    styles: &Styles,
    head: &Head,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) if text.is_empty() => {}
        Cell::Text(text) => {
            sheet.write_string(row, column, cut(text))?;
        }
        Cell::Number(count) => {
            sheet.write_number_with_format(row, column, float(*count), &styles.count)?;
        }
        Cell::Moment(moment) => match day(head, *moment) {
            Some(day) => {
                sheet.write_number_with_format(row, column, day, &styles.moment)?;
            }
            None => {
                sheet.write_string(row, column, minute(head, *moment))?;
            }
        },
    }
    Ok(())
}

/// A moment as Excel counts: days, with their fractions; `None` outside 1900 to 9999.
fn day(head: &Head, moment: Timestamp) -> Option<f64> {
    let ahead = head.zone.to_offset(moment).seconds();
    let seconds = f64::from(ahead) + exact(moment.as_second());
    let day = seconds / 86_400.0 + EPOCH;
    (1.0..END).contains(&day).then_some(day)
}

#[expect(clippy::cast_precision_loss, reason = "every second until the year 9999 is exact in 53 bits")]
fn exact(seconds: i64) -> f64 {
    seconds as f64
}

#[expect(clippy::cast_precision_loss, reason = "Excel has no other number")]
fn float(count: u64) -> f64 {
    count as f64
}

/// What of a text fits in a cell.
fn cut(text: &str) -> Cow<'_, str> {
    // As many bytes as characters at least.
    if text.len() <= CHARS || text.chars().count() <= CHARS {
        return text.into();
    }
    text.chars().take(CHARS - 1).chain(['…']).collect::<String>().into()
}

fn properties(head: &Head) -> Result<DocProperties, XlsxError> {
    let title = words::page("title", head.lang).unwrap_or_default();
    let mut properties = DocProperties::new().set_title(title).set_author(format!("aktsam {}", head.version));
    if let Some(started) = head.started {
        let at = local(head, started);
        let date =
            ExcelDateTime::from_ymd(at.year().unsigned_abs(), at.month().unsigned_abs(), at.day().unsigned_abs())?;
        let (hour, minute) = (at.hour().unsigned_abs(), at.minute().unsigned_abs());
        properties = properties.set_creation_datetime(&date.and_hms(hour.into(), minute, 0)?);
    }
    Ok(properties)
}

/// Runs the workbook's library, which panics where it cannot write to its temporary file.
fn guarded<T>(run: impl FnOnce() -> Result<T, XlsxError>) -> io::Result<T> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(XlsxError::IoError(error))) => Err(error),
        Ok(Err(error)) => Err(io::Error::other(error.to_string())),
        Err(_) => {
            let message = "rows cannot be kept in the folder for temporary files: is its disk full?";
            Err(io::Error::new(io::ErrorKind::StorageFull, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::explain::Language;
    use jiff::tz::{TimeZone, offset};

    fn head() -> Head {
        Head {
            lang: Language::Swedish,
            version: String::new(),
            started: None,
            ended: None,
            previous: None,
            zone: TimeZone::fixed(offset(1)),
            roots: Vec::new(),
            isolation: None,
            guideline: super::super::Guideline::default(),
            owner: None,
            selection: Vec::new(),
        }
    }

    #[test]
    fn days_are_excels() {
        for (moment, expected) in [
            ("2026-11-24T23:00:00Z", Some(46_351.0)),
            ("1970-01-01T11:00:00Z", Some(25_569.5)),
            ("1812-01-01T00:00:00Z", None),
        ] {
            assert_eq!(day(&head(), moment.parse().unwrap()), expected, "{moment}");
        }
    }

    #[test]
    fn long_texts_fit() {
        for (length, kept) in [(10, 10), (CHARS, CHARS), (CHARS + 1, CHARS)] {
            assert_eq!(cut(&"å".repeat(length)).chars().count(), kept);
        }
    }
}
