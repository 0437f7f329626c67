"""Which rules does this house keep, and which accident is behind each?

Architecture and text rules that no type checker or linter sees. A rule that cannot fail any more
is to be deleted, not skipped.
"""

import ast
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from crm.cli import app

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("domain", "projections", "crm", "api")
LONGEST_FILE = 400
README = ROOT / "README.md"
MANUAL = ROOT / "docs" / "使用手册.md"
# Read by tests and the Makefile, not by the program.
NOT_SETTINGS = {"CRM_SLOW"}

# Put together here, so that this file does not hold what it looks for.
REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pypi", "python", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("npmmirror", "com"),
        ("deb", "debian", "org"),
        ("tuna", "tsinghua", "edu", "cn"),
        ("mirrors", "aliyun", "com"),
    )
]
REGISTRY = re.compile(
    "|".join(re.escape(host) for host in REGISTRY_HOSTS)
    + r"|--(?:extra-)?index-url|--find[-]links|https?://\S+/simple\b"
)
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b")


def git(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", "-c", "core.quotepath=off", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@cache
def committed() -> list[str]:
    """Paths git tracks; skips the asking test where this folder is no git checkout."""
    try:
        answer = git("ls-files", "-z")
    except FileNotFoundError:
        pytest.skip("git is not installed")
    if answer.returncode != 0:
        pytest.skip("not a git checkout: " + answer.stderr.strip())
    return [name for name in answer.stdout.split("\0") if name]


def modules(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert found, f"no module under {folders}: the rule would pass on nothing"
    return found


def none(hits: list[str]) -> None:
    """Fail with all hits, one a line: an assert on the list would show the first only."""
    if hits:
        pytest.fail("\n" + "\n".join(hits), pytrace=False)


def lines_that_match(pattern: re.Pattern[str], paths: list[str]) -> list[str]:
    hits = []
    for name in paths:
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue  # a picture or workbook, deleted but not yet committed, a submodule
        for number, line in enumerate(text.splitlines(), 1):
            if pattern.search(line):
                hits.append(f"{name}:{number}: {line.strip()[:120]}")
    return hits


def loaded_by(module: str) -> set[str]:
    """Top-level modules loaded in a fresh interpreter once `module` is imported."""
    code = (
        f"import sys, {module}; "
        "print('\\n'.join(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    return set(answer.stdout.split())


def foreign_imports(folder: str, allowed: set[str]) -> list[str]:
    hits = []
    for path in modules(folder):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""] if node.level == 0 else []
            else:
                continue
            for name in names:
                top = name.partition(".")[0]
                if top not in allowed and top not in sys.stdlib_module_names:
                    hits.append(f"{path.relative_to(ROOT)}:{node.lineno}: {name}")
    return hits


def test_no_committed_file_names_a_package_registry() -> None:
    """A lock written on a machine with a mirror named that mirror; nobody else could install."""
    none(lines_that_match(REGISTRY, committed()))


def test_locks_hold_no_address_and_no_path() -> None:
    """A tool's personal configuration wrote a local folder into the lock; it broke elsewhere."""
    pattern = re.compile(r"://|file:|^-|^\S+ @ |(?:^|\s)~?/\w")
    none(lines_that_match(pattern, ["requirements.lock", "requirements-dev.lock"]))


def test_dev_lock_holds_the_run_time_lock() -> None:
    """The tests ran on other versions than the office did, and passed."""

    def pins(name: str) -> set[str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return {
            line.rstrip("\\ ").strip() for line in text.splitlines() if re.match(r"[a-z0-9]", line)
        }

    run_time = pins("requirements.lock")
    assert run_time
    none(sorted(run_time - pins("requirements-dev.lock")))


def test_no_file_is_longer_than_its_reader() -> None:
    """A 4 000-line service where every change touched everything: nobody read it whole again."""
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in modules(*PACKAGES)
    }
    none([f"{name}: {count} lines" for name, count in lengths.items() if count > LONGEST_FILE])


def test_imports_follow_the_arrows() -> None:
    """A rule reached for a table, then for a request; it could no longer be tested without both.

    The contracts are in pyproject.toml, [tool.importlinter].
    """
    code = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    answer = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        pytest.fail(answer.stdout + answer.stderr, pytrace=False)


def test_domain_imports_the_standard_library_only() -> None:
    """import-linter knows forbidden names only; the next library would not be among them."""
    none(foreign_imports("domain", {"domain"}))


def test_projections_add_sqlalchemy_and_msgspec_only() -> None:
    """The same, for the layer that may know of tables and how a state is kept in one."""
    none(foreign_imports("projections", {"domain", "projections", "sqlalchemy", "msgspec"}))


def test_command_line_starts_without_the_heavy_libraries() -> None:
    """`crm --help` took over two seconds because a module at the far end imported pandas."""
    heavy = {"pandas", "numpy", "fastapi", "starlette", "sqlalchemy", "eventsourcing", "uvicorn"}
    none(sorted(loaded_by("crm.cli") & heavy))


def test_server_starts_without_pandas() -> None:
    """1.7 s and 60 MB more for every server start, for a report made once a month."""
    heavy = {
        "pandas", "numpy", "xlsxwriter", "python_calamine",
        "matplotlib", "docx", "docxtpl", "lxml", "typst", "fontTools", "PIL",
    }  # fmt: skip
    none(sorted(loaded_by("api.app") & heavy))


def test_every_module_says_which_question_it_answers() -> None:
    """A file named by a pattern word and no docstring: its reader had to run it to know."""
    without = [
        str(path.relative_to(ROOT))
        for path in modules(*PACKAGES, "tests")
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    none(without)


def test_no_test_module_imports_another() -> None:
    """Twenty modules took helpers from one: to run, rename or split it was to run them all."""
    hits = []
    for path in modules("tests"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            else:
                continue
            hits += [
                f"{path.relative_to(ROOT)}:{node.lineno}: {name}"
                for name in names
                if name.startswith("tests.test_")
            ]
    none(hits)


def test_nothing_is_left_for_later_in_a_comment() -> None:
    """Notes to oneself age unread; what is not done is an issue, where somebody sees it."""
    paths = [str(path.relative_to(ROOT)) for path in modules(*PACKAGES, "tests")]
    others = ["Makefile", ".ci/run", "pyproject.toml", "README.md"]
    none(lines_that_match(UNFINISHED, [*paths, *others]))


def test_readme_names_only_files_that_exist() -> None:
    """The map sent a newcomer to a file that had been split a month before.

    Read: what stands in backticks outside code blocks and looks like a path (a slash and a
    suffix, or a slash at the end). What .gitignore lists is made by running and may be absent.
    """
    prose = re.sub(r"^```.*?^```", "", README.read_text(encoding="utf-8"), flags=re.M | re.S)
    path_like = re.compile(r"`([\w.-]+(?:/[\w.-]+)*(?:/|/[\w.-]+\.\w{1,8}))(?::\d+)?`")
    named = sorted(set(path_like.findall(prose)))
    absent = [name for name in named if not (ROOT / name).exists()]
    none([name for name in absent if git("check-ignore", "-q", name).returncode != 0])


def test_commands_of_the_manual_are_there_with_their_options() -> None:
    """A clerk types what the manual says, letter by letter."""
    whole = typer.main.get_command(app)
    lines = re.findall(r"^crm .*$", MANUAL.read_text(encoding="utf-8"), flags=re.M)
    assert lines
    for line in lines:
        command: Any = whole
        words = shlex.split(line, comments=True)[1:]
        while words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words.pop(0)]
        assert not hasattr(command, "commands"), line
        _, left_over, _ = command.make_parser(typer.Context(command)).parse_args(words)
        assert left_over == [], line  # an option that is not there is refused by the parser


def test_every_setting_is_in_the_readme_and_no_other() -> None:
    """An office could not move its database because only the source named the variable."""
    from crm.settings import Settings

    prefix = str(Settings.model_config.get("env_prefix", ""))
    assert prefix == "CRM_"
    real = {
        field.validation_alias
        if isinstance(field.validation_alias, str)
        else (prefix + name).upper()
        for name, field in Settings.model_fields.items()
    }
    documented = set(re.findall(r"\bCRM_[A-Z0-9_]*[A-Z0-9]\b", README.read_text(encoding="utf-8")))
    none([f"not in the README: {name}" for name in sorted(real - documented)])
    none([f"no such setting: {name}" for name in sorted(documented - real - NOT_SETTINGS)])
