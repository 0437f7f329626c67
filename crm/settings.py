"""Where the program keeps its data and where it listens: from the environment or a `.env`."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting, each an environment variable with the prefix `CRM_`."""

    model_config = SettingsConfigDict(env_prefix="CRM_", env_file=".env", extra="ignore")

    data_dir: Path = Path("./data")
    """Folder for the embedded database."""
    database_url: str | None = None
    """SQLAlchemy address of the database; default: the file `crm.db` in `CRM_DATA_DIR`."""
    host: str = "127.0.0.1"
    """Address the server listens on."""
    port: int = 8000
    """Port the server listens on."""

    @property
    def sqlite_path(self) -> Path:
        """The embedded database file. Raises `ValueError` for any other kind of database."""
        if self.database_url is None:
            return self.data_dir / "crm.db"
        prefix = "sqlite:///"
        if not self.database_url.startswith(prefix):
            raise ValueError("CRM_DATABASE_URL: 目前只支持 sqlite:/// 地址")
        return Path(self.database_url.removeprefix(prefix))
