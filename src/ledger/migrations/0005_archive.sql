-- Findings of the archive's check that someone took upon them. One holds for a
-- path, a code and a content: a file that changes is no longer accepted.

CREATE TABLE accepted (
  id     INTEGER PRIMARY KEY,
  root   BLOB NOT NULL,              -- the checked folder: absolute, without symbolic links
  path   BLOB NOT NULL,              -- below it
  code   TEXT NOT NULL,
  sha256 TEXT,                       -- of the content, hex; NULL for what has none, such as an empty folder
  name   TEXT NOT NULL,              -- who accepts
  reason TEXT NOT NULL,
  at     INTEGER NOT NULL            -- milliseconds since 1970-01-01 UTC
) STRICT;

CREATE INDEX accepted_root ON accepted (root, path, code);
