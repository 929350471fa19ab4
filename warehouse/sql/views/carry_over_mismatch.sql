-- view: carry_over_mismatch
-- en: what an organ carried out of a year differs from what it carried into the next, by applicant
-- zh: 行政机关结转下年度数与次年上年结转数不一致（按申请人）
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
with figure as (
    unpivot (
        select
            organ_id, organ, r.province, r.year, report_id, q.item,
            natural_person, commercial_enterprise, research_institution,
            public_welfare_org, legal_service_org, other_org, total
        from request as q
        join report as r using (report_id)
        where q.item in ('carried_in', 'carried_out') and organ_id is not null
    )
    on natural_person, commercial_enterprise, research_institution,
        public_welfare_org, legal_service_org, other_org, total
    into name applicant value figure
)
select
    later.organ_id,
    later.organ,
    later.province,
    earlier.year,
    later.applicant,
    earlier.figure as carried_out,
    later.figure as next_carried_in,
    later.figure - earlier.figure as difference,
    earlier.report_id,
    later.report_id as next_report_id
from figure as earlier
join figure as later
    on later.organ_id = earlier.organ_id
    and later.year = earlier.year + 1
    and later.applicant = earlier.applicant
where earlier.item = 'carried_out'
    and later.item = 'carried_in'
    and earlier.figure <> later.figure
