"""A server publishes by itself what is due (setting `CRM_BULLETINS_DUE`).

Publishing is idempotent for a period, so several servers, and `crm report run-due` beside them, do
no harm.
"""

from threading import Event

import structlog

from crm.application import CRM
from crm.bulletins.due import run_due
from crm.people import SYSTEM
from crm.repeating import Repeating
from projections.reader import NotYetVisible, TablesBuilding

_SECONDS = 600.0
_SOON = 10.0  # while the tables are being built, as after a start

log = structlog.get_logger()


def ticking(crm: CRM) -> Repeating:
    """Looks at once, and every ten minutes from then on."""

    def publish(stopping: Event) -> float:
        try:
            for done in run_due(crm, by=SYSTEM):
                log.info("bulletin published", title=done.title, missing=done.missing)
                if stopping.is_set():
                    break
        except (TablesBuilding, NotYetVisible):
            return _SOON
        except Exception:  # the database may be away: the next time, then
            log.exception("bulletins that are due could not be published")
        return _SECONDS

    return Repeating("bulletins", publish)
