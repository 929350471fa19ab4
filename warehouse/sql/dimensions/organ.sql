-- table: organ
-- en: one row an organ, from its reports and organ_name; its newest report says what it is called and where it is
with newest as (
    select
        organ_id, organ, place_id, organ_line, organ_zone, sector, level, kind,
        province, city, county, region_code, first_year, last_year, reports
    from (
        select
            organ_id, min(year) as first_year, max(year) as last_year, count(*) as reports,
            arg_max(report_id, year || ' ' || report_id) as report_id
        from report
        where organ_id is not null
        group by organ_id
    ) as o
    join report using (organ_id, report_id)
),
named as (
    select organ_id, list_sort(list(distinct name) filter (where name is not null)) as names
    from organ_name
    group by organ_id
)
select
    organ_id, organ, names, place_id, organ_line as line, organ_zone as zone, sector, level, kind,
    province, city, county, region_code, first_year, last_year, reports
from newest
join named using (organ_id)
order by organ_id
