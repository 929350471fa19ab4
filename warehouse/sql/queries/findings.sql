-- Findings, the worst first: ours, then the documents', then the rest.
-- Parameters: years (empty: all), provinces (empty: all), most rows.
SELECT f.severity, f.rule, f.province, f.year, r.organ, f.table_name, f.item, f.column_name,
       f.expected, f.actual, f.message, f.report_id
FROM finding f LEFT JOIN report r USING (report_id)
WHERE (len($years) = 0 OR list_contains($years, f.year))
  AND (len($provinces) = 0 OR list_contains($provinces, f.province))
ORDER BY CASE f.severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END,
         CASE WHEN f.expected IS NULL THEN 1 ELSE 0 END,
         abs(coalesce(f.expected, 0) - coalesce(f.actual, 0)) DESC,
         f.year DESC, f.report_id, f.rule, f.table_name, f.item, f.column_name
LIMIT $most
