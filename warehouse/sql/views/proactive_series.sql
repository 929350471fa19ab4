-- view: proactive_series
-- en: table 2 of all forms as one series by province and year, measures named as in proactive_all_forms; known counts the reports that print the figure, the others are unknown
-- zh: 主动公开情况各版格式连续序列：各省各年度合计，指标名称同 proactive_all_forms；known 为印有数值的报告份数，其余未知
-- column province: province | 省级区划
-- column year: the year the reports cover | 报告所涉年度
-- column item: row of the form | 项目
-- column label: its official Chinese label | 官方名称
-- column measure: column under the name of the newest form that has it | 指标（取最新格式所用名称）
-- column reports: reports that have the row | 有该行的报告份数
-- column known: reports that print the figure | 印有该数值的报告份数
-- column value: sum over the known | 已知数值之和
-- column comparable: same, near or one_form, see proactive_all_forms | 可比性，见 proactive_all_forms
select
    province, year, s.item, label,
    case column_name when 'newly_made' then 'issued' when 'total_disclosed' then 'in_force'
        else column_name end as measure,
    sum(reports)::bigint as reports,
    sum(known)::bigint as known,
    sum(value) as value,
    max(case
        when column_name in ('newly_made', 'issued', 'total_disclosed', 'in_force') then 'near'
        when column_name = 'decisions' and s.item <> 'other_management' then 'same'
        else 'one_form'
    end) as comparable
from figure_sum as s
left join item_label as l
    on l.table_name = 'proactive' and l.role = 'item' and l.item = s.item
where s.table_name = 'proactive'
group by all
