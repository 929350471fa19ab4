-- view: request_series
-- en: table 3 of all forms as one series by province and year: every item under one set of names and every applicant; known counts the reports that print the figure, the others are unknown
-- zh: 申请处理情况各版格式连续序列：各省各年度各项目各申请人合计；known 为印有数值的报告份数，其余未知
-- column province: province | 省级区划
-- column year: the year the reports cover | 报告所涉年度
-- column item: row of the form, other_* as other | 项目（“其他处理”并为 other）
-- column label: its official Chinese label | 官方名称
-- column applicant: applicant, or total | 申请人或总计
-- column reports: reports that have the row | 有该行的报告份数
-- column known: reports that print the figure | 印有该数值的报告份数
-- column value: sum over the known | 已知数值之和
select
    province, year, s.item, label, column_name as applicant, reports, known, value::bigint as value
from figure_sum as s
left join item_label as l
    on l.table_name = 'request' and l.role = 'item' and l.item = s.item
where s.table_name = 'request'
