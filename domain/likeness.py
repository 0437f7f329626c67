"""Are these the same investor, the same project? (重名、近名比对)

Names as staff type them: with or without 市, brackets, legal form, capacity. Domain section 12,
"Anomaly list": the same USCC, or the investor and a similar name.
"""

import re
import unicodedata
from difflib import SequenceMatcher

_LEGAL_FORM = re.compile(
    r"(有限责任公司|股份有限公司|集团有限公司|有限公司|集团公司|股份公司|总公司|公司|集团)$"
)
_PLACE = re.compile(r"^(中国|陕西|安康|汉阴)+")
_CAPACITY = re.compile(r"年产(能)?[\d.]+万?(吨|件|套|台|辆|只|个|米|平方米|立方米|平米|支|条)?")
_GENERIC = re.compile(r"(建设)?项目$|生产线")
_DIGITS = re.compile(r"\d+")


def company_key(name: str) -> str:
    """A company's name without what is written one way or another: what is equal is the same."""
    plain = _plain(name)
    key = re.sub("[省市县]", "", _LEGAL_FORM.sub("", _LEGAL_FORM.sub("", plain)))
    return key or plain


def company_head(key: str) -> str:
    """The first two characters of a company's own word: likely partners share it."""
    return (_PLACE.sub("", key) or key)[:2]


def title_key(title: str) -> str:
    """A project's title without capacity and the words every title has."""
    plain = _plain(title)
    return _GENERIC.sub("", _CAPACITY.sub("", plain)) or plain


def alike_percent(one: str, other: str) -> int:
    """How alike two keys are, 0 to 100; names that differ in a number are not alike (一期, 2号)."""
    if one == other:
        return 100
    if _DIGITS.findall(one) != _DIGITS.findall(other):
        return 0
    return int(100 * SequenceMatcher(None, one, other, autojunk=False).ratio())


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())
