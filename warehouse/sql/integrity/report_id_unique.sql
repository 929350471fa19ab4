-- check: report_id_unique
-- en: a report_id stands once
select report_id, count(*) as times, string_agg(distinct province || ' ' || year, ', ') as places
from report
group by report_id
having count(*) > 1
order by report_id
