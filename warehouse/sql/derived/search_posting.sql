-- table: search_posting
-- en: where each pair of neighbouring characters stands
with split as (
    select
        d.province, d.year, d.slot, d.doc,
        string_split(
            regexp_replace(search_form(s.text), '[^\pL\pN]', ' ', 'g') || ' ', '') as chars
    from section as s
    join search_doc as d using (province, year, report_id, number)
    where $scope
),
pair as (
    select province, year, slot, doc, unnest(chars[:-2]) as here, unnest(chars[2:]) as there
    from split
),
counted as (
    select
        province, year, slot, doc,
        unicode(here)::bigint * 2097152
            + case there when ' ' then 0 else unicode(there) end as pair,
        count(*) as times
    from pair
    where here <> ' '
    group by all
)
select
    province, year, slot, pair,
    list(doc order by doc) as docs,
    list(times order by doc) as times
from counted
group by province, year, slot, pair
order by year, province, pair
