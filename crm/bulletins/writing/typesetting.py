"""How is a page set as .pdf? By typst, from a template of ours and data, in faces found before."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from crm.bulletins.writing.fonts import Face, Fonts


def typeset(template: Path, said: Mapping[str, Any], fonts: Fonts) -> bytes:
    """The page as a .pdf file with its faces embedded; the same arguments give the same bytes.

    The template reads `said` as JSON in `sys.inputs.data`, and there, under `fonts`, the names of
    the faces by what they are for: title, heading, second, body.
    """
    import typst

    everything = [fonts.title, fonts.heading, fonts.second, fonts.body, fonts.plain]
    loaded = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        # Sorted, and no set: which file is read first must not depend on the process.
        font_paths=sorted({str(face.path.parent) for face in everything}),
    )
    # typst has names of its own for some families.
    families = {(str(info.path), info.index): info.family for info in loaded.fonts()}

    def names(face: Face) -> list[str]:
        found = families.get((str(face.path), face.nth))
        plain = families[str(fonts.plain.path), fonts.plain.nth]
        return [found, plain] if found is not None and found != plain else [plain]

    faces = {
        "title": names(fonts.title),
        "heading": names(fonts.heading),
        "second": names(fonts.second),
        "body": names(fonts.body),
    }
    # Nothing is read but the template: pictures come with the data.
    made: bytes = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=loaded,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": msgspec.json.encode({**said, "fonts": faces}).decode()},
    )
    return made
