"""On which day does what has been recorded begin?"""

from datetime import date

from sqlalchemy import Connection, func, select

from projections.tables import OPEN, lead_step


def first_day(connection: Connection) -> date | None:
    """The day the first lead began, as known now; None where there is none. Asks `leads`."""
    query = select(func.min(lead_step.c.valid_from)).where(lead_step.c.known_to == OPEN)
    found: date | None = connection.execute(query).scalar_one()
    return found
