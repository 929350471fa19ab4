-- table: organ_predecessor
-- en: organs of one place whose lines followed each other (table line_predecessor, from the facts), and towns that changed their rank
with line as (
    select
        later.organ_id, earlier.organ_id as predecessor_id, l.relation, l.since,
        later.organ, earlier.organ as predecessor
    from line_predecessor as l
    join organ as later on later.line = l.line
    join organ as earlier
        on earlier.line = l.predecessor
        and earlier.place_id = later.place_id
        and earlier.zone is not distinct from later.zone
),
-- A town that became a subdistrict may be the same: the one ends before the other begins.
town as (
    select
        organ_id, organ, place_id, first_year, last_year,
        regexp_extract(organ, '([^省市县区州旗盟]{1,8})(?:镇|乡|街道|苏木)(?:人民政府|政府|办事处)?$', 1) as own
    from organ
    where level = 'town'
),
ranked as (
    select
        later.organ_id, earlier.organ_id as predecessor_id, 'doubtful' as relation,
        later.first_year as since, later.organ, earlier.organ as predecessor
    from town as later
    join town as earlier
        on earlier.place_id = later.place_id
        and earlier.own = later.own
        and earlier.last_year < later.first_year
    where later.own <> ''
)
select * from line
union all
select * from ranked
order by organ_id, predecessor_id
