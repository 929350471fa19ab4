-- table: search_stock
-- en: number and length of the indexed sections
select province, year, count(*) as sections, sum(length) as characters
from search_doc
where $scope
group by province, year
order by year, province
