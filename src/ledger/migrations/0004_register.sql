-- The register of labels. It is only ever added to: who labelled what, when, how,
-- and what was confirmed. An entry's digest is SHA-256 over `previous` and the
-- bytes of `entry`, so that a change, a removal or a swap shows when the chain is
-- walked. AUTOINCREMENT never gives a number twice: that entries are gone from
-- the end shows in `sqlite_sequence`.
CREATE TABLE register (
  number   INTEGER PRIMARY KEY AUTOINCREMENT,
  previous BLOB NOT NULL UNIQUE CHECK (length(previous) = 32), -- digest of the entry before; zeros for the first
  entry    TEXT NOT NULL CHECK (json_valid(entry)),            -- canonical JSON (RFC 8785)
  digest   BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
  before_sha256 TEXT AS (entry ->> '$.before.sha256') VIRTUAL,
  after_sha256  TEXT AS (entry ->> '$.after.sha256') VIRTUAL
) STRICT;

CREATE INDEX register_before ON register (before_sha256);
CREATE INDEX register_after ON register (after_sha256);

CREATE TRIGGER register_no_update BEFORE UPDATE ON register
BEGIN SELECT RAISE(ABORT, 'the register is only added to'); END;

CREATE TRIGGER register_no_delete BEFORE DELETE ON register
BEGIN SELECT RAISE(ABORT, 'the register is only added to'); END;

-- INSERT OR REPLACE deletes without asking the trigger above.
CREATE TRIGGER register_no_replace BEFORE INSERT ON register
WHEN EXISTS (SELECT 1 FROM register
             WHERE number = NEW.number OR digest = NEW.digest OR previous = NEW.previous)
BEGIN SELECT RAISE(ABORT, 'the register is only added to'); END;

CREATE TRIGGER register_in_order BEFORE INSERT ON register
WHEN NEW.previous IS NOT coalesce((SELECT digest FROM register ORDER BY number DESC LIMIT 1), zeroblob(32))
BEGIN SELECT RAISE(ABORT, 'an entry follows the last one'); END;
