"""All wiring, in one function: from settings to a program that can be used."""

from crm.application import CRM
from crm.database import durable_engine, projecting_engine, reading_engine
from crm.people import People
from crm.settings import Settings
from crm.store import EventStore
from domain.calendar import Clock, utc_now
from projections.catch_up import Projector
from projections.reader import Reader


def build(settings: Settings, clock: Clock = utc_now) -> CRM:
    """The program over the database of `settings`, its read tables caught up."""
    path = settings.sqlite_path
    store = EventStore(path)
    projector = Projector(projecting_engine(path), store)
    projector.catch_up()
    return CRM(
        store=store,
        projector=projector,
        reader=Reader(reading_engine(path), projector),
        people=People(durable_engine(path)),
        clock=clock,
    )
