-- table: report_figures
-- en: the main figures of a report side by side; a sum is null where one of its parts is
with requests as (
    select
        report_id, year, province,
        max(total) filter (where item = 'received') as received,
        max(total) filter (where item = 'carried_in') as carried_in,
        max(total) filter (where item = 'granted') as granted,
        max(total) filter (where item = 'partially_granted') as partially_granted,
        sum(total) filter (where item like 'denied_%') as denied,
        sum(total) filter (where item like 'unavailable_%') as unavailable,
        max(total) filter (where item = 'unavailable_not_held') as not_held,
        sum(total) filter (where item like 'unprocessed_%') as unprocessed,
        sum(total) filter (where item = 'other' or item like 'other_%') as other,
        max(total) filter (where item = 'total_processed') as total_processed,
        max(total) filter (where item = 'carried_out') as carried_out,
        count(*) filter (where total is null and item like 'denied_%') as denied_null,
        count(*) filter (where total is null and item like 'unavailable_%') as unavailable_null,
        count(*) filter (where total is null and item like 'unprocessed_%') as unprocessed_null,
        count(*) filter (where total is null and item like 'other%') as other_null
    from request
    where $scope
    group by report_id, year, province
),
challenges as (
    select
        report_id, year, province,
        max(total) filter (where channel = 'reconsideration') as reconsiderations,
        max(corrected) filter (where channel = 'reconsideration') as reconsiderations_corrected,
        max(total) filter (where channel = 'litigation_direct')
            + max(total) filter (where channel = 'litigation_after_reconsideration')
            as litigations,
        max(corrected) filter (where channel = 'litigation_direct')
            + max(corrected) filter (where channel = 'litigation_after_reconsideration')
            as litigations_corrected
    from legal_challenge
    where $scope
    group by report_id, year, province
)
select
    report_id, year, province, received, carried_in, granted, partially_granted,
    case when denied_null = 0 then denied end as denied,
    case when unavailable_null = 0 then unavailable end as unavailable,
    not_held,
    case when unprocessed_null = 0 then unprocessed end as unprocessed,
    case when other_null = 0 then other end as other,
    total_processed, carried_out, reconsiderations, reconsiderations_corrected, litigations,
    litigations_corrected
from requests
full join challenges using (report_id, year, province)
order by year, province, report_id
