-- check: meta_one_row
-- en: meta has one row
select count(*) as meta_rows
from meta
having count(*) <> 1
