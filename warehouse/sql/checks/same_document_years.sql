-- check: same_document_years
-- title: One document stands for two years | 同一文件被用作两个年度的报告
-- severity: error
-- scope: organ
-- formula: no two reports of an organ come from the same bytes
with followed as (
    select
        report_id,
        lag(report_id) over same as other_report_id,
        lag(year) over same as earlier
    from report
    where organ_id is not null and sha256 is not null
    window same as (partition by organ_id, sha256 order by year)
)
select
    report_id, other_report_id, null as table_name, null as item, null as column_name,
    null as expected, null as actual,
    format('the same bytes are read as the report for {}', earlier) as message
from followed
where other_report_id is not null
