"""Exports of the published files: Parquet, CSV, a workbook, and the descriptor of all of them.

``run`` puts an export together and in place; ``tables`` writes Parquet and CSV, ``workbook`` and
``sheet`` the workbook, ``package`` the descriptor. Words in Chinese stand in ``words.yaml``.
"""

from warehouse.export.run import Exported, ExportError, Selection, export

__all__ = ["ExportError", "Exported", "Selection", "export"]
