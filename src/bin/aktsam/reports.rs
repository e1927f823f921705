//! Reports under way: several of the same files in one pass over them.
//!
//! Each is written under another name, made safe on the disk and then renamed:
//! who opens a report finds the old one or the new one, whole.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use aktsam::report::{Format, Head, Report, Row, Totals};
use anyhow::Context;

/// Bytes gathered before they are written.
const BUFFER: usize = 1 << 18;

pub(crate) struct Reports<'a> {
    open: Vec<Draft<'a>>,
    totals: Totals,
}

struct Draft<'a> {
    report: Box<dyn Report + 'a>,
    /// The file that the report writes to.
    file: File,
    place: Place,
}

impl<'a> Reports<'a> {
    /// Begins `report.FORMAT` of each format in `folder`, which is made when it is not there.
    pub(crate) fn begin(head: &'a Head, formats: &[&str], folder: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("{}: cannot be made", folder.display()))?;
        let known = formats.iter().filter_map(|id| Format::named(id));
        let open = known.map(|format| Draft::begin(head, format, folder)).collect::<anyhow::Result<_>>()?;
        Ok(Self { open, totals: Totals::default() })
    }

    /// Takes the next file into every report.
    pub(crate) fn row(&mut self, row: &Row) -> anyhow::Result<()> {
        self.totals.add(row);
        for draft in &mut self.open {
            draft.report.row(row).with_context(|| draft.place.failed())?;
        }
        Ok(())
    }

    /// Puts the reports in their places; says what was counted and where they lie.
    pub(crate) fn finish(self) -> anyhow::Result<(Totals, Vec<String>)> {
        let Self { open, totals } = self;
        let placed = open.into_iter().map(|draft| draft.finish(&totals)).collect::<anyhow::Result<_>>()?;
        Ok((totals, placed))
    }
}

impl<'a> Draft<'a> {
    fn begin(head: &'a Head, format: &Format, folder: &Path) -> anyhow::Result<Self> {
        let place = Place::of(folder, &format!("report.{}", format.id));
        let opened = File::create(&place.partial).and_then(|file| {
            let out = BufWriter::with_capacity(BUFFER, file.try_clone()?);
            Ok((file, (format.begin)(head, Box::new(out))?))
        });
        let (file, report) = opened.with_context(|| place.failed())?;
        Ok(Self { report, file, place })
    }

    fn finish(self, totals: &Totals) -> anyhow::Result<String> {
        let Self { report, file, place } = self;
        report.end(totals).and_then(|()| file.sync_all()).with_context(|| place.failed())?;
        place.take()
    }
}

/// A file's place and the name it has until it is whole. What is half written is removed.
pub(crate) struct Place {
    path: PathBuf,
    partial: PathBuf,
}

impl Place {
    pub(crate) fn of(folder: &Path, name: &str) -> Self {
        let partial = folder.join(format!(".{name}.{}", std::process::id()));
        Self { path: folder.join(name), partial }
    }

    /// Writes the whole file at once.
    pub(crate) fn fill(self, text: &str) -> anyhow::Result<String> {
        let written = File::create(&self.partial).and_then(|mut file| {
            std::io::Write::write_all(&mut file, text.as_bytes())?;
            file.sync_all()
        });
        written.with_context(|| self.failed())?;
        self.take()
    }

    fn take(self) -> anyhow::Result<String> {
        fs::rename(&self.partial, &self.path).with_context(|| self.failed())?;
        Ok(self.path.display().to_string())
    }

    fn failed(&self) -> String {
        format!("{}: the report cannot be written", self.path.display())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // After the rename there is nothing to remove; that it cannot be removed changes nothing.
        let _ = fs::remove_file(&self.partial);
    }
}
