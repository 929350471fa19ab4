-- check: figures_shared
-- title: Table 3 is the same as another organ's | 第三部分表格数据与其他机关完全相同
-- severity: warning
-- scope: partition
-- formula: every row of request with a figure other than 0 equals that of another organ's report of the same province and year; judged with 5 or more different figures and 10 or more requests
with candidate as (
    select r.province, r.year, q.report_id,
        hash(q.natural_person, q.commercial_enterprise, q.research_institution,
            q.public_welfare_org, q.legal_service_org, q.other_org, q.total) as received
    from request as q
    join report as r using (report_id)
    where q.item = 'received'
        and greatest(q.natural_person, q.commercial_enterprise, q.other_org, q.total) >= 10
),
again as (
    select province, year, received from candidate group by all having count(*) > 1
),
mark as (
    select
        report_id, count(*) as filled,
        bit_xor(hash(item, natural_person, commercial_enterprise, research_institution,
            public_welfare_org, legal_service_org, other_org, total)) as mark
    from request
    where greatest(natural_person, commercial_enterprise, research_institution,
            public_welfare_org, legal_service_org, other_org, total) > 0
        and report_id in (select report_id from candidate semi join again using (province, year, received))
    group by report_id
),
alike as (
    select c.province, c.year, c.report_id, m.mark, m.filled
    from candidate as c
    join mark as m using (report_id)
    qualify count(*) over (partition by c.province, c.year, m.mark, m.filled) > 1
),
signature as (
    select report_id, count(distinct number) as different
    from (
        select
            report_id,
            unnest([natural_person, commercial_enterprise, research_institution,
                public_welfare_org, legal_service_org, other_org, total]) as number
        from request
        where greatest(natural_person, commercial_enterprise, research_institution,
                public_welfare_org, legal_service_org, other_org, total) > 0
            and report_id in (select report_id from alike)
    )
    where number > 0
    group by report_id
    having different >= 5
),
shared as (
    select
        list(c.report_id order by c.report_id) as reports, any_value(s.different) as different
    from alike as c
    join signature as s using (report_id)
    group by c.province, c.year, c.mark, c.filled
    having count(*) > 1
),
each as (
    select unnest(reports) as report_id, reports, different from shared
)
select
    e.report_id, o.report_id as other_report_id, 'request' as table_name, null as item,
    null as column_name, null as expected, null as actual,
    format('all of table 3 ({} different figures) is the same as that of {}', e.different,
        coalesce(o.organ, o.report_id))
        || case when len(e.reports) > 2 then format(' and {} more', len(e.reports) - 2) else '' end
        as message
from each as e
join report as o
    on o.report_id = case when e.reports[1] = e.report_id then e.reports[2] else e.reports[1] end
