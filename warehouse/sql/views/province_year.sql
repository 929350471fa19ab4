-- view: province_year
-- en: reports and main figures by province and year; sums over what is printed, nulls left out; with_requests says how many reports print the number of requests
-- zh: 各省各年度报告数与主要数据合计（仅计已载数值，未知不作 0）
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
select
    province,
    year,
    max(reports) filter (where table_name = 'report' and item = 'reports') as reports,
    max(value) filter (where table_name = 'report' and item = 'organs')::bigint as organs,
    max(value) filter (where table_name = 'report' and item = 'complete')::bigint as complete,
    coalesce(max(known) filter (where table_name = 'request' and item = 'received'), 0)
        as with_requests,
    sum(value) filter (where table_name = 'request' and item = 'received')::bigint as received,
    sum(value) filter (where table_name = 'request' and item = 'carried_in')::bigint as carried_in,
    sum(value) filter (where table_name = 'request' and item = 'granted')::bigint as granted,
    sum(value) filter (where table_name = 'request' and item = 'partially_granted')::bigint
        as partially_granted,
    sum(value) filter (where table_name = 'request' and item like 'denied_%')::bigint as denied,
    sum(value) filter (where table_name = 'request' and item like 'unavailable_%')::bigint
        as unavailable,
    sum(value) filter (where table_name = 'request' and item like 'unprocessed_%')::bigint
        as unprocessed,
    sum(value) filter (where table_name = 'request' and item = 'other')::bigint as other,
    sum(value) filter (where table_name = 'request' and item = 'total_processed')::bigint
        as total_processed,
    sum(value) filter (where table_name = 'request' and item = 'carried_out')::bigint
        as carried_out,
    sum(value) filter (where table_name = 'legal_challenge' and item = 'reconsideration')::bigint
        as reconsiderations,
    sum(value) filter (where table_name = 'legal_challenge' and item like 'litigation_%')::bigint
        as litigations,
    -- Checks across reports change these in years that did not change themselves.
    any_value(f.findings) as findings
from figure_sum
left join (
    select province, year, sum(findings)::bigint as findings from report group by province, year
) as f using (province, year)
where table_name = 'report' or column_name = 'total'
group by province, year
having reports is not null
order by province, year
