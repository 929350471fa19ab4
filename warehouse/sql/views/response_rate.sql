-- view: response_rate
-- en: how requests were answered, by province and year: shares of what was processed, over the reports that print every figure needed; the others are unknown and left out, not taken as 0
-- zh: 各省各年度申请办理结果占比：仅计所需数值齐全的报告，其余为未知而不作 0
-- column province: province | 省级区划
-- column year: the year the reports cover | 报告所涉年度
-- column reports: reports with a table 3 or 4 | 有第三或第四部分表格的报告份数
-- column known: reports that print all these figures; the rates are over them | 所需数值齐全的报告份数
-- column processed: requests processed | 办理结果总计
-- column granted_rate: granted, share of processed | 予以公开占比
-- column partial_rate: partially granted, share of processed | 部分公开占比
-- column refusal_rate: denied on a ground, share of processed | 不予公开占比
-- column not_held_rate: the organ does not hold it, share of processed | 本机关不掌握占比
with known as (
    select
        *,
        total_processed + granted + partially_granted + denied + not_held is not null as is_known
    from report_figures
)
select
    province,
    year,
    count(*) as reports,
    count(*) filter (where is_known) as known,
    sum(total_processed) filter (where is_known)::bigint as processed,
    sum(granted) filter (where is_known) / nullif(processed, 0) as granted_rate,
    sum(partially_granted) filter (where is_known) / nullif(processed, 0) as partial_rate,
    sum(denied) filter (where is_known) / nullif(processed, 0) as refusal_rate,
    sum(not_held) filter (where is_known) / nullif(processed, 0) as not_held_rate
from known
group by province, year
