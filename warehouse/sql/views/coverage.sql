-- view: coverage
-- en: organs expected, found, late and missing by province and year; expected are those found and those in missing_report
-- zh: 各省各年度应有、已收、迟发、缺失的行政机关数；应有者为已收者与 missing_report 所列者
-- column province: province | 省级区划
-- column year: the year the reports cover | 报告所涉年度
-- column expected: organs expected | 应有行政机关数
-- column found: organs with a report | 已收行政机关数
-- column late: reports published after the statutory day | 迟于法定期限发布的报告数
-- column missing: expected and not found, one by one in missing_report | 缺失数，逐一列于 missing_report
-- column reason: why they are missing, with numbers; the reasons are those of missing_report | 缺失原因及数目，原因见 missing_report
with found as (
    -- The organs, and each report whose organ is not known.
    select province, year, (value + reports - known)::bigint as found
    from figure_sum where table_name = 'report' and item = 'organs'
),
late as (
    select province, year, count(*) as late
    from finding where rule = 'late_publication' and dismissed is null group by all
),
missing as (
    select province, year, sum(times)::bigint as missing,
        string_agg(reason || ' ' || times, ', ' order by reason) as reason
    from (select province, year, reason, count(*) as times from missing_report group by all)
    group by province, year
)
select
    p.province,
    p.year,
    coalesce(f.found, 0) + coalesce(m.missing, 0) as expected,
    coalesce(f.found, 0) as found,
    coalesce(l.late, 0) as late,
    coalesce(m.missing, 0) as missing,
    m.reason
from partition as p
left join found as f using (province, year)
left join late as l using (province, year)
left join missing as m using (province, year)
order by p.province, p.year
