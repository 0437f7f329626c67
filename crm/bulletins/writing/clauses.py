"""A sentence of the clauses that have something to say: no 回复率— and no 同比无法比较."""

from collections.abc import Sequence

from crm.bulletins.document import Figure, Paragraph

Clause = tuple[str, *tuple[Figure, ...]]


def known(*clauses: Clause | str, opening: str = "") -> Paragraph:
    """The clauses one after another, `{}` for each figure in turn, those without a value left out.

    A clause brings its own stop before it; one that would begin the sentence loses it. A text
    without figures always stands, and so does `opening`.
    """
    text = ""
    figures: list[Figure] = []
    for clause in clauses:
        words, *quoted = (clause,) if isinstance(clause, str) else clause
        if any(figure.value is None for figure in quoted):
            continue
        for figure in quoted:
            words = words.replace("{}", f"{{{len(figures)}}}", 1)
            figures.append(figure)
        text += words if text else words.lstrip("，；、")
    return Paragraph(f"{opening}{text}。", tuple(figures))


def listed(names: Sequence[str], most: int, word: str = "个") -> str:
    """甲、乙、丙等7个: the first of many; `word` counts them."""
    first = "、".join(names[:most])
    return first if len(names) <= most else f"{first}等{len(names)}{word}"
