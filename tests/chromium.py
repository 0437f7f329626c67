"""The system's Chromium, to look at pages with as staff do."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from pylopdf_fonts_zh_cn import sans_path

_NAMES = ("chromium", "chromium-browser", "google-chrome")
PROGRAM = next((found for name in _NAMES if (found := shutil.which(name))), None)
MISSING = "没有 Chromium（Debian：apt install chromium）"
# It asks nobody outside for anything.
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running one, headless, with a Chinese font on any machine."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        fonts = Path(folder, "fonts.conf")
        fonts.write_text(
            f"<fontconfig><dir>{Path(sans_path()).parent}</dir>"
            f"<cachedir>{folder}</cachedir></fontconfig>",
            "utf-8",
        )
        browser = playwright.chromium.launch(
            executable_path=PROGRAM,
            args=_FLAGS,
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        )
        yield browser
        browser.close()
