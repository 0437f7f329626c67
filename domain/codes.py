"""In which order do codes stand? (编号)"""


def code_order(code: str) -> int:
    """ZS2023-0001 -> 2023 0000 0001: codes sort by number even past 9999 in a year."""
    year, _, number = code[2:].partition("-")
    return int(year) * 10**8 + int(number)
