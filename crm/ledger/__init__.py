"""How a county's project ledger (招商项目台账, an Excel workbook) becomes events.

A workbook is read in four steps: `sheet` finds the table and its columns by their header words
(`headers`), `cells` reads single values, `rows` reads a line and finds its faults, `importing`
turns the lines without fault into events. `report` says in Chinese what was or would be done.
"""


class LedgerError(Exception):
    """The file as a whole cannot be read as a ledger; the text is one Chinese line for staff."""
