"""The warehouse: facts of the world, table schema, partition files, published DuckDB files.

Nothing here crawls or parses; nothing here imports ``crawler`` or ``pipelines``.
"""
