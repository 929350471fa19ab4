-- table: missing_report
-- en: expected organs without a report: those whose listed document yielded none, those with a report within three years, and those of the registry; not before the statutory day has passed
with seen as (
    select province, year, organ_id, any_value(organ) as organ, any_value(kind) as kind,
        any_value(url) as url
    from report where organ_id is not null group by province, year, organ_id
),
-- An article and its attachments are one document here; one that led to a report is not missing.
lost as (
    select
        province, year, max(organ_id) as organ_id, coalesce(parent, url) as article,
        any_value(title) as title, any_value(site) as site,
        arg_min({'outcome': outcome, 'reason': reason}, list_position(
            ['rejected', 'blocked', 'refused', 'failed'], outcome))
            filter (outcome in ('rejected', 'blocked', 'refused', 'failed')) as why
    from document
    group by province, year, article
    having not bool_or(outcome in ('report', 'duplicate'))
        and bool_or(outcome in ('rejected', 'blocked', 'refused', 'failed'))
),
-- The years around an organ's reports in which it has none: few, so they are found before all else.
gap as (
    select
        province, organ_id,
        unnest(list_filter(range(min(year) - 3, max(year) + 4),
            lambda y: not list_contains(list(year), y)))::smallint as year
    from seen
    group by province, organ_id
),
due as (
    select p.province, p.year, d.kind, max(make_date(p.year + 1, d.month, d.day)) as day
    from partition as p
    join statutory_day as d
        on p.year between coalesce(d.first_year, p.year) and coalesce(d.last_year, p.year)
    group by all
),
expected as (
    select
        1 as ranking, province, year, organ_id, coalesce(organ_id, article) as key, title as organ,
        'listed' as expected_by, site, article as url,
        case when why.outcome = 'failed' and regexp_matches(coalesce(why.reason, ''), '\b(404|410)\b')
            then 'removed' else why.outcome end as reason,
        why.reason as detail, null as nearest_year
    from lost
    union all
    select
        2, p.province, p.year, s.organ_id, s.organ_id, arg_min(s.organ, abs(s.year - p.year) * 10000 - s.year),
        'seen', null, null, null, null, arg_min(s.year, abs(s.year - p.year) * 10000 - s.year)
    from gap as g
    join partition as p on p.province = g.province and p.year = g.year
    join seen as s
        on s.province = g.province and s.organ_id = g.organ_id and abs(s.year - g.year) <= 3
    join due as d on d.province = p.province and d.year = p.year and d.kind = s.kind
    where d.day < $today
    group by p.province, p.year, s.organ_id
    union all
    select 3, s.province, s.year, s.organ_id, coalesce(s.organ_id, s.organ), s.organ, 'registry', s.host, null, null, null, null
    from site as s
    join (select province, year, max(day) as day from due group by all) as d using (province, year)
    where d.day < $today
),
open as (
    select
        e.province, e.year, e.key, max(e.organ_id) as organ_id,
        coalesce(arg_min(e.organ, e.ranking) filter (e.ranking > 1), any_value(e.organ)) as organ,
        arg_min(e.expected_by, e.ranking) as expected_by,
        any_value(e.reason) as reason, any_value(e.site) as site, any_value(e.url) as url,
        any_value(e.detail) as detail, max(e.nearest_year) as nearest_year
    from expected as e
    anti join seen as s on s.province = e.province and s.year = e.year and s.organ_id = e.organ_id
    group by e.province, e.year, e.key
),
-- Where the organ's nearest report came from tells which site should have it.
placed as (
    select o.* exclude (site), coalesce(o.site, d.site) as site
    from open as o
    left join seen as n
        on n.province = o.province and n.year = o.nearest_year and n.organ_id = o.organ_id
    left join (select url, year, any_value(site) as site from document group by all) as d
        on d.url = n.url and d.year = n.year
)
select
    p.province, p.year, p.organ_id, p.organ, p.expected_by,
    case
        when p.reason is not null then p.reason
        when k.host is null then 'no_site'
        when not k.visited then 'not_visited'
        when l.site is null then 'nothing_listed'
        else 'not_listed'
    end as reason,
    p.site, p.url, p.detail, p.nearest_year
from placed as p
left join (
    select province, year, host, bool_or(visited) as visited from site group by all
) as k
    on k.province = p.province and k.year = p.year and k.host = p.site
left join (select distinct province, year, site from document) as l
    on l.province = p.province and l.year = p.year and l.site = p.site
order by p.province, p.year, p.organ_id, p.url
