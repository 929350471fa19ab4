-- Findings, the worst first: ours, then the documents', then the rest; what one report shows alone
-- and what reports show of each other. Within a severity, the largest difference first.
-- Parameters: years (empty: all), provinces (empty: all), rules (empty: all), dismissed (whether
-- those that a reviewer dismissed are wanted too), most rows.
SELECT f.severity, f.rule, f.province, f.year, r.organ, f.table_name, f.item, f.column_name,
       f.expected, f.actual, f.message, f.report_id, f.other_report_id, f.dismissed
FROM finding f LEFT JOIN report r USING (report_id)
WHERE (len($years) = 0 OR list_contains($years, f.year))
  AND (len($provinces) = 0 OR list_contains($provinces, f.province))
  AND (len($rules) = 0 OR list_contains($rules, f.rule))
  AND ($dismissed OR f.dismissed IS NULL)
ORDER BY CASE f.severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END,
         CASE WHEN f.expected IS NULL THEN 1 ELSE 0 END,
         abs(coalesce(f.expected, 0) - coalesce(f.actual, 0)) DESC,
         f.year DESC, f.report_id, f.rule, f.table_name, f.item, f.column_name
LIMIT $most
