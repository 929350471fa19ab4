"""The tables of the published files, as data, and everything that follows from them.

``tables.yaml`` names every table and column with type, unit and meaning; ``tables`` reads it,
``ddl`` makes CREATE and COMMENT statements of it, ``dictionary`` the data dictionary. Nothing
else in the project defines a table. Views are SQL files (``warehouse.sql``).
"""

from warehouse.schema.tables import FOLDER, Column, Schema, Table, load

__all__ = ["FOLDER", "Column", "Schema", "Table", "load"]
