-- check: jump
-- title: A figure far from the organ's own other years | 数值与本机关其他年度相差悬殊
-- severity: info
-- scope: organ
-- formula: |ln((1+x)/(1+m))| > max(ln 5, 5 * 1.4826 * MAD of ln(1+x)) and |x - m| >= 50, m and MAD the median and the median absolute deviation of at least 3 other years
with figure as (
    select report_id, 'request' as table_name, item, 'total' as column_name, total::double as value
    from request where item = 'received' and total is not null
    union all
    select report_id, 'legal_challenge', channel, 'total', total
    from legal_challenge where total is not null
    union all
    select report_id, 'proactive', item, measure, value
    from proactive
    where measure = 'decisions' and value is not null
),
-- Only a series with a figure far from its whole median can have one far from the others'.
series as (
    select r.organ_id, f.table_name, f.item, f.column_name, list({'year': r.year, 'value': f.value}) as years
    from figure as f
    join report as r using (report_id)
    where r.organ_id is not null
    group by all
    having count(*) >= 4 and max(f.value) - min(f.value) >= 50
        and (1 + max(f.value)) / (1 + greatest(min(f.value), 0)) > 5
),
each as (
    select
        organ_id, table_name, item, column_name, years,
        unnest(years) as one,
    from series
),
others as (
    select
        organ_id, table_name, item, column_name, one.year as year, one.value as value,
        list_transform(list_filter(years, lambda y: y.year <> one.year), lambda y: y.value) as rest
    from each
),
judged as (
    select *, list_median(rest) as middle, list_median(list_transform(rest, lambda v: ln(1 + greatest(v, 0)))) as log_middle
    from others
),
far as (
    select *, abs(ln(1 + greatest(value, 0)) - log_middle) as distance
    from judged
    where abs(value - middle) >= 50 and abs(ln(1 + greatest(value, 0)) - log_middle) > ln(5)
)
select
    r.report_id, null as other_report_id, f.table_name, f.item, f.column_name,
    f.middle as expected, f.value as actual,
    format('{:g}, where {} other years have {:g} in the middle (from {:g} to {:g})',
        f.value, len(f.rest), f.middle, list_min(f.rest), list_max(f.rest)) as message
from far as f
join report as r using (organ_id, year)
where f.distance > 5 * 1.4826 * list_median(
    list_transform(f.rest, lambda v: abs(ln(1 + greatest(v, 0)) - f.log_middle)))
