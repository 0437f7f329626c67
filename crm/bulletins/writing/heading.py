"""What frames a bulletin's content on paper: who issues it, its number, whether it is a draft."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """Whether it has been sent out."""

    DRAFT = "draft"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Heading:
    """`issuer` is 发文机关, `number` the 期号 in full ("第12期"), `published_on` 成文日期.

    `replaces` is the label of the bulletin this one corrects and `ground` why it does, `log_root`
    the Merkle root over the first `log_size` events of the log, in hex.
    """

    issuer: str
    number: str | None = None
    status: Status = Status.DRAFT
    published_on: date | None = None
    replaces: str | None = None
    log_root: str | None = None
    ground: str | None = None
    log_size: int | None = None

    @property
    def draft(self) -> bool:
        """Every page of a draft says so."""
        return self.status is Status.DRAFT
