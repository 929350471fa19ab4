-- Where the bytes behind one report lie, and what a citation needs. Parameter: report_id.
SELECT d.warc, d.warc_offset, d.url, d.fetched_at, d.sha256, r.organ, r.title, r.year
FROM report r JOIN document d ON d.url = r.url AND d.sha256 = r.sha256
WHERE r.report_id = $report_id
