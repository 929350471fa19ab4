-- check: partition_known
-- en: every report lies in a published partition, and none is published twice
select province, year, 'report without partition' as problem
from (select distinct province, year from report)
anti join partition using (province, year)
union all
select province, year, 'partition published twice'
from partition
group by all
having count(*) > 1
order by all
