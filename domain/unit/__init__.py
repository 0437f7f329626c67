"""A unit that is ranked (参评单位): a town, a department, the development zone.

One stream per unit: which group it is ranked in, what inspections found, when it was interviewed.
Plan clauses 67, 71, 75, 77.
"""
