-- table: search_doc
-- en: numbers the sections for the search index
select
    province, year,
    (select coalesce(max(slot), 0) from search_doc)
        + dense_rank() over (order by year, province) as slot,
    row_number() over (partition by year, province order by report_id, number) as doc,
    report_id, number, length(text) as length
from section
where text <> '' and $scope
order by year, province, doc
