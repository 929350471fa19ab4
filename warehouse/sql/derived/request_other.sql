-- table: request_other
-- en: the three other_* rows of the 2021 form as the one row other of the 2019 form
select
    report_id, year, province,
    case when count(natural_person) = 3 then sum(natural_person) end as natural_person,
    case when count(commercial_enterprise) = 3 then sum(commercial_enterprise) end
        as commercial_enterprise,
    case when count(research_institution) = 3 then sum(research_institution) end
        as research_institution,
    case when count(public_welfare_org) = 3 then sum(public_welfare_org) end
        as public_welfare_org,
    case when count(legal_service_org) = 3 then sum(legal_service_org) end as legal_service_org,
    case when count(other_org) = 3 then sum(other_org) end as other_org,
    case when count(total) = 3 then sum(total) end as total
from request
where item in ('other_not_corrected', 'other_unpaid', 'other_rest') and $scope
group by report_id, year, province
order by year, province, report_id
