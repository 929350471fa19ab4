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
    select distinct word
    from (select unnest(string_split_regex(
        trim(regexp_replace(text.main.search_form(words), '[^\pL\pN]', ' ', 'g')), ' +')) as word)
    where word <> ''
),
pair as (
    select
        word, length(word) - 1 as pairs, i,
        unicode(word[i])::bigint * 2097152 + unicode(word[i + 1]) as pair
    from (select word, unnest(range(1, length(word))) as i from word where length(word) > 1)
),
posting as (
    select word, pairs, slot, hit >> 8 as doc, hit & 255 as times
    from (
        select w.word, w.pairs, p.slot, unnest(p.hits) as hit
        from text.main.search_posting as p
        join pair as w using (pair)
    )
),
found as (
    select word, slot, doc, min(times) as times
    from posting
    group by word, slot, doc, pairs
    having count(*) = pairs
    union all
    select word, slot, hit >> 8 as doc, sum(hit & 255) as times
    from (
        select w.word, p.slot, unnest(p.hits) as hit
        from (select word, unicode(word) as code from word where length(word) = 1) as w
        join text.main.search_posting as p
            on p.pair >= w.code::bigint * 2097152 and p.pair < (w.code::bigint + 1) * 2097152
    )
    group by word, slot, hit >> 8
),
weight as (
    select
        word,
        ln(1 + (stock.sections - count(*) + 0.5) / (count(*) + 0.5)) as idf
    from found, (select sum(sections) as sections from text.main.search_stock) as stock
    group by word, stock.sections
),
scored as (
    select
        f.slot, f.doc,
        sum(w.idf * f.times * 2.2 / (f.times + 1.2 * (0.25 + 0.75 * d.length / mean.length)))
            as score
    from found as f
    join weight as w using (word)
    join text.main.search_doc as d using (slot, doc)
    cross join (
        select sum(characters) / sum(sections) as length from text.main.search_stock) as mean
    group by f.slot, f.doc
    having count(*) = (select count(*) from word)
    order by score desc, f.slot, f.doc
    limit most + 20
),
candidate as (
    select d.report_id, d.year, d.province, d.number, scored.score
    from scored
    join text.main.search_doc as d using (slot, doc)
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
