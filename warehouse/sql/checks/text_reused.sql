-- check: text_reused
-- title: Most of the text stands word for word in an earlier report | 文字大部分照搬本机关以前年度报告
-- severity: info
-- scope: organ
-- needs: text
-- formula: copied / all >= 0.7, lengths of the longer paragraphs outside the preamble that stand in one report of the three years before, years and own names taken out; judged with 300 characters or more
with repeated as (
    select hash from paragraph where number > 0 group by hash having count(*) > 1
),
said as (
    select p.report_id, r.organ_id, r.year, p.hash, max(p.length) as length
    from paragraph as p
    semi join repeated using (hash)
    join report as r using (report_id)
    where p.number > 0 and r.organ_id is not null
    group by all
),
copied as (
    select later.report_id, earlier.report_id as other_report_id, earlier.year, sum(later.length) as length
    from said as later
    join said as earlier
        on earlier.organ_id = later.organ_id and earlier.hash = later.hash
        and earlier.year between later.year - 3 and later.year - 1
    group by all
),
most as (
    select
        report_id, max(length) as length,
        arg_max(other_report_id, length * 10000 + year) as other_report_id,
        arg_max(year, length * 10000 + year) as earlier
    from copied
    group by report_id
    having max(length) >= 0.7 * 300
),
whole as (
    select report_id, sum(length) as length
    from (select report_id, max(length) as length from paragraph semi join most using (report_id)
        where number > 0 group by report_id, hash)
    group by report_id
    having sum(length) >= 300
)
select
    m.report_id, m.other_report_id, 'sections' as table_name, null as item, null as column_name,
    null as expected, null as actual,
    format('{:.0f} % of its text ({} of {} characters) stands word for word in the report for {}',
        100.0 * m.length / w.length, m.length, w.length, m.earlier) as message
from most as m
join whole as w using (report_id)
where m.length >= 0.7 * w.length
