-- check: text_shared
-- title: Most of the text stands word for word in another organ's report | 文字大部分与其他机关报告雷同
-- severity: info
-- scope: partition
-- needs: text
-- formula: copied / all >= 0.7, lengths of the longer paragraphs outside the preamble that stand in one other report of the same province and year, years and own names taken out; judged with 300 characters or more
with repeated as (
    select hash from paragraph where number > 0 group by hash having count(*) > 1
),
said as (
    select p.report_id, r.province, r.year, p.hash, max(p.length) as length
    from paragraph as p
    semi join repeated using (hash)
    join report as r using (report_id)
    where p.number > 0
    group by all
),
-- Each paragraph is counted for the first report that has it: among many alike, one stands for all.
first as (
    select province, year, hash, min(report_id, 2) as holders
    from said
    group by all
    having count(*) > 1
),
copied as (
    select
        s.report_id,
        case when f.holders[1] = s.report_id then f.holders[2] else f.holders[1] end as other_report_id,
        sum(s.length) as length
    from said as s
    join first as f using (province, year, hash)
    group by all
),
most as (
    select report_id, max(length) as length, arg_max(other_report_id, length) as other_report_id
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
    format('{:.0f} % of its text ({} of {} characters) stands word for word in the report of {}',
        100.0 * m.length / w.length, m.length, w.length, coalesce(o.organ, o.report_id)) as message
from most as m
join whole as w using (report_id)
join report as o on o.report_id = m.other_report_id
where m.length >= 0.7 * w.length
