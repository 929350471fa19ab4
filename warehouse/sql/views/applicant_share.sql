-- view: applicant_share
-- en: who asks: requests received by applicant, province and year; a report that does not print the applicant's figure is not in known and not counted as 0
-- zh: 申请人构成：各省各年度按申请人统计的新收申请；未印数值的报告不计入，亦不作 0
-- column province: province | 省级区划
-- column year: the year the reports cover | 报告所涉年度
-- column applicant: applicant, see item_label | 申请人，名称见 item_label
-- column label: its official Chinese label | 官方名称
-- column known: reports that print the figure | 印有该数值的报告份数
-- column received: requests received from such applicants | 新收申请数
-- column share: share of the requests of all applicants | 占全部申请人之比
select
    province,
    year,
    column_name as applicant,
    label,
    known,
    value::bigint as received,
    value / nullif(sum(value) over (partition by province, year), 0) as share
from figure_sum
left join item_label as l
    on l.table_name = 'request' and l.role = 'applicant' and l.item = figure_sum.column_name
where figure_sum.table_name = 'request' and figure_sum.item = 'received'
    and column_name <> 'total'
