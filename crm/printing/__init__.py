"""Tables as offices print them, send them round and file them: .xlsx workbooks with a title line,
a two-row header, totals that are formulas, and a page set up for paper.

`table` says what a table is, `workbook` writes it, `lists` are the six lists, `targets` the
year's target; the full ledger is `crm.ledger.full`.
"""
