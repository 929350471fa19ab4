-- check: carry_over
-- title: Carried into the year is not what the year before carried out | 上年结转数与上一年度报告的结转下年度数不一致
-- severity: warning
-- scope: organ
-- formula: request.carried_in(y) = request.carried_out(y-1), for each applicant where both are printed
with moved as (
    select r.organ_id, r.year, q.*
    from request as q
    join report as r using (report_id)
    where q.item in ('carried_in', 'carried_out') and r.organ_id is not null
),
pair as (
    select
        later.report_id, earlier.report_id as other_report_id,
        unnest([
            {'name': 'natural_person', 'was': earlier.natural_person, 'is': later.natural_person},
            {'name': 'commercial_enterprise', 'was': earlier.commercial_enterprise, 'is': later.commercial_enterprise},
            {'name': 'research_institution', 'was': earlier.research_institution, 'is': later.research_institution},
            {'name': 'public_welfare_org', 'was': earlier.public_welfare_org, 'is': later.public_welfare_org},
            {'name': 'legal_service_org', 'was': earlier.legal_service_org, 'is': later.legal_service_org},
            {'name': 'other_org', 'was': earlier.other_org, 'is': later.other_org},
            {'name': 'total', 'was': earlier.total, 'is': later.total}
        ]) as side,
        later.year
    from moved as later
    join moved as earlier on earlier.organ_id = later.organ_id and earlier.year = later.year - 1
    where later.item = 'carried_in' and earlier.item = 'carried_out'
        and (earlier.natural_person <> later.natural_person
            or earlier.commercial_enterprise <> later.commercial_enterprise
            or earlier.research_institution <> later.research_institution
            or earlier.public_welfare_org <> later.public_welfare_org
            or earlier.legal_service_org <> later.legal_service_org
            or earlier.other_org <> later.other_org
            or earlier.total <> later.total)
)
select
    report_id, other_report_id, 'request' as table_name, 'carried_in' as item,
    side.name as column_name, side.was as expected, side.is as actual,
    format('carries in {}, but the report for {} carries out {}', side.is, year - 1, side.was) as message
from pair
where side.was <> side.is
