"""The office that sends bulletins out: its name, its fonts, its own template."""

from dataclasses import dataclass
from pathlib import Path

from crm.settings import Settings


@dataclass(frozen=True, slots=True)
class Office:
    """`issuer` is recorded with what it publishes; fonts and template only shape the files."""

    issuer: str
    font_dir: Path | None = None
    template: Path | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Office":
        return cls(settings.issuer, settings.font_dir, settings.bulletin_template)
