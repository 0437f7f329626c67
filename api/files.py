"""Files as answers."""

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Response
from pydantic import Field

from crm.export import MEDIA_TYPES, FileFormat

Format = Annotated[
    Literal["json", "csv", "xlsx"],
    Field(description="json 为查询结果；csv、xlsx 为文件，含全部内容"),
]


def attachment(content: bytes, name: str, file_format: FileFormat) -> Response:
    """A table as a download."""
    return download(content, f"{name}.{file_format}", MEDIA_TYPES[file_format])


def download(content: bytes, name: str, media_type: str) -> Response:
    """Any download; Chinese names travel as RFC 5987 asks."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})
