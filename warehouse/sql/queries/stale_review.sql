-- Reviewed entries that match nothing any more, in words. Entries about years that this file does
-- not hold are left out.
SELECT file || ', entry ' || entry || ': ' || kind || ' of ' || coalesce(rule, '')
    || concat_ws(' ', table_name, item, column_name) || ':',
    CASE status
        WHEN 'no_report' THEN 'there is no such report, or more than one of that name'
        WHEN 'no_match' THEN 'there is no such ' || if(kind = 'dismissal', 'finding', 'cell')
            || ' in report ' || report_id
        ELSE 'report ' || report_id || ' prints another value now; not applied'
    END
FROM review
WHERE status IN ('no_report', 'no_match', 'changed')
ORDER BY file, entry
