"""The lasting tables that are ours (tokens, answered requests), brought up to date at start.

The log's own table is the library's; the read tables are made from the log, never migrated.
"""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from projections.alone import alone

HEAD = "0004"
"""The newest revision under `versions/`: what a start compares with, without loading alembic."""

_MIGRATING = 0x63726E  # any number, the same in every program


def migrate(engine: Engine) -> None:
    """Bring the database to `HEAD`; safe when several programs start at once."""
    with engine.connect() as connection:
        if _revision(connection) == HEAD:
            return
    with alone(engine, _MIGRATING) as connection:
        if _revision(connection) != HEAD:
            _upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
