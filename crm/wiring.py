"""All wiring, in one function: from settings to a program that can be used."""

import gc
from collections.abc import Callable
from enum import Enum, auto
from importlib.util import find_spec

from crm.access.access import Access
from crm.access.oidc import IdentityProvider
from crm.application import CRM
from crm.bulletins.keeping import Contents
from crm.bulletins.office import Office
from crm.database import open_database
from crm.following import Following
from crm.ledger.mapping import Mappings
from crm.ledger.uploads import Uploads
from crm.migrations import migrate
from crm.persons.persons import Persons
from crm.proof.seals import Seals
from crm.settings import Settings
from crm.store.event_store import EventStore
from crm.worker import Worker
from domain.calendar import Clock, utc_now
from projections.catch_up import Projector
from projections.lease import Lease
from projections.reader import Reader
from projections.rebuild import Progress, build_missing, forget_another_log, no_progress


class Tables(Enum):
    """Who keeps the read tables in step with the log."""

    WHEN_ASKED = auto()
    """This program, before it reads: a command line run."""
    BEHIND = auto()
    """This program, in a thread of its own besides: the embedded server."""
    ELSEWHERE = auto()
    """A worker (`crm worker`): a server among several."""


# Events and rows come in thousands and are gone with their section: looking through them for
# cycles every 700 objects takes a third of a replay, and half of a rebuild.
_COLLECT_AFTER = (50_000, 20, 20)


def settled() -> None:
    """What start-up made lives as long as the process: no need to look through it again."""
    gc.freeze()


def build(
    settings: Settings,
    clock: Clock = utc_now,
    tables: Tables = Tables.WHEN_ASKED,
    progress: Progress = no_progress,
) -> CRM:
    """The program over the database of `settings`.

    Tables it has none of yet are built before it returns (`progress` is told), or by whoever
    keeps them. Raises `ValueError`, `OSError`, `StoreUnavailable`.
    """
    gc.set_threshold(*_COLLECT_AFTER)
    database = open_database(settings)
    migrate(database.lasting)
    store = EventStore(database.log)
    projector = Projector(database.tables, store)
    access = Access.over(database.lasting, clock, _provider(settings))
    crm = CRM(
        store=store,
        projector=projector,
        reader=Reader(database.tables, projector, follows=tables is not Tables.ELSEWHERE),
        access=access,
        persons=Persons(database.lasting, access.journal, clock),
        uploads=Uploads(database.lasting),
        mappings=Mappings(database.lasting),
        bulletins=Contents(database.lasting),
        seals=Seals(settings.seal_dir or settings.data_dir / "seals"),
        office=Office.of(settings),
        clock=clock,
        closing=[database.close],
    )
    if tables is not Tables.ELSEWHERE:
        forget_another_log(projector)
    if tables is Tables.BEHIND:
        if store.head() == 0:  # at once, so that nobody who writes first must wait for tables
            build_missing(projector)
        following = Following(projector)
        following.start()
        crm.after_writing = following.poke
        crm.closing.insert(0, following.stop)
    elif tables is Tables.WHEN_ASKED:
        build_missing(projector, progress)
    return crm


def _provider(settings: Settings) -> IdentityProvider | None:
    """Raises `ValueError` when the packages for it are not there."""
    if settings.oidc_issuer is None:
        return None
    if find_spec("authlib") is None:
        raise ValueError('设置了 CRM_OIDC_ISSUER，但没有安装所需的包：pip install "crm[oidc]"')
    return IdentityProvider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret,
        settings.oidc_claim,
    )


def prepare(settings: Settings) -> None:
    """Make sure that the database can be used, its lasting tables up to date. Raises as `build`."""
    _provider(settings)
    database = open_database(settings)
    try:
        migrate(database.lasting)
    finally:
        database.close()


def build_worker(settings: Settings) -> tuple[Worker, Callable[[], None]]:
    """A worker over the database of `settings`, and what closes it. Raises as `build`."""
    gc.set_threshold(*_COLLECT_AFTER)
    database = open_database(settings)
    migrate(database.lasting)
    store = EventStore(database.log)
    projector = Projector(database.tables, store)
    forget_another_log(projector)
    settled()
    return Worker(projector, Lease(database.tables), store), database.close
