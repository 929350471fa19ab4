-- check: report_id_unique
-- en: a report_id stands once
with twice as (
    select report_id
    from report
    where $touched
    group by report_id
    having count(*) > 1
)
select report_id, count(*) as times, string_agg(distinct province || ' ' || year, ', ') as places
from report
where report_id in (from twice)
group by report_id
order by report_id
