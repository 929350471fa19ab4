"""One spider a family, each of a few lines on the base spider; module and spider share a name."""
