-- check: late_publication
-- title: Published after the statutory day | 迟于法定期限公布
-- severity: info
-- scope: partition
-- formula: published_on <= statutory day of the organ's kind for the year covered; the date is the one the page shows, which may be that of a publication anew
select
    r.report_id, null as other_report_id, null as table_name, null as item, 'published_on' as column_name,
    null as expected,
    null as actual,
    format('published on {}, {} days after {}', r.published_on,
        r.published_on - make_date(r.year + 1, d.month, d.day),
        make_date(r.year + 1, d.month, d.day)) as message
from report as r
join statutory_day as d
    on d.kind = r.kind
    and r.year between coalesce(d.first_year, r.year) and coalesce(d.last_year, r.year)
where r.published_on > make_date(r.year + 1, d.month, d.day)
