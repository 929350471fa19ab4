"""Bytes to ``Document``: what stands on the page, as paragraphs and tables.

Knows formats and tables, not reports: which figure a cell is belongs to ``pipelines.reports``.
Imports neither Scrapy nor Dagster.
"""
