"""A local forward proxy that plays real government sites, with generated reports and their truth.

Belongs here: worlds of sites, the CMS families they run on, reports drawn with known truth, the
server. Does not belong here: anything that the crawler or the pipelines use on real sites.

Start with ``build.load_world`` and ``server.running_replica``.
"""
