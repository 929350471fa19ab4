-- check: figures_repeated
-- title: Table 3 is the same as in an earlier year | 第三部分表格数据与以前年度完全相同
-- severity: warning
-- scope: organ
-- formula: every row of request with a figure other than 0 equals that of an earlier report of the organ; judged with 5 or more different figures and 10 or more requests
with candidate as (
    select r.organ_id, r.year, q.report_id,
        hash(q.natural_person, q.commercial_enterprise, q.research_institution,
            q.public_welfare_org, q.legal_service_org, q.other_org, q.total) as received
    from request as q
    join report as r using (report_id)
    where q.item = 'received' and r.organ_id is not null
        and greatest(q.natural_person, q.commercial_enterprise, q.other_org, q.total) >= 10
),
again as (
    select organ_id, received from candidate group by all having count(*) > 1
),
mark as (
    select
        report_id, count(*) as filled,
        bit_xor(hash(item, natural_person, commercial_enterprise, research_institution,
            public_welfare_org, legal_service_org, other_org, total)) as mark
    from request
    where greatest(natural_person, commercial_enterprise, research_institution,
            public_welfare_org, legal_service_org, other_org, total) > 0
        and report_id in (select report_id from candidate semi join again using (organ_id, received))
    group by report_id
),
alike as (
    select c.organ_id, c.year, c.report_id, m.mark, m.filled
    from candidate as c
    join mark as m using (report_id)
    qualify count(*) over (partition by c.organ_id, m.mark, m.filled) > 1
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
followed as (
    select
        c.report_id,
        lag(c.report_id) over same as other_report_id,
        lag(c.year) over same as earlier,
        s.different
    from alike as c
    join signature as s using (report_id)
    window same as (partition by c.organ_id, c.mark, c.filled order by c.year)
)
select
    report_id, other_report_id, 'request' as table_name, null as item, null as column_name,
    null as expected, null as actual,
    format('all of table 3 ({} different figures) is the same as for {}', different, earlier) as message
from followed
where other_report_id is not null
