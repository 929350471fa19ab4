-- view: challenge_rate
-- en: how often answers are challenged and how challenges end, by province, year and channel; known counts the reports that print the number, the others are unknown
-- zh: 各省各年度行政复议、行政诉讼与申请之比及其结果；known 为印有数值的报告份数，其余未知
-- column province: province | 省级区划
-- column year: the year the reports cover | 报告所涉年度
-- column channel: reconsideration, litigation_direct or litigation_after_reconsideration | 途径
-- column label: its official Chinese label | 官方名称
-- column known: reports that print the total of the channel | 印有该途径总计的报告份数
-- column challenges: challenges, as printed | 总计（照原文）
-- column received: requests received in the same province and year | 同省同年新收申请数
-- column per_thousand: challenges for a thousand requests received | 每千件新收申请的件数
-- column upheld: upheld | 结果维持
-- column corrected: corrected | 结果纠正
-- column other: other results | 其他结果
-- column pending: not yet concluded | 尚未审结
-- column corrected_rate: corrected, share of the concluded | 纠正占已结之比
with channel as (
    select
        province, year, item,
        max(known) filter (where column_name = 'total') as known,
        max(value) filter (where column_name = 'total')::bigint as challenges,
        max(value) filter (where column_name = 'upheld')::bigint as upheld,
        max(value) filter (where column_name = 'corrected')::bigint as corrected,
        max(value) filter (where column_name = 'other')::bigint as other,
        max(value) filter (where column_name = 'pending')::bigint as pending
    from figure_sum
    where table_name = 'legal_challenge'
    group by province, year, item
),
requests as (
    select province, year, value::bigint as received
    from figure_sum
    where table_name = 'request' and item = 'received' and column_name = 'total'
)
select
    c.province, c.year, c.item as channel, l.label, c.known, c.challenges, r.received,
    1000 * c.challenges / nullif(r.received, 0) as per_thousand,
    c.upheld, c.corrected, c.other, c.pending,
    c.corrected / nullif(c.upheld + c.corrected + c.other, 0) as corrected_rate
from channel as c
left join requests as r using (province, year)
left join item_label as l
    on l.table_name = 'legal_challenge' and l.role = 'channel' and l.item = c.item
