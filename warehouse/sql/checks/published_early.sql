-- check: published_early
-- title: Published before the year it covers had ended | 公布日期早于报告年度结束
-- severity: warning
-- scope: partition
-- formula: published_on >= 1 December of the year covered; earlier, the year or the date is not what it seems
select
    report_id, null as other_report_id, null as table_name, null as item,
    'published_on' as column_name, null as expected, null as actual,
    format('a report for {} that is dated {}', year, published_on) as message
from report
where published_on < make_date(year, 12, 1)
