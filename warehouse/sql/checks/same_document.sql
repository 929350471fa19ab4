-- check: same_document
-- title: One document read as the reports of two organs | 同一文件被读作两个机关的报告
-- severity: error
-- scope: partition
-- formula: no two reports of a province and year come from the same bytes
with shared as (
    select list(report_id order by report_id) as reports
    from report
    where sha256 is not null
    group by province, year, sha256
    having count(*) > 1
),
each as (
    select unnest(reports) as report_id, reports from shared
)
select
    e.report_id, o.report_id as other_report_id, null as table_name, null as item,
    null as column_name, null as expected, null as actual,
    format('the same bytes are read as the report of {}', coalesce(o.organ, o.report_id)) as message
from each as e
join report as o
    on o.report_id = case when e.reports[1] = e.report_id then e.reports[2] else e.reports[1] end
