"""Which tables can be asked?"""

from projections.catch_up import PROJECTIONS

EVERYTHING = tuple(projection.name for projection in PROJECTIONS)
"""For `Reader.asking`, by tests that look at whatever there is."""
