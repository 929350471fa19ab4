-- check: figures_repeated
-- title: Table 3 is the same as in an earlier year | 第三部分表格数据与以前年度完全相同
-- severity: warning
-- scope: organ
-- formula: every row of request with a figure other than 0 equals that of an earlier report of the organ; judged with 5 or more different figures and 10 or more requests
with candidate as (
    select r.organ_id, r.year, q.report_id
    from request as q
    join report as r using (report_id)
    where q.item = 'received' and r.organ_id is not null
        and greatest(q.natural_person, q.commercial_enterprise, q.other_org, q.total) >= 10
    qualify count(*) over (partition by r.organ_id, q.natural_person, q.commercial_enterprise,
        q.research_institution, q.public_welfare_org, q.legal_service_org, q.other_org, q.total) > 1
),
figure as (
    select
        report_id, item,
        [natural_person, commercial_enterprise, research_institution, public_welfare_org,
            legal_service_org, other_org, total] as numbers
    from request
    semi join candidate using (report_id)
),
signature as (
    select
        report_id, bit_xor(hash(item, numbers)) as mark, count(*) as filled,
        len(list_distinct(flatten(list(list_filter(numbers, lambda n: n > 0))))) as different
    from figure
    where list_max(list_transform(numbers, lambda n: coalesce(n, 0))) > 0
    group by report_id
    having different >= 5
),
followed as (
    select
        c.report_id,
        lag(c.report_id) over same as other_report_id,
        lag(c.year) over same as earlier,
        s.different
    from candidate as c
    join signature as s using (report_id)
    window same as (partition by c.organ_id, s.mark, s.filled order by c.year)
)
select
    report_id, other_report_id, 'request' as table_name, null as item, null as column_name,
    null as expected, null as actual,
    format('all of table 3 ({} different figures) is the same as for {}', different, earlier) as message
from followed
where other_report_id is not null
