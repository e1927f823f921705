//! Collecting what is read of a file, within the limits.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use super::legible::legible;
use super::{Block, Cause, Facts, Gap, Place, Row, Table, Text, Watch};
use crate::error::Limit;
use crate::limits::Limits;
use crate::ocr::Recogniser;

/// Collects what an extractor reads, within the limits.
///
/// What was pushed before an extractor failed is kept: a file that breaks half
/// way is judged on the half that was read.
#[derive(Debug)]
pub struct TextBuilder {
    text: Text,
    within: Vec<String>,
    passages: Vec<String>,
    left: u64,
    inflate_left: u64,
    pushes: u32,
    deadline: Duration,
    spared: Duration,
    stopped: Option<Limit>,
    recogniser: Option<Recogniser>,
    watch: Option<Watch>,
    ocr_left: Duration,
}

/// Most gaps that are noted of one file and what lies in it.
pub(crate) const MOST_GAPS: usize = 1_000;

/// Pushes between two looks at the clock: a look costs as much as a short push.
const PUSHES_PER_LOOK: u32 = 256;

impl TextBuilder {
    /// An empty text that may grow to `limits.text_bytes`.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let deadline = cpu_used() + Duration::from_secs(limits.cpu_seconds);
        let (left, inflate_left) = (limits.text_bytes, limits.inflated_bytes);
        let (text, within, ocr_left) = (Text::default(), Vec::new(), Duration::from_secs(limits.ocr_seconds));
        Self {
            text,
            within,
            passages: Vec::new(),
            left,
            inflate_left,
            pushes: 0,
            deadline,
            spared: Duration::ZERO,
            stopped: None,
            recogniser: None,
            watch: None,
            ocr_left,
        }
    }

    /// Lets pictures be read by `recogniser`.
    #[must_use]
    pub fn with_recogniser(self, recogniser: Option<Recogniser>) -> Self {
        Self { recogniser, ..self }
    }

    /// Lets `watch` look on.
    #[must_use]
    pub fn with_watch(self, watch: Option<Watch>) -> Self {
        Self { watch, ..self }
    }

    /// Shows a file that lies in this one to whoever looks on.
    pub(crate) fn show(&self, name: &str, bytes: &[u8]) {
        if let Some(watch) = &self.watch {
            watch.file(name, bytes);
        }
    }

    /// What reads the words in pictures.
    #[must_use]
    pub fn recogniser(&self) -> Option<&Recogniser> {
        self.recogniser.as_ref()
    }

    /// How long recognition may still take in this file.
    pub fn ocr_left(&mut self) -> &mut Duration {
        &mut self.ocr_left
    }

    /// Leaves CPU time that something with a bound of its own took out of the file's.
    pub fn spare_cpu(&mut self, used: Duration) {
        self.deadline += used;
        self.spared += used;
    }

    /// The CPU time that was left out of the file's.
    #[must_use]
    pub fn spared(&self) -> Duration {
        self.spared
    }

    /// How many blocks were read so far.
    #[must_use]
    pub fn blocks(&self) -> usize {
        self.text.blocks.len()
    }

    /// Where pictures are that were noted as unread since gap `first`, in the file that is read now.
    #[must_use]
    pub fn unread_pictures(&self, first: usize) -> Vec<Place> {
        let gaps = self.text.gaps.iter().skip(first);
        let here = gaps.filter(|gap| gap.cause == Cause::ImageOnly && gap.place.within == self.within);
        here.map(|gap| Place { within: Vec::new(), ..gap.place.clone() }).collect()
    }

    /// Takes back that the picture at `place` is unread; says so when its words are uncertain.
    pub fn picture_was_read(&mut self, place: &Place, sure: bool) {
        let place = self.inside(place.clone());
        let noted = self.text.gaps.iter().position(|gap| gap.cause == Cause::ImageOnly && gap.place == place);
        if let Some(at) = noted {
            self.text.gaps.remove(at);
            self.text.units_read = self.text.units.min(self.text.units_read + u32::from(sure));
        }
        if !sure {
            self.text.gaps.push(Gap { cause: Cause::LowConfidence, place });
        }
    }

    /// Says that the picture at `place` waits for the next run, which has new time to read it.
    pub fn picture_waits(&mut self, place: &Place) {
        let place = self.inside(place.clone());
        let noted = self.text.gaps.iter_mut().find(|gap| gap.cause == Cause::ImageOnly && gap.place == place);
        match noted {
            Some(gap) => gap.cause = Cause::OcrPostponed,
            None => self.text.gaps.push(Gap { cause: Cause::OcrPostponed, place }),
        }
    }

    /// The text of every block from `first` on.
    pub(crate) fn texts(&self, first: usize) -> impl Iterator<Item = &str> {
        self.text.blocks.iter().skip(first).map(|block| &*block.text)
    }

    /// Stretches of a file's own code with a number of a person in it, which its reader may pass by.
    pub(crate) fn passages(&mut self) -> &mut Vec<String> {
        &mut self.passages
    }

    /// Adds a block; white space around it is cut and an empty one left out.
    pub fn block(&mut self, place: Place, text: &str) {
        let text = &*legible(text.trim());
        if let Some(text) = self.admit(text, &place) {
            let place = self.inside(place);
            self.text.blocks.push(Block { place, text, row: None });
        }
    }

    /// Opens a table and returns its index for [`TextBuilder::row`].
    pub fn table(&mut self) -> usize {
        self.text.tables.push(Table::default());
        self.text.tables.len() - 1
    }

    /// Names the columns of `table`.
    pub fn headers(&mut self, table: usize, headers: Vec<String>) {
        if let Some(table) = self.text.tables.get_mut(table) {
            table.headers = headers;
        }
    }

    /// Adds a row of `table`; a row of only empty cells is left out.
    ///
    /// Cells are joined by a tab; tabs and line ends inside a cell become spaces.
    pub fn row(&mut self, table: usize, place: Place, cells: &[String]) {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        let mut text = String::new();
        let mut ranges = Vec::with_capacity(cells.len());
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                text.push('\t');
            }
            let start = text.len();
            let legible = legible(cell.trim());
            text.extend(legible.chars().map(|c| if matches!(c, '\t' | '\n' | '\r') { ' ' } else { c }));
            ranges.push(start..text.len());
        }
        if let Some(text) = self.admit(&text, &place) {
            ranges.retain(|cell| cell.end <= text.len());
            let place = self.inside(place);
            self.text.blocks.push(Block { place, text, row: Some(Row { table, cells: ranges }) });
        }
    }

    /// Notes something that was not read. After a thousand no more are kept:
    /// the file is unread in so many places that one more tells nothing.
    pub fn gap(&mut self, cause: Cause, place: Place) {
        if self.text.gaps.len() < MOST_GAPS {
            let place = self.inside(place);
            self.text.gaps.push(Gap { cause, place });
        }
    }

    /// Notes that a part was read no further than `limit`; what came of it may still be added.
    pub fn cut_short(&mut self, limit: Limit, place: Place) {
        self.stopped.get_or_insert(limit);
        self.gap(Cause::Limit, place);
    }

    /// Counts one page, sheet or member, and whether it was read whole.
    pub fn unit(&mut self, read: bool) {
        self.text.units += 1;
        self.text.units_read += u32::from(read);
    }

    /// What the file says about itself.
    pub fn facts(&mut self) -> &mut Facts {
        &mut self.text.facts
    }

    /// Runs `read` with every place inside attachment `name`.
    pub fn within<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.within.push(name.to_owned());
        let result = read(self);
        self.within.pop();
        result
    }

    /// How many attachments deep the builder stands.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.within.len()
    }

    /// Whether a limit was reached, so that an extractor can stop early.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.left == 0
    }

    /// The limit that was reached, on text or on CPU time.
    #[must_use]
    pub fn stopped(&self) -> Option<Limit> {
        self.stopped
    }

    /// How many blocks were read so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.text.blocks.len()
    }

    /// Whether nothing was read so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.blocks.is_empty()
    }

    /// How many gaps were noted so far.
    #[must_use]
    pub fn gaps(&self) -> usize {
        self.text.gaps.len()
    }

    /// How many pages, sheets or members were counted so far.
    #[must_use]
    pub fn units(&self) -> u32 {
        self.text.units
    }

    /// How many bytes compressed parts may still become: one budget for the
    /// file and everything embedded in it.
    pub fn inflate_left(&mut self) -> &mut u64 {
        &mut self.inflate_left
    }

    /// What was read.
    #[must_use]
    pub fn finish(self) -> Text {
        self.text
    }

    fn inside(&self, mut place: Place) -> Place {
        place.within.clone_from(&self.within);
        place
    }

    /// `text` as far as the limit allows; notes the gap once when it is reached.
    fn admit(&mut self, text: &str, place: &Place) -> Option<String> {
        self.look_at_clock(place);
        if text.is_empty() || self.left == 0 {
            return None;
        }
        let room = usize::try_from(self.left).unwrap_or(usize::MAX);
        if text.len() <= room {
            self.left -= text.len() as u64;
            return Some(text.to_owned());
        }
        self.stop(Limit::Output, place);
        let end = (0..=room).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
        Some(text[..end].to_owned())
    }

    fn look_at_clock(&mut self, place: &Place) {
        self.pushes = self.pushes.wrapping_add(1);
        if self.pushes.is_multiple_of(PUSHES_PER_LOOK) && self.left > 0 && cpu_used() > self.deadline {
            self.stop(Limit::Cpu, place);
        }
    }

    fn stop(&mut self, limit: Limit, place: &Place) {
        self.left = 0;
        self.stopped = Some(limit);
        self.gap(Cause::Limit, place.clone());
    }
}

/// CPU time this thread has used.
pub(crate) fn cpu_used() -> Duration {
    let used = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(used).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Part;

    #[test]
    fn rows_keep_their_cells() {
        let mut builder = TextBuilder::new(&Limits::default());
        let table = builder.table();
        builder.headers(table, vec!["Namn".into(), "Betyg".into()]);
        builder.row(table, Place::default(), &["Ada\tB".into(), " C ".into()]);
        let text = builder.finish();
        let block = &text.blocks[0];
        let row = block.row.as_ref().unwrap();
        assert_eq!(block.text, "Ada B\tC");
        assert_eq!(&block.text[row.cells[1].clone()], "C");
        assert_eq!(text.header(row, 1), Some("Betyg"));
    }

    #[test]
    fn text_over_the_limit_is_cut_and_said() {
        let limits = Limits { text_bytes: 5, ..Limits::default() };
        let mut builder = TextBuilder::new(&limits);
        builder.block(Place::page(1), "åäö");
        builder.block(Place::page(2), "mer");
        assert!(builder.is_full());
        let text = builder.finish();
        assert_eq!(text.blocks[0].text, "åä");
        assert_eq!(text.blocks.len(), 1);
        assert_eq!(text.gaps, vec![Gap { cause: Cause::Limit, place: Place::page(1) }]);
    }

    #[test]
    fn cpu_time_over_the_limit_ends_the_reading_and_keeps_what_was_read() {
        let mut builder = TextBuilder::new(&Limits { cpu_seconds: 0, ..Limits::default() });
        let pushed = (1..1_000_000).take_while(|_| !builder_is_full_after_push(&mut builder)).count();
        assert!(pushed > 0);
        assert_eq!(builder.stopped(), Some(Limit::Cpu));
        assert!(!builder.finish().blocks.is_empty());
    }

    fn builder_is_full_after_push(builder: &mut TextBuilder) -> bool {
        builder.block(Place::default(), "x");
        builder.is_full()
    }

    #[test]
    fn what_shows_nothing_splits_nothing() {
        let mut builder = TextBuilder::new(&Limits::default());
        builder.block(Place::default(), "19900101\u{200b}-\u{2060}2385 sam\u{ad}hälle");
        let table = builder.table();
        builder.row(table, Place::default(), &["１９９０".into(), "\u{feff}Ｅva".into()]);
        let text = builder.finish();
        assert_eq!(text.blocks[0].text, "19900101-2385 samhälle");
        assert_eq!(text.blocks[1].text, "1990\tEva");
        assert_eq!(&text.blocks[1].text[text.blocks[1].row.as_ref().unwrap().cells[1].clone()], "Eva");
    }

    #[test]
    fn places_say_what_they_pass_through() {
        let mut builder = TextBuilder::new(&Limits::default());
        builder.within("lista.xlsx", |inner| inner.block(Place::part(Part::HiddenSheet), "x"));
        assert_eq!(builder.finish().blocks[0].place.to_string(), "attachment lista.xlsx > hidden-sheet");
    }
}
