-- check: duplicate_organ
-- title: Two reports of one organ for one year under two identities | 同一机关同一年度有两份报告且未归为同一机关
-- severity: error
-- scope: partition
-- formula: no two reports of a province and year print the same organ of the same place under different organ_id
with doubled as (
    select list(report_id order by report_id) as reports
    from report
    where organ is not null
    group by province, year, coalesce(city, ''), coalesce(county, ''), organ
    having count(*) > 1
),
each as (
    select unnest(reports) as report_id, reports from doubled
)
select
    report_id,
    case when reports[1] = report_id then reports[2] else reports[1] end as other_report_id,
    null as table_name, null as item, null as column_name, null as expected, null as actual,
    'another report of the same place and year prints the same organ' as message
from each
