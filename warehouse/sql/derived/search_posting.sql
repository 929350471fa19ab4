-- table: search_posting
-- en: where each pair of neighbouring characters stands
with split as (
    select
        d.slot, d.doc,
        string_split(
            regexp_replace(search_form(s.text), '[^\pL\pN]', ' ', 'g') || ' ', '') as chars
    from section as s
    join search_doc as d using (province, year, report_id, number)
    where $scope
),
pair as (
    select slot, doc, unnest(chars[:-2]) as here, unnest(chars[2:]) as there
    from split
),
counted as (
    select
        slot,
        unicode(here)::bigint * 2097152
            + case there when ' ' then 0 else unicode(there) end as pair,
        (doc::bigint * 256 + least(count(*), 255))::integer as hit
    from pair
    where here <> ' '
    group by slot, doc, here, there
),
posting as (
    select slot, pair, list_sort(list(hit)) as hits
    from counted
    group by slot, pair
),
place as (select distinct slot, province, year from search_doc where $scope)
select place.province, place.year, slot, pair, hits
from posting
join place using (slot)
order by slot, pair
