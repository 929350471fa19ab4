-- table: organ_predecessor
-- en: organs of one place whose lines followed each other (table line_predecessor, from the facts), whose names join fields, and towns that changed their rank
with named as materialized (
    -- Materialized, lest all pairs of organs of a place are made first.
    select o.organ_id, o.organ, o.place_id, o.zone, l.predecessor, l.relation, l.since
    from organ as o
    join line_predecessor as l on l.line = o.line
),
line as (
    select
        later.organ_id, earlier.organ_id as predecessor_id, later.relation, later.since,
        later.organ, earlier.organ as predecessor
    from named as later
    join organ as earlier
        on earlier.line = later.predecessor
        and earlier.place_id = later.place_id
        and earlier.zone is not distinct from later.zone
),
-- A name that joins several fields is an organ of its own: which it continues is not known.
part as (
    select organ_id, organ, place_id, zone, first_year, unnest(string_split(line, '+')) as line
    from organ
    where contains(line, '+')
),
joint as (
    select
        case when p.first_year >= o.first_year then p.organ_id else o.organ_id end as organ_id,
        case when p.first_year >= o.first_year then o.organ_id else p.organ_id end
            as predecessor_id,
        'doubtful' as relation,
        greatest(p.first_year, o.first_year) as since,
        case when p.first_year >= o.first_year then p.organ else o.organ end as organ,
        case when p.first_year >= o.first_year then o.organ else p.organ end as predecessor
    from part as p
    join organ as o
        on o.line = p.line
        and o.place_id = p.place_id
        and o.zone is not distinct from p.zone
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
select * from joint
union all
select * from ranked
order by organ_id, predecessor_id
