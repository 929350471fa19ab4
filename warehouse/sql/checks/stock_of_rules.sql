-- check: stock_of_rules
-- title: Rules in force do not follow from the year before | 规章、规范性文件现行有效件数与上年不衔接
-- severity: warning
-- scope: organ
-- formula: in_force(y) = in_force(y-1) + issued(y) - repealed(y), form 2021, for regulation and normative_document where all four are printed
with stock as (
    select
        r.organ_id, r.year, p.report_id, p.item,
        max(p.value) filter (p.measure = 'issued') as issued,
        max(p.value) filter (p.measure = 'repealed') as repealed,
        max(p.value) filter (p.measure = 'in_force') as in_force
    from proactive as p
    join report as r using (report_id)
    where p.item in ('regulation', 'normative_document')
        and p.measure in ('issued', 'repealed', 'in_force') and r.organ_id is not null
    group by all
)
select
    later.report_id, earlier.report_id as other_report_id, 'proactive' as table_name, later.item,
    'in_force' as column_name,
    earlier.in_force + later.issued - later.repealed as expected,
    later.in_force as actual,
    format('{:g} in force, but {:g} of {} plus {:g} issued less {:g} repealed are {:g}',
        later.in_force, earlier.in_force, earlier.year, later.issued, later.repealed,
        earlier.in_force + later.issued - later.repealed) as message
from stock as later
join stock as earlier
    on earlier.organ_id = later.organ_id and earlier.item = later.item
    and earlier.year = later.year - 1
where later.in_force <> earlier.in_force + later.issued - later.repealed
