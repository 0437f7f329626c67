"""A value of an answer in the words staff read (中文表述): 签约未开工, 是, 2023-05-31.

Values come as the contract writes them, under the names of their fields; a code of the vocabulary
is told from any other text by the field it stands in.
"""

from collections.abc import Callable, Mapping
from typing import Any

from domain.vocabulary import (
    AgreementKind,
    AssessmentResult,
    ChainRole,
    Colour,
    ContactMode,
    DueDiligenceResult,
    FundsSource,
    FundsUse,
    Gate,
    Milestone,
    NoticeLevel,
    PermitItem,
    PermitState,
    RecognitionDecision,
    RecognitionScope,
    Relation,
    ResponsibilityRole,
    ReviewOpinion,
    SiteFinding,
    Stage,
    StartBasis,
    Word,
)

NOTHING = "—"

# Field -> the words that may stand in it, or be its keys.
_WORDS: dict[str, tuple[type[Word], ...]] = {
    "stage": (Stage,),
    "kind": (AgreementKind,),
    "chain_role": (ChainRole,),
    "relation": (Relation,),
    "basis": (StartBasis,),
    "start_basis": (StartBasis,),
    "source": (FundsSource,),
    "use": (FundsUse,),
    "item": (PermitItem,),
    "state": (PermitState,),
    "found": (SiteFinding,),
    "scope": (RecognitionScope,),
    "decision": (RecognitionDecision,),
    "result": (AssessmentResult, DueDiligenceResult),
    "opinion": (ReviewOpinion,),
    "level": (NoticeLevel,),
    "mode": (ContactMode,),
    "milestone": (Milestone, Gate),
    "role": (ResponsibilityRole,),
    "colour": (Colour,),
    "judged": (Colour,),
    "permits": (PermitItem,),
    "recognised": (RecognitionScope,),
    "funds_by_source_wan": (FundsSource,),
    "milestones": (Milestone,),
    "plan.milestones": (Milestone,),
    "incomplete_fields": (Gate,),
}

Label = Callable[[str], str]


def word_of(field: str, value: str) -> str:
    """A code as staff know it; any other text as it is."""
    for words in _WORDS.get(field, ()):
        for word in words:
            if word.value == value:
                return word.label
    return value


def in_words(field: str, value: Any, label: Label) -> str:
    """A value of a field on one line; `label` names the fields inside it."""
    if value is None or value == "" or (isinstance(value, list | dict) and not value):
        return NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        return word_of(field, value)
    if isinstance(value, Mapping):
        return _mapping(field, value, label)
    if isinstance(value, list | tuple):
        inside = [in_words(field, item, label) for item in value]
        return "；".join(inside) if any("，" in one for one in inside) else "、".join(inside)
    return str(value)


def _mapping(field: str, value: Mapping[str, Any], label: Label) -> str:
    if field == "judgement":  # the colour with its reasons, which are sentences
        reasons = "；".join(reason["detail"] for reason in value["reasons"])
        by_hand = f"（人工调整：{value['overridden']}）" if value["overridden"] else ""
        return f"{value['label']}{by_hand}：{reasons}"
    if "missing" in value:  # of a milestone
        return in_words("missing", value["missing"], label)
    if value.keys() == {"code", "label"}:
        return str(value["label"])
    if all(word_of(field, key) != key for key in value):  # under keys that are words themselves
        return "；".join(
            f"{word_of(field, key)} {in_words(key, item, label)}" for key, item in value.items()
        )
    told = [
        f"{label(key)}：{in_words(key, item, label)}"
        for key, item in value.items()
        if item is not None and item != []
    ]
    return "，".join(told) or NOTHING
