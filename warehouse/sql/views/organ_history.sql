-- view: organ_history
-- en: an organ's reports through the years with their main figures
-- zh: 行政机关历年报告及主要数据
-- column organ_id: the organ | 行政机关标识
-- column year: the year the report covers | 报告所涉年度
-- column organ: its name in that report | 当年名称
-- column province: province | 省级区划
-- column city: prefecture-level division | 地级区划
-- column county: county-level division | 县级区划
-- column form: form | 格式版本
-- column status: status of the reading | 读取状态
-- column received: requests received | 新收申请数
-- column carried_in: requests carried in | 上年结转申请数
-- column granted: granted | 予以公开
-- column partially_granted: partially granted | 部分公开
-- column total_processed: processed | 办理结果总计
-- column carried_out: carried out | 结转下年度
-- column reconsiderations: reconsiderations | 行政复议总计
-- column litigations: litigations, direct and after reconsideration; null where one is null | 行政诉讼总计，任一为空则为空
-- column findings: number of findings | 检查发现的问题数
-- column published_on: publication date | 发布日期
-- column report_id: the report | 报告标识
-- column url: address | 网址
select
    r.organ_id, r.year, r.organ, r.province, r.city, r.county, r.form, r.status,
    q.received, q.carried_in, q.granted, q.partially_granted, q.total_processed, q.carried_out,
    c.reconsiderations,
    c.litigation_direct + c.litigation_after_reconsideration as litigations,
    r.findings, r.published_on, r.report_id, r.url
from report as r
left join (
    select
        report_id,
        max(total) filter (where item = 'received') as received,
        max(total) filter (where item = 'carried_in') as carried_in,
        max(total) filter (where item = 'granted') as granted,
        max(total) filter (where item = 'partially_granted') as partially_granted,
        max(total) filter (where item = 'total_processed') as total_processed,
        max(total) filter (where item = 'carried_out') as carried_out
    from request
    group by report_id
) as q using (report_id)
left join (
    select
        report_id,
        max(total) filter (where channel = 'reconsideration') as reconsiderations,
        max(total) filter (where channel = 'litigation_direct') as litigation_direct,
        max(total) filter (where channel = 'litigation_after_reconsideration')
            as litigation_after_reconsideration
    from legal_challenge
    group by report_id
) as c using (report_id)
