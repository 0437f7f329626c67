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
    """A download; Chinese names travel as RFC 5987 asks."""
    disposition = f"attachment; filename*=UTF-8''{quote(f'{name}.{file_format}')}"
    return Response(
        content,
        media_type=MEDIA_TYPES[file_format],
        headers={"Content-Disposition": disposition},
    )
