-- view: carry_over_mismatch
-- en: what an organ carried out of a year differs from what it carried into the next, by applicant; the findings of rule carry_over that stand
-- zh: 行政机关结转下年度数与次年上年结转数不一致（按申请人），即规则 carry_over 的有效发现
-- column organ_id: the organ | 行政机关标识
-- column organ: its name in the later year | 行政机关名称（次年）
-- column province: province | 所属省级区划
-- column year: the earlier year | 前一年度
-- column applicant: applicant | 申请人
-- column carried_out: carried out of the year | 结转下年度继续办理
-- column next_carried_in: carried into the next year | 次年上年结转
-- column difference: next_carried_in less carried_out | 差额
-- column report_id: report of the earlier year | 前一年度报告
-- column next_report_id: report of the later year | 次年报告
select
    r.organ_id,
    r.organ,
    f.province,
    (f.year - 1)::smallint as year,
    f.column_name as applicant,
    f.expected::bigint as carried_out,
    f.actual::bigint as next_carried_in,
    (f.actual - f.expected)::bigint as difference,
    f.other_report_id as report_id,
    f.report_id as next_report_id
from finding as f
join report as r using (report_id)
where f.rule = 'carry_over' and f.dismissed is null
