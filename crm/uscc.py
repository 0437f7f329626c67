"""统一社会信用代码: 18 characters with a check character (GB 32100), by python-stdnum."""

from stdnum.cn import uscc as _uscc


def valid_uscc(text: str) -> bool:
    """Whether `text` is a well-formed code with the right check character."""
    return bool(_uscc.is_valid(text))
