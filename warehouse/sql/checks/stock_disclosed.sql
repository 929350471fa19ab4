-- check: stock_disclosed
-- title: Rules disclosed in all grew by more than were newly disclosed | 对外公开总数量的增加超过本年新公开数量
-- severity: warning
-- scope: organ
-- formula: total_disclosed(y) <= total_disclosed(y-1) + newly_disclosed(y), form 2019 (the total may shrink: repealed documents leave it)
with stock as (
    select
        r.organ_id, r.year, p.report_id, p.item,
        max(p.value) filter (p.measure = 'newly_disclosed') as new,
        max(p.value) filter (p.measure = 'total_disclosed') as total
    from proactive as p
    join report as r using (report_id)
    where p.item in ('regulation', 'normative_document')
        and p.measure in ('newly_disclosed', 'total_disclosed') and r.organ_id is not null
    group by all
)
select
    later.report_id, earlier.report_id as other_report_id, 'proactive' as table_name, later.item,
    'total_disclosed' as column_name,
    earlier.total + later.new as expected,
    later.total as actual,
    format('{:g} disclosed in all, but {:g} of {} and {:g} new ones are at most {:g}',
        later.total, earlier.total, earlier.year, later.new, earlier.total + later.new) as message
from stock as later
join stock as earlier
    on earlier.organ_id = later.organ_id and earlier.item = later.item
    and earlier.year = later.year - 1
where later.total > earlier.total + later.new
