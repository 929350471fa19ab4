"""From archived bytes to checked reports, and the Dagster assets that run it all."""
