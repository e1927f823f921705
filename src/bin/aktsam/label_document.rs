//! Documents that `aktsam label` labels, and what `verify` and `inspect` say of their labels.

use std::path::PathBuf;

use aktsam::document::Kind;
use aktsam::image::label::Request as PictureRequest;
use aktsam::label::{Label, LabelError, Layer, Request, layers, read};
use aktsam::report::register::layer;
use serde_json::{Value, json};

use crate::args::Lang;
use crate::output::hinted;
use crate::pictures;
use crate::register::Seen;

/// Whether files of this kind are labelled as documents.
pub(crate) fn takes(kind: Kind) -> bool {
    !layers(kind).is_empty()
}

/// A document that was labelled.
pub(crate) struct Written {
    pub kind: Kind,
    /// Where it was written.
    pub target: PathBuf,
    /// The document before, kept beside it.
    pub backup: Option<PathBuf>,
    /// The label's words.
    pub text: String,
    /// Its number in the register.
    pub number: Option<i64>,
    /// Whether nothing was written.
    pub dry: bool,
}

/// The labelled document; `None` when it is labelled already.
pub(crate) fn label(kind: Kind, bytes: &[u8], asked: &PictureRequest) -> anyhow::Result<Option<(Vec<u8>, String)>> {
    let request = request(asked);
    match aktsam::label::label(kind, bytes, &request) {
        Ok(labelled) => Ok(Some((labelled, request.words().to_owned()))),
        Err(LabelError::Already) => Ok(None),
        Err(error) => Err(with_hint(error)),
    }
}

/// Whether a document carries every layer of the label.
pub(crate) fn is_whole(kind: Kind, bytes: &[u8]) -> bool {
    read(kind, bytes).is_some_and(|label| label.layers == layers(kind))
}

fn request(asked: &PictureRequest) -> Request {
    Request {
        text: asked.text.clone(),
        edited: asked.edited,
        language: asked.language,
        system: asked.system.as_deref().map(|name| name.trim().to_owned()),
        version: asked.version.as_deref().map(|version| version.trim().to_owned()),
    }
}

fn with_hint(error: LabelError) -> anyhow::Error {
    let hint = match error {
        LabelError::Encrypted => "save it without its password first, or write the label in it by hand",
        LabelError::Signed => "label it before it is signed",
        LabelError::Damaged(_) => "open it in its own program, save it anew, and label that",
        LabelError::Metadata => "save it anew in the program that made it, and label that",
        LabelError::Archive => "label the document that it was made from, and make the PDF/A anew",
        LabelError::Text => "give a shorter --text without line breaks",
        _ => return error.into(),
    };
    hinted(error, hint)
}

impl Written {
    /// The document as a line of JSON.
    pub(crate) fn line(&self, path: &str) -> Value {
        json!({
            "path": path,
            "result": if self.dry { "would-be-labelled" } else { "labelled" },
            "written": pictures::shown(&self.target),
            "backup": self.backup.as_deref().map(pictures::shown),
            "text": self.text,
            "layers": layers(self.kind),
            "register": self.number,
        })
    }

    /// The document in words; `shown` is its path and `target` where it was written, both safe to show.
    pub(crate) fn words(&self, shown: &str, target: &str, lang: Lang) -> String {
        let say = |swedish: &'static str, english: &'static str| if lang == Lang::Sv { swedish } else { english };
        let arrow = if self.dry {
            say("skulle märkas →", "would be labelled →")
        } else {
            say("märkt →", "labelled →")
        };
        let names = names(layers(self.kind), lang);
        let mut words =
            format!("{shown}: {arrow} {target}\n  text: ”{}”, {}: {names}\n", self.text, say("lager", "layers"));
        if let Some(number) = self.number {
            let known = say("i registret: nr", "in the register: no.");
            words.extend(["  ", known, " ", &number.to_string(), "\n"]);
        }
        if !layers(self.kind).contains(&Layer::Visible) {
            words.push_str(say(
                "  PDF får ingen synlig märkning: sidorna är färdiga och ändras inte. Skriv den i texten innan PDF:en görs.\n",
                "  A PDF gets no visible label: its pages are finished and are not changed. Write it in the text before the PDF is made.\n",
            ));
        }
        words
    }
}

fn names(layers: &[Layer], lang: Lang) -> String {
    layers.iter().map(|one| layer(one.id(), lang.language())).collect::<Vec<_>>().join(", ")
}

/// What a document says of itself.
pub(crate) struct Checked {
    kind: Kind,
    label: Option<Label>,
    pub seen: Seen,
}

impl Checked {
    pub(crate) fn of(kind: Kind, bytes: &[u8], seen: Seen) -> Self {
        Self { kind, label: read(kind, bytes), seen }
    }

    /// Whether a layer of its label is gone, or the register knows it as labelled and it is not.
    pub(crate) fn is_wrong(&self) -> bool {
        match &self.label {
            Some(label) => label.layers != layers(self.kind),
            None => self.seen.is_suspect(),
        }
    }

    /// Whether every layer of its label is there.
    pub(crate) fn is_labelled(&self) -> bool {
        self.label.as_ref().is_some_and(|label| label.layers == layers(self.kind))
    }

    fn answer(&self) -> &'static str {
        match &self.label {
            Some(label) if label.layers == layers(self.kind) => "labelled",
            Some(_) => "label-gone",
            None if self.seen.is_suspect() => "not-labelled",
            None => "no-marker",
        }
    }

    /// The document as a line of JSON.
    pub(crate) fn line(&self, path: &str) -> Value {
        json!({ "path": path, "kind": self.kind, "label": self.label, "answer": self.answer(), "register": self.seen.json() })
    }

    /// The document in words; `shown` is its path, safe to show.
    pub(crate) fn words(&self, shown: &str, lang: Lang) -> String {
        let (swedish, english) = match self.answer() {
            "labelled" => ("märkt", "labelled"),
            "label-gone" => ("den synliga märkningen är BORTA", "the visible label is GONE"),
            "not-labelled" => ("UTAN den märkning som registret känner", "WITHOUT the label that the register knows"),
            _ => (
                "ingen märkning; det säger inte att en människa skrivit texten",
                "no label; that does not say that a human wrote the text",
            ),
        };
        let (said, named) = if lang == Lang::Sv { (swedish, "lager") } else { (english, "layers") };
        let mut words = format!("{shown}: {said}\n");
        if let Some(label) = &self.label {
            let text = aktsam::report::escape::visible(label.text.as_bytes());
            words.extend(["  text: ”", &text, "”, ", named, ": ", &names(&label.layers, lang), "\n"]);
        }
        if let Some(register) = self.seen.words(lang) {
            words.extend(["  register: ", &register, "\n"]);
        }
        words
    }
}
