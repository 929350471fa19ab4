-- view: fee_year
-- en: administrative fees that organs charged, by province and year, from table 2 of the 2021 form; the form of 2019 asks for numbers of fee items only
-- zh: 各省各年度行政事业性收费金额（2021 年格式第二部分）；2019 年格式只列项目数
-- column province: province | 省级区划
-- column year: the year the reports cover | 报告所涉年度
-- column reports: reports that have the row | 有该行的报告份数
-- column known: reports that print an amount; the others are unknown, not 0 | 印有金额的报告份数，其余未知而非 0
-- column amount: sum of the amounts printed, in 万元 | 已印金额之和（万元）
-- column mean_amount: amount of an average report that prints one, in 万元 | 每份印有金额的报告平均金额（万元）
select
    province,
    year,
    reports,
    known,
    value as amount,
    value / nullif(known, 0) as mean_amount
from figure_sum
where table_name = 'proactive' and item = 'administrative_fee' and column_name = 'amount'
