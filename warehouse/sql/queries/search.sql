-- Sections that contain all the words, the best first. Parameters: words, most.
SELECT hit.rank, r.organ, hit.year, hit.province, hit.heading, hit.passage, hit.report_id
FROM text.search($words, most := $most) AS hit LEFT JOIN report AS r USING (report_id)
ORDER BY hit.rank
