-- Where the bytes behind one report lie, and what a citation needs. Parameters: report_id, version
-- (null: the one that table report holds).
SELECT v.warc, v.warc_offset, v.url, v.fetched_at, v.sha256, v.organ, v.title, v.year, v.version
FROM report_version v
WHERE v.report_id = $report_id AND coalesce(v.version = $version, v.replaced_by IS NULL)
