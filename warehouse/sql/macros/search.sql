-- macro: search
-- kind: table
-- parameters: words, most := 20
-- en: sections that contain all the words (parted by spaces), the best first: BM25 over the words, the passage around the first hit; needs the file attached as text
-- zh: 全文检索：含有全部词语（以空格分隔）的段落，按相关度（BM25）排列，附命中处上下文；须以 text 为名附加本文件
-- column rank: 1 for the best | 名次
-- column score: BM25 score | 相关度
-- column report_id: the report | 报告标识
-- column year: the year the report covers | 报告所涉年度
-- column province: province | 省级区划
-- column number: section, 0 to 6 | 部分序号
-- column heading: heading as printed | 标题（照原文）
-- column passage: the text around the first hit | 命中处上下文
with word as (
    select unnest(words_of) as word, generate_subscripts(words_of, 1) as place_in_query
    from (select list_filter(list_distinct(string_split_regex(
        trim(regexp_replace(text.main.search_form(words), '[^\pL\pN]', ' ', 'g')), ' +')),
        lambda w: w <> '') as words_of)
),
pair as (
    select
        place_in_query as w, length(word) - 1 as pairs, i,
        unicode(word[i])::bigint * 2097152 + unicode(word[i + 1]) as pair
    from (
        select word, place_in_query, unnest(range(1, length(word))) as i
        from word where length(word) > 1
    )
),
-- A section is one number from here on: grouping by a number is what makes frequent words quick.
posting as (
    select w, pairs, (slot::bigint << 32) + (hit >> 8) as section, hit & 255 as times
    from (
        select q.w, q.pairs, p.slot, unnest(p.hits) as hit
        from text.main.search_posting as p
        join pair as q using (pair)
    )
),
found as (
    select w, section, min(times) as times
    from posting
    group by w, section
    having count(*) = any_value(pairs)
    union all
    select w, (slot::bigint << 32) + (hit >> 8) as section, sum(hit & 255) as times
    from (
        select q.w, p.slot, unnest(p.hits) as hit
        from (
            select place_in_query as w, unicode(word) as code from word where length(word) = 1
        ) as q
        join text.main.search_posting as p
            on p.pair >= q.code::bigint * 2097152 and p.pair < (q.code::bigint + 1) * 2097152
    )
    group by w, (slot::bigint << 32) + (hit >> 8)
),
weight as (
    select
        w,
        ln(1 + (stock.sections - count(*) + 0.5) / (count(*) + 0.5)) as idf
    from found, (select sum(sections) as sections from text.main.search_stock) as stock
    group by w, stock.sections
),
scored as (
    select
        f.section,
        sum(w.idf * f.times * 2.2 / (f.times + 1.2 * (0.25 + 0.75 * d.length / mean.length)))
            as score
    from found as f
    join weight as w using (w)
    join text.main.search_doc as d on (d.slot::bigint << 32) + d.doc = f.section
    cross join (
        select sum(characters) / sum(sections) as length from text.main.search_stock) as mean
    group by f.section
    having count(*) = (select count(*) from word)
    order by score desc, f.section
    limit most + 20
),
candidate as (
    select d.report_id, d.year, d.province, d.number, scored.score
    from scored
    join text.main.search_doc as d on (d.slot::bigint << 32) + d.doc = scored.section
),
passage as (
    select
        c.score, c.report_id, c.year, c.province, c.number, s.heading, s.text,
        text.main.search_form(s.text) as form
    from candidate as c
    join text.main.section as s using (report_id, year, province, number)
),
-- A pair of characters may stand in a section without the word: what is shown has the words.
sure as (
    select p.*, (select min(strpos(p.form, word)) from word) as place
    from passage as p
    where (select bool_and(contains(p.form, word)) from word)
)
select
    row_number() over (order by score desc, year desc, report_id, number)::integer as rank,
    round(score, 3) as score,
    report_id, year, province, number, heading,
    case when place > 31 then '…' else '' end
        || replace(substr(text, greatest(place - 30, 1), 110), chr(10), ' ')
        || case when length(text) > greatest(place - 30, 1) + 110 then '…' else '' end as passage
from sure
order by rank
limit most
