-- view: coverage
-- en: organs expected, found, late and missing by province and year; expected are those found, those with a report in another year, and those whose listed document yielded no report
-- zh: 各省各年度应有、已收、迟发、缺失的行政机关数；应有者为已收、其他年度有报告、或列表所示而未得报告者
-- column province: province | 省级区划
-- column year: the year the reports cover | 报告所涉年度
-- column expected: organs expected | 应有行政机关数
-- column found: organs with a report | 已收行政机关数
-- column late: reports published after the statutory day | 迟于法定期限发布的报告数
-- column missing: expected and not found | 缺失数
-- column reason: why they are missing, with numbers: what became of the listed document, or not_listed | 缺失原因及数目：文件的处理结果，或列表未见（not_listed）
with found as (
    select distinct province, year, coalesce(organ_id, report_id) as organ from report
),
late as (
    select r.province, r.year, count(*) as late
    from report as r
    join statutory_day as d
        on d.kind = r.kind
        and r.year between coalesce(d.first_year, r.year) and coalesce(d.last_year, r.year)
    where r.published_on > make_date(r.year + 1, d.month, d.day)
    group by all
),
-- An article and its attachments are one document here; one that led to a report is not missing.
lost as (
    select
        province, year, coalesce(parent, url) as article,
        max(organ_id) as organ_id,
        arg_min(outcome, list_position(
            ['rejected', 'blocked', 'refused', 'failed', 'not_report'], outcome)) as outcome
    from document
    group by all
    having not bool_or(outcome in ('report', 'duplicate'))
        and bool_or(outcome in ('rejected', 'blocked', 'refused', 'failed'))
),
expected as (
    select province, year, organ, null as outcome from found
    union all
    select province, year, coalesce(organ_id, article), outcome from lost
    union all
    select p.province, p.year, s.organ, null
    from partition as p
    join (select distinct province, organ_id as organ from report where organ_id is not null) as s
        using (province)
),
judged as (
    select
        e.province, e.year, e.organ,
        bool_or(f.organ is not null) as is_found,
        coalesce(max(e.outcome), 'not_listed') as outcome
    from expected as e
    left join found as f using (province, year, organ)
    group by all
),
reasons as (
    select province, year, string_agg(outcome || ' ' || times, ', ' order by outcome) as reason
    from (
        select province, year, outcome, count(*) as times
        from judged where not is_found group by all
    )
    group by all
)
select
    p.province,
    p.year,
    count(j.organ) as expected,
    count(*) filter (where j.is_found) as found,
    coalesce(any_value(l.late), 0) as late,
    count(*) filter (where not j.is_found) as missing,
    any_value(r.reason) as reason
from partition as p
left join judged as j using (province, year)
left join late as l using (province, year)
left join reasons as r using (province, year)
group by p.province, p.year
order by p.province, p.year
