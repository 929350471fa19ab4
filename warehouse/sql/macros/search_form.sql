-- macro: search_form
-- kind: scalar
-- parameters: words
-- en: text as the search compares it: full-width letters, digits and signs as ASCII, letters small; every character stays in its place
-- zh: 检索比较所用的文字形式：全角字母、数字、符号转半角，字母小写，字数位置不变
lower(translate(
    words,
    '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ　（）％：；',
    '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz ()%:;'))
