"""What is wrong with a command as it was typed, in Chinese.

Typer says it in English, in the words of click or of pydantic; the words here are those of the
versions that `pyproject.toml` allows. One it does not know is said as typer says it.
"""

import re
from typing import Any

_SAID = (
    (r"Input should be a valid integer.*|.*is not a valid integer.*", "应为整数"),
    (r"Input should be a valid number.*|.*is not a valid float.*", "应为数字"),
    (r"Input should be a valid UUID.*|.*is not a valid UUID.*", "应为编号（UUID）"),
    (r"Input should be greater than or equal to (\S+)", r"不能小于 \1"),
    (r"Input should be less than or equal to (\S+)", r"不能大于 \1"),
    (r".* is not in the range (\S+)<=x<=(\S+?)\.?", r"应在 \1 与 \2 之间"),
    (r".* is not in the range x>=(\S+?)\.?", r"不能小于 \1"),
    (r"No such command '(.*)'\.", r"没有 \1 这个命令"),
    (r"No such option:? '?(.*?)'?\.?", r"没有 \1 这个选项"),
    (r"Option '(.*)' requires an argument\.", r"\1 后面须写明内容"),
    (r"Option '(.*)' does not take a value\.", r"\1 后面不写内容"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", r"多写了 \1"),
    (r"Missing command\.", "须写明子命令"),
)


def wrong_usage(error: Any) -> str:
    """One line: what is wrong, and which help says more. `error` is typer's."""
    said = _said(str(error.message).strip())
    if about := _about(error):
        # Typer says nothing more of what is missing.
        said = f"{about}：{said}" if said else f"必须写明 {about}"
    command = error.ctx.command_path if getattr(error, "ctx", None) else "crm"
    return f"用法有误：{said or error.format_message()}（详见 {command} --help）"


def _said(message: str) -> str:
    for pattern, chinese in _SAID:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return found.expand(chinese)
    return message


def _about(error: Any) -> str | None:
    """The option or argument that is wrong."""
    if hint := getattr(error, "param_hint", None):
        return hint if isinstance(hint, str) else " / ".join(hint)
    param = getattr(error, "param", None)
    if param is None:
        return None
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return str(param.metavar or param.name.upper())
