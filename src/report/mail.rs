//! The words of a mail that a report is attached to.

use std::fmt::Write as _;

use super::escape::visible;
use super::terminal::{self, Layout};
use super::words;
use super::{Head, Totals, minute, number};

/// What stands in the mail: whose files, how it is, what is new and what to do.
///
/// Plain text of at most 72 columns, which mail programs leave as it is.
#[must_use]
pub fn body(head: &Head, totals: &Totals) -> String {
    let say = |key| words::terminal(key, head.lang);
    let layout = Layout { width: 72, bold: false };
    let whose = head.owner.as_deref().map(|owner| format!("{}: ", visible(owner.as_bytes()))).unwrap_or_default();
    let scanned = words::counted("mail.scanned", totals.seen, head.lang);
    let when = head.started.map(|started| minute(head, started)).unwrap_or_default();
    let mut text = format!("{whose}{} {scanned} {when}.\n", number(totals.seen, head.lang));
    for left_out in &head.selection {
        let _ = writeln!(text, "{}: {left_out}", say("mail.selection"));
    }
    text.push('\n');
    terminal::verdicts(head, totals, &mut text);
    text.push('\n');
    let mut rows = vec![(say("since"), terminal::since(head, totals))];
    rows.extend(terminal::steps(head, totals).into_iter().map(|step| (say("next"), step)));
    terminal::named(&rows, layout, &mut text);
    for key in [say("mail.attached"), say("mail.proposal")] {
        text.push('\n');
        text.push_str(&layout.paragraph("", key));
    }
    text
}
