-- What people decide about files, by which policy each file was judged, and
-- when files went: what a decision, a file's history and the difference
-- between two runs are told from.

-- SHA-256 of the policy alone. The digest beside it also changes with limits
-- and with what reads pictures, by which no decision lapses.
ALTER TABLE bases ADD COLUMN policy_digest TEXT NOT NULL DEFAULT '';

-- One row a decision; the last one of a file speaks. It holds for the content
-- and the policy it was made on.
CREATE TABLE decisions (
  id            INTEGER PRIMARY KEY,
  dir           INTEGER NOT NULL REFERENCES dirs,
  name          BLOB NOT NULL,
  sha256        BLOB NOT NULL,       -- of the content
  policy        TEXT NOT NULL,       -- name of the policy
  policy_digest TEXT NOT NULL,
  seen          TEXT NOT NULL,       -- the program's verdict at the time
  verdict       TEXT NOT NULL,
  decided_by    TEXT NOT NULL,
  why           TEXT NOT NULL,
  made          INTEGER NOT NULL,
  until         TEXT,                -- last day it holds, as 2026-12-31; NULL for no end
  withdrawn     INTEGER,             -- when it was taken back
  withdrawn_by  TEXT
) STRICT;

CREATE INDEX decisions_file ON decisions (dir, name);

-- That a file went is part of its history too; until now only the last time stood with the file.
CREATE TABLE history_3 (
  dir     INTEGER NOT NULL REFERENCES dirs,
  name    BLOB NOT NULL,
  run     INTEGER NOT NULL REFERENCES runs,
  cause   TEXT NOT NULL CHECK (cause IN ('new', 'returned', 'content', 'policy', 'tool', 'folder', 'reading', 'gone')),
  before  TEXT,                      -- the verdict until then; NULL when new
  verdict TEXT NOT NULL,             -- of a file that went, its last one
  sha256  BLOB,
  PRIMARY KEY (dir, name, run)
) STRICT, WITHOUT ROWID;

INSERT INTO history_3 SELECT dir, name, run, cause, before, verdict, sha256 FROM history;
INSERT OR REPLACE INTO history_3
  SELECT f.dir, f.name, f.gone_run, 'gone', f.verdict, f.verdict, c.sha256
  FROM files f LEFT JOIN contents c ON c.id = f.content WHERE f.gone_run IS NOT NULL;
DROP TABLE history;
ALTER TABLE history_3 RENAME TO history;

-- Few files are gone, and they alone are looked for.
CREATE INDEX files_gone ON files (gone_run) WHERE gone_run IS NOT NULL;
