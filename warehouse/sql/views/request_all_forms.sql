-- view: request_all_forms
-- en: table 3 under one set of items: the three other_* rows of the 2021 form summed to the one row other of the 2019 form; null where a part is null
-- zh: 申请处理情况（各版格式统一项目）：2021 年格式“其他处理”三行并为一行 other，任一为空则为空
-- column report_id: the report | 报告标识
-- column year: the year the report covers | 报告所涉年度
-- column province: province | 所属省级区划
-- column item: row of the form, see item_label | 项目，名称见 item_label
-- column natural_person: natural persons | 自然人
-- column commercial_enterprise: commercial enterprises | 商业企业
-- column research_institution: research institutions | 科研机构
-- column public_welfare_org: public welfare organisations | 社会公益组织
-- column legal_service_org: legal service organisations | 法律服务机构
-- column other_org: other organisations | 其他法人或组织
-- column total: total as printed | 总计（照原文）
select
    report_id, year, province, item,
    natural_person, commercial_enterprise, research_institution,
    public_welfare_org, legal_service_org, other_org, total
from request
where item not in ('other_not_corrected', 'other_unpaid', 'other_rest')
union all
select
    report_id, year, province, 'other' as item,
    natural_person, commercial_enterprise, research_institution,
    public_welfare_org, legal_service_org, other_org, total
from request_other
