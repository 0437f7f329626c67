"""A problem of a project (问题清单): raised, assigned, acted on, closed out (销号).

A stream of its own, named by a code like WT2023-0001. Plan clauses 27, 40, 64, 76.
"""
