-- table: organ_name
-- en: one row an organ and name, from the reports
select
    organ_id,
    organ as name,
    organ_rule as rule,
    organ_line as line,
    min(year) as first_year,
    max(year) as last_year,
    count(*) as reports
from report
where organ_id is not null
group by organ_id, organ, organ_rule, organ_line
order by organ_id, first_year, name
