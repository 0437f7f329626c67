"""Where the program keeps its data and where it listens: from the environment or a `.env`."""

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting, each an environment variable with the prefix `CRM_`."""

    model_config = SettingsConfigDict(env_prefix="CRM_", env_file=".env", extra="ignore")

    data_dir: Path = Path("./data")
    """Folder for the embedded database."""
    seal_dir: Path | None = None
    """Folder of the log's seals, best on another disk; default: `seals` in `CRM_DATA_DIR`."""
    database_url: str | None = None
    """SQLAlchemy address of the database; default: the SQLite file `crm.db` in `CRM_DATA_DIR`."""
    projections: bool = True
    """Whether the server keeps the read tables itself; no when `crm worker` runs beside it."""
    host: str = "127.0.0.1"
    """Address the server listens on."""
    port: int = Field(default=8000, ge=0, le=65535)
    """Port the server listens on."""
    issuer: str = "县招商服务中心"
    """Who issues the bulletins: the name at their head."""
    token: str | None = None
    """Token the command line acts under; without one it is the machine's own (`crm`)."""
    oidc_issuer: str | None = None
    """Identity provider people log in by (OpenID Connect), beside name and password."""
    oidc_client_id: str = ""
    """What the provider knows this program as."""
    oidc_client_secret: str = ""
    """The secret shared with the provider."""
    oidc_claim: str = "name"
    """Claim of the provider's token that is the name a person is on file under."""
    bulletins_due: bool = False
    """Whether the server publishes by itself the bulletins that fall due."""
    font_dir: Path | None = None
    """Folder of the office's own fonts for bulletins (方正小标宋, 黑体, 楷体, 仿宋)."""
    bulletin_template: Path | None = None
    """The office's own .docx template for bulletins."""


def read_settings() -> Settings:
    """The settings of this environment. Raises `ValueError` naming those that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        names = "、".join(f"CRM_{str(item['loc'][0]).upper()}" for item in error.errors())
        raise ValueError(f"设置有误：{names}") from None
