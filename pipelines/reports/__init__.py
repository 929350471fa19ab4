"""Documents to reports: which figure a cell is, whether the figures agree, who says it and when.

Plain functions on ``pipelines.documents.model``; imports neither Scrapy nor Dagster nor the
crawler. Official labels come from ``warehouse.facts``.
"""

PARSER_VERSION = "10"
"""Raised whenever a change here or in ``pipelines.documents`` can change what is read."""
