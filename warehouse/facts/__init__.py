"""The ground floor: what is true of the world, as data files with thin readers.

Administrative divisions, official forms and their labels, title rules, host rules, numerals,
sectors. Every room may import it; it imports none of ours. No parsing of documents, no network.
"""
