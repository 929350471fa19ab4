-- table: figure_sum
-- en: every cell of the forms summed by province and year, with the number of reports that print it
with request_rows as (
    select year, province, item, natural_person, commercial_enterprise, research_institution,
        public_welfare_org, legal_service_org, other_org, total
    from request
    where item not in ('other_not_corrected', 'other_unpaid', 'other_rest') and $scope
    union all
    select year, province, 'other', natural_person, commercial_enterprise, research_institution,
        public_welfare_org, legal_service_org, other_org, total
    from request_other
    where $scope
),
request_wide as (
    select
        province, year, item, count(*) as reports,
        [
            {'name': 'natural_person', 'known': count(natural_person),
             'value': sum(natural_person)},
            {'name': 'commercial_enterprise', 'known': count(commercial_enterprise),
             'value': sum(commercial_enterprise)},
            {'name': 'research_institution', 'known': count(research_institution),
             'value': sum(research_institution)},
            {'name': 'public_welfare_org', 'known': count(public_welfare_org),
             'value': sum(public_welfare_org)},
            {'name': 'legal_service_org', 'known': count(legal_service_org),
             'value': sum(legal_service_org)},
            {'name': 'other_org', 'known': count(other_org), 'value': sum(other_org)},
            {'name': 'total', 'known': count(total), 'value': sum(total)}
        ] as cells
    from request_rows
    group by province, year, item
),
challenge_wide as (
    select
        province, year, channel as item, count(*) as reports,
        [
            {'name': 'upheld', 'known': count(upheld), 'value': sum(upheld)},
            {'name': 'corrected', 'known': count(corrected), 'value': sum(corrected)},
            {'name': 'other', 'known': count(other), 'value': sum(other)},
            {'name': 'pending', 'known': count(pending), 'value': sum(pending)},
            {'name': 'total', 'known': count(total), 'value': sum(total)}
        ] as cells
    from legal_challenge
    where $scope
    group by province, year, channel
),
report_wide as (
    select
        province, year, count(*) as reports,
        [
            {'name': 'reports', 'known': count(*), 'value': count(*)},
            {'name': 'organs', 'known': count(organ_id), 'value': count(distinct organ_id)},
            {'name': 'complete', 'known': count(*),
             'value': count(*) filter (where status = 'complete')}
        ] as cells
    from report
    where $scope
    group by province, year
),
long as (
    select province, year, 'request' as table_name, item, cell.name as column_name, reports,
        cell.known, cell.value::double as value
    from request_wide, unnest(cells) as u(cell)
    union all
    select province, year, 'legal_challenge', item, cell.name, reports,
        cell.known, cell.value::double
    from challenge_wide, unnest(cells) as u(cell)
    union all
    select province, year, 'report', cell.name, null, reports, cell.known, cell.value::double
    from report_wide, unnest(cells) as u(cell)
    union all
    select province, year, 'proactive', item, measure, count(*), count(value), sum(value)
    from proactive
    where $scope
    group by province, year, item, measure
)
select province, year, table_name, item, column_name, reports, known, value
from long
order by year, province, table_name, item, column_name
