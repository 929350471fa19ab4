-- check: government_sum
-- title: The departments together received more requests than their government's report | 各部门收到申请数之和大于本级政府汇总数
-- severity: info
-- scope: partition
-- formula: request.received.total of the government >= sum over its departments of the same place and year, judged with 5 or more departments; a smaller sum says only that departments are missing
with received as (
    select
        r.report_id, r.province, r.year, r.level, r.kind,
        coalesce(r.city, '') as city, coalesce(r.county, '') as county, q.total
    from report as r
    join request as q using (report_id)
    where q.item = 'received' and q.total is not null and r.level in ('province', 'city', 'county')
),
department as (
    select province, year, level, city, county, count(*) as departments, sum(total) as together
    from received
    where kind = 'department'
    group by all
    having count(*) >= 5
),
-- Where two reports pass for the government of one place, neither is judged.
government as (
    select province, year, level, city, county, any_value(report_id) as report_id, any_value(total) as total
    from received
    where kind = 'government'
    group by all
    having count(*) = 1
)
select
    g.report_id, null as other_report_id, 'request' as table_name, 'received' as item,
    'total' as column_name, d.together as expected, g.total as actual,
    format('{} received, but {} departments of the same place report {} together ({:.0f} % of it)',
        g.total, d.departments, d.together, 100.0 * d.together / nullif(g.total, 0)) as message
from government as g
join department as d using (province, year, level, city, county)
where d.together > g.total
