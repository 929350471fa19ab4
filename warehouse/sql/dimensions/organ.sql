-- table: organ
-- en: one row an organ, from its reports; its newest report says what it is called and where it is
select
    organ_id,
    arg_max(organ, year) as organ,
    list_sort(list(distinct organ)) as names,
    arg_max(place_id, year) as place_id,
    arg_max(organ_line, year) as line,
    arg_max(organ_zone, year) as zone,
    arg_max(sector, year) as sector,
    arg_max(level, year) as level,
    arg_max(kind, year) as kind,
    arg_max(province, year) as province,
    arg_max(city, year) as city,
    arg_max(county, year) as county,
    arg_max(region_code, year) as region_code,
    min(year) as first_year,
    max(year) as last_year,
    count(*) as reports
from report
where organ_id is not null
group by organ_id
order by organ_id
