-- The members of archives, those of archives in archives too, named as in reports:
-- `inner.zip!/letter.docx`, to be set behind the archive's own path and `!/`.
CREATE VIEW members AS
  WITH RECURSIVE inside (content, name, parts) AS (
    SELECT c.id, m.value ->> 'name', m.value FROM contents c, json_each(c.record, '$.members') m
    UNION ALL
    SELECT i.content, i.name || '!/' || (m.value ->> 'name'), m.value
    FROM inside i, json_each(i.parts, '$.members') m
  )
  SELECT content, name, parts ->> '$.record.kind' AS kind, parts ->> '$.record.verdict' AS verdict,
         parts ->> '$.record.status' AS status, parts ->> '$.record.error' AS error,
         parts ->> '$.record.sha256' AS sha256, parts ->> '$.record.size' AS size,
         parts -> '$.findings' AS findings, parts -> '$.reasons' AS reasons
  FROM inside;
