-- view: item_label
-- en: the official Chinese label of every item, measure, applicant, channel, result and figure of table 2, from the newest form that has it
-- zh: 各项目、指标、申请人、途径、结果及第二部分各数值的官方名称（取最新格式）
-- column table_name: proactive, request or legal_challenge | 所在表
-- column role: item, measure, applicant, channel, result, or figure: an item and its measure, such as procurement.amount | 角色；figure 为“项目.指标”
-- column item: the name used in this database | 本库所用名称
-- column label: official label | 官方名称
-- column unit: unit of a measure or figure | 计量单位
-- column forms: the forms that have it | 载有该项的格式版本
-- column position: place in the newest form | 最新格式中的次序
select
    table_name,
    role,
    name as item,
    arg_max(label, since) as label,
    arg_max(unit, since) as unit,
    list_sort(list(distinct form)) as forms,
    arg_max(position, since) as position
from form_label
group by table_name, role, name
