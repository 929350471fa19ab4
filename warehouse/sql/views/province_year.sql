-- view: province_year
-- en: reports and main figures by province and year; sums over what is printed, nulls left out
-- zh: 各省各年度报告数与主要数据合计（仅计已载数值）
-- column province: province | 省级区划
-- column year: the year the reports cover | 报告所涉年度
-- column reports: reports | 报告份数
-- column organs: organs | 行政机关数
-- column complete: reports read completely | 读取完整的报告数
-- column with_requests: reports that print the number of requests received | 载有新收申请数的报告数
-- column received: requests received | 新收申请数
-- column carried_in: requests carried in | 上年结转申请数
-- column granted: granted | 予以公开
-- column partially_granted: partially granted | 部分公开
-- column denied: denied, all grounds | 不予公开
-- column unavailable: cannot be provided, all reasons | 无法提供
-- column unprocessed: not processed, all reasons | 不予处理
-- column other: other handling | 其他处理
-- column total_processed: processed, as printed | 办理结果总计（照原文）
-- column carried_out: carried out | 结转下年度
-- column reconsiderations: reconsiderations | 行政复议总计
-- column litigations: litigations, direct and after reconsideration | 行政诉讼总计
-- column findings: findings | 检查发现的问题数
with requests as (
    select
        province, year,
        count(total) filter (where item = 'received') as with_requests,
        sum(total) filter (where item = 'received')::bigint as received,
        sum(total) filter (where item = 'carried_in')::bigint as carried_in,
        sum(total) filter (where item = 'granted')::bigint as granted,
        sum(total) filter (where item = 'partially_granted')::bigint as partially_granted,
        sum(total) filter (where item like 'denied_%')::bigint as denied,
        sum(total) filter (where item like 'unavailable_%')::bigint as unavailable,
        sum(total) filter (where item like 'unprocessed_%')::bigint as unprocessed,
        sum(total) filter (where item = 'other' or item like 'other_%')::bigint as other,
        sum(total) filter (where item = 'total_processed')::bigint as total_processed,
        sum(total) filter (where item = 'carried_out')::bigint as carried_out
    from request
    group by province, year
),
challenges as (
    select
        province, year,
        sum(total) filter (where channel = 'reconsideration')::bigint as reconsiderations,
        sum(total) filter (where channel <> 'reconsideration')::bigint as litigations
    from legal_challenge
    group by province, year
),
reports as (
    select
        province, year,
        count(*) as reports,
        count(distinct organ_id) as organs,
        count(*) filter (where status = 'complete') as complete,
        sum(findings)::bigint as findings
    from report
    group by province, year
)
select
    province, year, reports, organs, complete, coalesce(with_requests, 0) as with_requests,
    received, carried_in, granted, partially_granted, denied, unavailable, unprocessed, other,
    total_processed, carried_out, reconsiderations, litigations, findings
from reports
left join requests using (province, year)
left join challenges using (province, year)
order by province, year
