-- The first shape of the ledger. Times are milliseconds since 1970-01-01 UTC,
-- paths are bytes. No table holds a matched value or other text of a file.

-- How files were examined: a record holds only for the basis it was made on.
CREATE TABLE bases (
  id     INTEGER PRIMARY KEY,
  tool   TEXT NOT NULL,              -- version and build of the program
  policy TEXT NOT NULL,              -- name of the policy
  digest TEXT NOT NULL,              -- SHA-256 of the policy and the limits
  UNIQUE (tool, policy, digest)
) STRICT;

CREATE TABLE runs (
  id        INTEGER PRIMARY KEY,
  started   INTEGER NOT NULL,
  ended     INTEGER,                 -- NULL: under way, or ended by force
  outcome   TEXT CHECK (outcome IN ('complete', 'interrupted', 'window', 'failed', 'killed')),
  basis     INTEGER NOT NULL REFERENCES bases,
  isolation TEXT NOT NULL,           -- level of the sandbox that was reached
  seen      INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0,
  reused    INTEGER NOT NULL DEFAULT 0,
  gone      INTEGER NOT NULL DEFAULT 0,
  bytes     INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE roots (
  id        INTEGER PRIMARY KEY,
  path      BLOB NOT NULL UNIQUE,    -- absolute, without symbolic links
  name      TEXT NOT NULL,
  last_run  INTEGER REFERENCES runs, -- last run that took it up
  whole_run INTEGER REFERENCES runs, -- last run that walked it to its end
  fault     TEXT                     -- why the last run could not walk it
) STRICT;

CREATE TABLE dirs (
  id   INTEGER PRIMARY KEY,
  root INTEGER NOT NULL REFERENCES roots,
  path BLOB NOT NULL,                -- below the root, empty for the root itself
  UNIQUE (root, path)
) STRICT;

-- What was found in a content; files with the same content share it.
CREATE TABLE contents (
  id      INTEGER PRIMARY KEY,
  sha256  BLOB NOT NULL,
  basis   INTEGER NOT NULL REFERENCES bases,
  record  TEXT NOT NULL,             -- the record as JSON; findings of a reason are indexes into findings
  UNIQUE (sha256, basis)
) STRICT;

CREATE TABLE files (
  dir         INTEGER NOT NULL REFERENCES dirs,
  name        BLOB NOT NULL,
  size        INTEGER NOT NULL,
  mtime_ns    INTEGER NOT NULL,
  ctime_ns    INTEGER NOT NULL,
  inode       INTEGER NOT NULL,
  basis       INTEGER REFERENCES bases,    -- NULL: to be examined again next time, changed or not
  content     INTEGER REFERENCES contents, -- NULL: not read
  kind        TEXT NOT NULL,
  verdict     TEXT NOT NULL,         -- with the folder's least verdict taken in
  status      TEXT NOT NULL,
  error       TEXT,
  folder      TEXT,                  -- the folder rule that speaks about the file
  least       TEXT,                  -- the least verdict it gives
  first_run   INTEGER NOT NULL REFERENCES runs,
  changed_run INTEGER NOT NULL REFERENCES runs,
  gone_run    INTEGER REFERENCES runs,
  PRIMARY KEY (dir, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX files_content ON files (content) WHERE content IS NOT NULL;

-- Every verdict a file has had, and why it came.
CREATE TABLE history (
  dir     INTEGER NOT NULL REFERENCES dirs,
  name    BLOB NOT NULL,
  run     INTEGER NOT NULL REFERENCES runs,
  cause   TEXT NOT NULL CHECK (cause IN ('new', 'returned', 'content', 'policy', 'tool', 'folder', 'reading')),
  before  TEXT,                      -- the verdict until then; NULL when new
  verdict TEXT NOT NULL,
  sha256  BLOB,
  PRIMARY KEY (dir, name, run)
) STRICT, WITHOUT ROWID;

CREATE VIEW findings AS
  SELECT c.id AS content, f.key AS number, f.value ->> 'detector' AS detector, f.value ->> 'entity' AS entity,
         f.value ->> 'confidence' AS confidence, f.value ->> 'masked' AS masked, f.value -> 'place' AS place
  FROM contents c, json_each(c.record, '$.findings') f;

CREATE VIEW reasons AS
  SELECT c.id AS content, r.key AS number, r.value ->> 'rule' AS rule, r.value ->> 'verdict' AS verdict,
         r.value -> 'cites' AS cites, r.value -> 'findings' AS findings
  FROM contents c, json_each(c.record, '$.reasons') r;
