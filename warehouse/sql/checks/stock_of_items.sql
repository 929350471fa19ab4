-- check: stock_of_items
-- title: Items of the previous year are not what that year ended with | 上一年项目数量与上年报告不衔接
-- severity: warning
-- scope: organ
-- formula: previous_year_items(y) = previous_year_items(y-1) + change(y-1), form 2019
with stock as (
    select
        r.organ_id, r.year, p.report_id, p.item,
        max(p.value) filter (p.measure = 'previous_year_items') as items,
        max(p.value) filter (p.measure = 'change') as change
    from proactive as p
    join report as r using (report_id)
    where p.measure in ('previous_year_items', 'change') and r.organ_id is not null
    group by all
)
select
    later.report_id, earlier.report_id as other_report_id, 'proactive' as table_name, later.item,
    'previous_year_items' as column_name,
    earlier.items + earlier.change as expected,
    later.items as actual,
    format('{:g} items of the previous year, but {} had {:g} and changed by {:g}',
        later.items, earlier.year, earlier.items, earlier.change) as message
from stock as later
join stock as earlier
    on earlier.organ_id = later.organ_id and earlier.item = later.item
    and earlier.year = later.year - 1
where later.items <> earlier.items + earlier.change
