-- view: proactive_all_forms
-- en: table 2 under one set of measures: 2019's newly_made and total_disclosed stand as 2021's issued and in_force; the forms ask for near, not for the same things there, as comparable says
-- zh: 主动公开情况（各版格式统一指标）：2019 年格式“新制作数量”“对外公开总数量”对应 2021 年格式“制发件数”“现行有效件数”，口径相近而不尽相同，见 comparable
-- column report_id: the report | 报告标识
-- column year: the year the report covers | 报告所涉年度
-- column province: province | 所属省级区划
-- column item: row of the form, see item_label | 项目，名称见 item_label
-- column measure: column under the name of the newest form that has it | 指标（取最新格式所用名称）
-- column value: the figure as printed, null when nothing is printed | 所载数值，未印为空
-- column printed_as: the measure of the report's own form | 报告所用格式的指标
-- column comparable: same: both forms ask for it; near: they ask for nearly the same; one_form: only one form asks | 可比性：same 两版相同，near 口径相近，one_form 仅一版有
select
    report_id, year, province, item,
    case measure when 'newly_made' then 'issued' when 'total_disclosed' then 'in_force'
        else measure end as measure,
    value,
    measure as printed_as,
    case
        when measure in ('newly_made', 'issued', 'total_disclosed', 'in_force') then 'near'
        when measure = 'decisions' and item <> 'other_management' then 'same'
        else 'one_form'
    end as comparable
from proactive
