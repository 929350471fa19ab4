"""Crawling: from the site registry to the archive. Knows sites and documents, not figures."""
