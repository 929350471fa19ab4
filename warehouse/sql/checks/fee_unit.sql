-- check: fee_unit
-- title: Fees about ten thousand times those of other years | 收费金额与其他年度相差约一万倍，疑为元与万元混用
-- severity: warning
-- scope: organ
-- formula: 3000 <= amount / m <= 30000 or the inverse, m the median of at least 2 other years, administrative_fee of form 2021, all above 0
with fee as (
    select r.organ_id, r.year, p.report_id, p.value
    from proactive as p
    join report as r using (report_id)
    where p.item = 'administrative_fee' and p.measure = 'amount' and p.value > 0
        and r.organ_id is not null
),
-- Only amounts that far apart can be that far from their median.
apart as (
    select organ_id from fee group by organ_id having max(value) >= 3000 * min(value)
),
judged as (
    select one.report_id, one.value, median(other.value) as middle, count(*) as years
    from fee as one
    semi join apart using (organ_id)
    join fee as other on other.organ_id = one.organ_id and other.year <> one.year
    group by all
    having count(*) >= 2
)
select
    report_id, null as other_report_id, 'proactive' as table_name, 'administrative_fee' as item,
    'amount' as column_name, middle as expected, value as actual,
    format('{:g}, where {} other years have {:g} in the middle: yuan taken for ten thousand yuan?',
        value, years, middle) as message
from judged
where value / middle between 3000 and 30000 or middle / value between 3000 and 30000
