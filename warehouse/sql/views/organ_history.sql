-- view: organ_history
-- en: an organ's reports through the years with their main figures; null is unknown, not 0
-- zh: 行政机关历年报告及主要数据；空值表示未知而非 0
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
-- column denied: denied, all grounds; null where one is null | 不予公开，任一为空则为空
-- column not_held: not held by the organ | 本机关不掌握
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
    f.received, f.carried_in, f.granted, f.partially_granted, f.denied, f.not_held,
    f.total_processed, f.carried_out, f.reconsiderations, f.litigations,
    r.findings, r.published_on, r.report_id, r.url
from report as r
left join report_figures as f using (report_id, year, province)
