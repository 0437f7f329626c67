"""How does a zipped office file come out the same on any day? Its parts get one fixed time."""

import zipfile
from io import BytesIO

_THEN = (1980, 1, 1, 0, 0, 0)


def repacked(content: bytes) -> bytes:
    """The same file with its parts in order of name (the list of them first, as readers expect)."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as given,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in sorted(given.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            entry = zipfile.ZipInfo(name, _THEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            made.writestr(entry, given.read(name))
    return out.getvalue()
