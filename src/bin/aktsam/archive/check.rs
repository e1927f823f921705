//! `aktsam archive check`: every file of a folder, and whether it can be handed over.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use aktsam::archive::assess::{Assessment, Context, assess};
use aktsam::archive::check::{self, MakeSurvey, Options, Seen, SurveyFile};
use aktsam::archive::diary::{Diary, Plan};
use aktsam::archive::finding::{Acceptance, Level};
use aktsam::archive::policy::ArchivePolicy;
use aktsam::archive::puid::{SHIPPED_RELEASE, Signatures};
use aktsam::archive::report::{self, FORMATS, Head, Summary};
use aktsam::archive::survey::{Depth, Pronom, survey};
use aktsam::config::RootConfig;
use aktsam::examine::Examiner;
use aktsam::judge::Policy;
use aktsam::judge::explain::Language;
use aktsam::ledger::{Accepted, Reader, place};
use aktsam::ocr::Pages;
use aktsam::sandbox::{Level as Confined, Sandbox, SandboxError, Setup};
use aktsam::walk::{Root, Scope};
use anyhow::Context as _;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::args::{Against, CheckArgs, Format};
use super::{remembered, verapdf};
use crate::Outcome;
use crate::args::{Common, SandboxMode};
use crate::output::hinted;
use crate::{policy, register, scan};

pub(super) fn run(common: &Common, args: &CheckArgs) -> Outcome {
    // Reports name files and people's matters: they are not for other accounts to read.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let root = open_folder(&args.dir)?;
    let folder = reports_folder(args.out.as_deref(), &root)?;
    let depth = if args.formats_only { Depth::Format } else { Depth::Whole };
    let checked = Checked::of(common, &args.against, &root, depth)?;
    let mut reports = Vec::new();
    if args.format == Format::Human || args.out.is_some() {
        reports = checked.write_reports(&root, common.lang.language(), &folder)?;
    }
    let head = checked.head(&root, common.lang.language());
    let mut out = BufWriter::new(io::stdout().lock());
    match args.format {
        Format::Human => out.write_all(report::terminal(&head, &checked.summary, &reports).as_bytes())?,
        Format::Jsonl => report::json_lines(&head, &checked.assessment, &mut out)?,
    }
    out.flush()?;
    Ok(ExitCode::from(checked.exit_code()))
}

/// Opens the folder that is checked, with all that is in it: nothing is left out.
pub(super) fn open_folder(dir: &Path) -> anyhow::Result<Root> {
    let config = RootConfig { exclude_system: false, ..RootConfig::of(dir.to_owned()) };
    let root = Root::open(dir, None, Scope::new(&config, &[])?, None)?;
    if root.is_file() {
        return Err(hinted(format!("{}: a file", dir.display()), "name the folder that is to be handed over"));
    }
    Ok(root)
}

/// Where the reports go: as asked or here, and never into what is checked.
fn reports_folder(out: Option<&Path>, root: &Root) -> anyhow::Result<PathBuf> {
    let folder = out.unwrap_or(Path::new("."));
    if place(folder).starts_with(root.path()) {
        let message = format!("{}: lies inside the checked folder {}", folder.display(), root.path().display());
        return Err(hinted(message, "name another place for the reports with --out"));
    }
    Ok(folder.to_owned())
}

/// A folder that was checked, with what it was held against.
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that was asked or not")]
pub(super) struct Checked {
    pub assessment: Assessment,
    pub summary: Summary,
    pub policy: ArchivePolicy,
    pub signatures: Arc<Signatures>,
    pub pronom: String,
    pub started: Timestamp,
    isolation: Confined,
    depth: Depth,
    diary: bool,
    plan: bool,
    verapdf: bool,
    register: bool,
}

impl Checked {
    /// Checks a folder.
    pub(super) fn of(common: &Common, against: &Against, root: &Root, depth: Depth) -> anyhow::Result<Self> {
        let started = Timestamp::now();
        let config = scan::configuration(common)?;
        let own = against.policy_archive.as_deref().map(ArchivePolicy::load).transpose()?;
        let archive = own.unwrap_or_else(ArchivePolicy::shipped);
        let diary = against.diary.as_deref().map(Diary::load).transpose()?;
        let plan = against.plan.as_deref().map(Plan::load).transpose()?;
        let (pronom, release) = pronom(against)?;
        let signatures = pronom.signatures().context("the signature file cannot be used")?;
        let ledger = remembered::ledger(&scan::ledger_path(against.ledger.as_ref(), &config)?)?;
        let accepted = accepted(ledger.as_ref(), root)?;
        let register = register::known(common, against.register.as_ref())?.filter(|known| !known.is_empty());
        let setup = Setup {
            policy: policy::load(common, &config)?.text,
            limits: config.limits.clone(),
            reveal: false,
            pages: Pages::None,
        };
        let workers = Workers::of(against.sandbox, setup, pronom, &signatures)?;
        let options = Options { jobs: jobs(against)?, depth, looks: register.is_some() };
        let make: &MakeSurvey<'_> = &|| workers.survey();
        let found = progressing(|seen| check::check(root, options, make, seen))?;
        let asked = verapdf::ask(against.verapdf, against.verapdf_seconds, root, &found)?;
        let remembered = ledger.as_ref().map(|ledger| remembered::of(ledger, root, &found)).transpose()?;
        let remembered = remembered.unwrap_or_default();
        let nothing = BTreeMap::new();
        let context = Context {
            policy: &archive,
            signatures: &signatures,
            diary: diary.as_ref(),
            plan: plan.as_ref(),
            verapdf: asked.as_ref().unwrap_or(&nothing),
            register: register.as_ref(),
            remembered: &remembered,
            accepted: &|path, sha256, code| accepted.iter().find(|one| one.is_of(path, sha256, code)).map(acceptance),
            now: started,
        };
        let assessment = assess(&found, &context);
        let summary = Summary::of(&assessment, &archive, &signatures);
        Ok(Self {
            assessment,
            summary,
            policy: archive,
            signatures,
            pronom: release,
            started,
            isolation: workers.level(),
            depth,
            diary: diary.is_some(),
            plan: plan.is_some(),
            verapdf: asked.is_some(),
            register: register.is_some(),
        })
    }

    /// What a report of it begins with.
    pub(super) fn head(&self, root: &Root, lang: Language) -> Head<'_> {
        Head {
            lang,
            version: env!("CARGO_PKG_VERSION"),
            folder: aktsam::report::escape::visible(root.display(b"").as_os_str().as_encoded_bytes()),
            started: self.started,
            zone: TimeZone::system(),
            policy: &self.policy,
            signatures: &self.signatures,
            pronom: &self.pronom,
            isolation: self.isolation.id(),
            depth: self.depth,
            diary: self.diary,
            plan: self.plan,
            verapdf: self.verapdf,
            register: self.register,
        }
    }

    /// Writes every report into `folder`, each whole or not at all; says where they lie.
    pub(super) fn write_reports(&self, root: &Root, lang: Language, folder: &Path) -> anyhow::Result<Vec<String>> {
        fs::create_dir_all(folder).with_context(|| format!("{}: cannot be made", folder.display()))?;
        let head = self.head(root, lang);
        let mut written = Vec::new();
        for format in FORMATS {
            let path = folder.join(format.file);
            let partial = folder.join(format!(".{}.{}", format.file, std::process::id()));
            let write = || -> io::Result<()> {
                let mut out = BufWriter::new(File::create(&partial)?);
                (format.write)(&head, &self.assessment, &self.summary, &mut out)?;
                out.flush()?;
                out.get_ref().sync_all()?;
                fs::rename(&partial, &path)
            };
            let outcome = write();
            if outcome.is_err() {
                // What is half written is of no use; that it cannot be removed changes nothing.
                let _ = fs::remove_file(&partial);
            }
            outcome.with_context(|| format!("{}: the report cannot be written", path.display()))?;
            written.push(path.display().to_string());
        }
        Ok(written)
    }

    /// 3 when a file could not be read, 1 when something stands in the way, otherwise 0.
    fn exit_code(&self) -> u8 {
        if self.assessment.rows.iter().any(|row| row.sha256.is_none()) {
            return 3;
        }
        u8::from(self.assessment.stands(Level::Review))
    }
}

/// Counts the files on a terminal while they are read.
fn progressing<T>(run: impl FnOnce(&(dyn Fn(&Seen) + Sync)) -> T) -> T {
    let shows = io::stderr().is_terminal();
    let count = AtomicUsize::new(0);
    let result = run(&|_| {
        let count = count.fetch_add(1, Ordering::Relaxed) + 1;
        if shows && count.is_multiple_of(100) {
            eprint!("\r{count}");
        }
    });
    if shows {
        eprint!("\r\x1b[K");
    }
    result
}

fn jobs(against: &Against) -> anyhow::Result<usize> {
    match against.jobs {
        Some(0) => Err(hinted("--jobs 0 reads nothing", "give 1 or more")),
        Some(jobs) => Ok(jobs),
        None => Ok(thread::available_parallelism().map_or(1, NonZero::get)),
    }
}

/// The signatures to name formats by, and their release.
fn pronom(against: &Against) -> anyhow::Result<(Pronom, String)> {
    let Some(file) = &against.pronom else { return Ok((Pronom::Shipped, SHIPPED_RELEASE.to_owned())) };
    let read = |path: &PathBuf| fs::read_to_string(path).with_context(|| format!("{}: cannot be read", path.display()));
    let container = against.pronom_container.as_ref().map(read).transpose()?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok((Pronom::Given { droid: read(file)?, container }, format!("PRONOM ({name})")))
}

/// What was accepted in the folder; nothing when there is no ledger yet.
fn accepted(ledger: Option<&Reader>, root: &Root) -> anyhow::Result<Vec<Accepted>> {
    let Some(ledger) = ledger else { return Ok(Vec::new()) };
    Ok(ledger.accepted(root.path().as_os_str().as_encoded_bytes())?)
}

fn acceptance(accepted: &Accepted) -> Acceptance {
    let at = Timestamp::from_millisecond(accepted.at_ms).map_or_else(|_| String::new(), |at| at.to_string());
    Acceptance { by: accepted.name.clone(), reason: accepted.reason.clone(), at }
}

/// Where files are surveyed: in confined processes, or in this one.
enum Workers {
    Processes { program: PathBuf, setup: Box<Setup>, pronom: Pronom, level: Confined },
    Here { examiner: Box<Examiner>, signatures: Arc<Signatures> },
}

impl Workers {
    /// Tries what `mode` asks for, so that a check does not begin with less than it needs.
    fn of(
        mode: Option<SandboxMode>,
        setup: Setup,
        pronom: Pronom,
        signatures: &Arc<Signatures>,
    ) -> anyhow::Result<Self> {
        let mode = mode.unwrap_or(SandboxMode::USUAL);
        let Some(least) = mode.least() else { return Self::here(setup, signatures) };
        let program = std::env::current_exe().context("this program's own path is not known")?;
        match Sandbox::surveying(program.clone(), setup.clone(), pronom.clone(), least) {
            Ok(sandbox) => {
                let (level, setup) = (sandbox.level(), Box::new(setup));
                Ok(Self::Processes { program, setup, pronom, level })
            }
            Err(error) if mode == SandboxMode::BestEffort => {
                eprintln!("warning: {error}; files are read in the checking process");
                Self::here(setup, signatures)
            }
            Err(error) => Err(hinted(error, "--sandbox best-effort checks with what this system can")),
        }
    }

    fn here(setup: Setup, signatures: &Arc<Signatures>) -> anyhow::Result<Self> {
        // A parser's panic becomes a finding; its message may quote the file.
        std::panic::set_hook(Box::new(|_| {}));
        let policy = Policy::from_source(&setup.policy).context("the policy cannot be read")?;
        let today = Some(jiff::ZonedDateTime::now().date());
        let examiner = Examiner { policy, limits: setup.limits, today, ..Examiner::default() };
        Ok(Self::Here { examiner: Box::new(examiner), signatures: Arc::clone(signatures) })
    }

    fn level(&self) -> Confined {
        match self {
            Self::Processes { level, .. } => *level,
            Self::Here { .. } => Confined::Off,
        }
    }

    /// What surveys the files of one thread.
    fn survey(&self) -> Result<SurveyFile<'_>, SandboxError> {
        match self {
            Self::Processes { program, setup, pronom, level } => {
                let mut sandbox = Sandbox::surveying(program.clone(), Setup::clone(setup), pronom.clone(), *level)?;
                Ok(Box::new(move |file, size, depth| sandbox.survey(file, size, depth)))
            }
            Self::Here { examiner, signatures } => {
                Ok(Box::new(|file, _, depth| Ok(survey(examiner, signatures, file, depth))))
            }
        }
    }
}
