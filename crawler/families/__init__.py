"""How the content systems behind the sites print and page their lists: one module a family.

A family is one function ``read(page) -> ListPage`` over plain text; it asks nothing itself. The
spider of the same name in ``crawler.spiders`` does, so that every family is tested on markup
alone. To add one: a module here, a spider of a few lines there.
"""
