"""Which typefaces does a bulletin use? The office's own where it has them, else the packaged ones.

An office keeps the faces of official documents (方正小标宋, 黑体, 楷体, 仿宋) in the folder
`CRM_FONT_DIR`; they are licensed to it and cannot come with the program.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}
_TITLES = ("方正小标宋简体", "方正小标宋_GBK", "小标宋体", "华文中宋", "STZhongsong")
_HEADINGS = ("黑体", "SimHei", "方正黑体简体", "方正黑体_GBK")
_SECONDS = ("楷体_GB2312", "楷体", "KaiTi", "方正楷体简体", "方正楷体_GBK")
_BODIES = ("仿宋_GB2312", "仿宋", "FangSong", "方正仿宋简体", "方正仿宋_GBK")
_FAMILY_NAMES = (1, 16)  # in a font's own table of names


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface by the family name Word knows it by, and its file; `nth` in a collection."""

    family: str
    path: Path
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Fonts:
    """The faces by what they are for; `plain` stands in for characters the others do not have."""

    title: Face
    heading: Face
    second: Face
    body: Face
    plain: Face


def packaged_sans() -> Path:
    """The file of the sans-serif face that comes with the program (Noto Sans SC)."""
    from pylopdf_fonts_zh_cn import sans_path

    return sans_path()


def found_fonts(folder: Path | None = None) -> Fonts:
    """The faces to use, looked for in a folder and below it. Raises `ValueError` (in Chinese) of a
    folder that is not there; a file that is no font is passed over."""
    from pylopdf_fonts_zh_cn import serif_path

    faces: dict[str, Face] = {}
    if folder is not None:
        if not folder.is_dir():
            raise ValueError(f"字体文件夹不存在：{folder}（设置 CRM_FONT_DIR）")
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in _SUFFIXES and path.is_file():
                for face in _faces(path):
                    faces.setdefault(face.family.casefold(), face)
    sans, serif = Face("Noto Sans SC", packaged_sans()), Face("Noto Serif SC", serif_path())

    def first(names: tuple[str, ...], otherwise: Face) -> Face:
        return next((faces[n.casefold()] for n in names if n.casefold() in faces), otherwise)

    return Fonts(
        title=first(_TITLES, sans),
        heading=first(_HEADINGS, sans),
        second=first(_SECONDS, serif),
        body=first(_BODIES, serif),
        plain=serif,
    )


def advances(face: Face) -> dict[str, float]:
    """How wide the face's Latin letters, digits and signs are, in parts of the type's size."""
    from fontTools.ttLib import TTFont

    with face.path.open("rb") as file:
        font = TTFont(file, fontNumber=face.nth, lazy=True)
        glyphs, metrics = font.getBestCmap() or {}, font["hmtx"]
        size = font["head"].unitsPerEm
        latin = [code for code in range(0x21, 0x250) if code in glyphs]
        return {chr(code): metrics[glyphs[code]][0] / size for code in latin}


def _faces(path: Path) -> Iterator[Face]:
    """The families in a file, by every name they have."""
    from fontTools.ttLib import TTCollection, TTFont, TTLibError

    try:
        with path.open("rb") as file:
            if path.suffix.lower() in (".ttc", ".otc"):
                fonts = TTCollection(file, lazy=True).fonts
            else:
                fonts = [TTFont(file, lazy=True)]
            named = [(nth, _families(font)) for nth, font in enumerate(fonts)]
    # A damaged file fails in as many ways as the library has readers; it is no font to us.
    except (TTLibError, OSError, ValueError, KeyError, AttributeError, AssertionError, IndexError):
        return
    for nth, names in named:
        for name in sorted(names):
            yield Face(name, path, nth)


def _families(font: Any) -> set[str]:
    records = font["name"].names
    return {str(r.toUnicode()).strip() for r in records if r.nameID in _FAMILY_NAMES}
