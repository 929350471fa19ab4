-- How many findings there are, and how many of those asked for were dismissed.
-- Parameters: as of findings.sql, without most.
SELECT count(*) FILTER ($dismissed OR dismissed IS NULL) AS findings,
       count(*) FILTER (dismissed IS NOT NULL) AS dismissed
FROM finding
WHERE (len($years) = 0 OR list_contains($years, year))
  AND (len($provinces) = 0 OR list_contains($provinces, province))
  AND (len($rules) = 0 OR list_contains($rules, rule))
