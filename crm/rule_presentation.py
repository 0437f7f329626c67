"""How rules and what follows from them are shown: by their public names, amounts in 万."""

from typing import Any

from domain.calendar import timestamp
from domain.money import wan_text
from domain.rulebook import DEFAULT_RULES, RULES, Rulebook
from domain.rules import RulesRevised, Setting, rulebook
from projections.clocks import Clocks
from projections.recount import Parts, Recount

Shown = dict[str, Any]


def rules_page(settings: dict[str, Setting], clocks: Clocks) -> Shown:
    """Every rule as it stands: its value, whose it is and since when, default and source."""
    rules = rulebook(settings)
    return {
        "as_of": clocks.as_of.isoformat(),
        "known_at": timestamp(clocks.known_at),
        "items": [_rule(name, rules, settings.get(name)) for name in RULES],
        "next_cursor": None,
    }


def _rule(name: str, rules: Rulebook, setting: Setting | None) -> Shown:
    rule = RULES[name]
    value, default = getattr(rules, name), getattr(DEFAULT_RULES, name)
    return {
        "name": rule.public,
        "label": rule.label,
        "unit": rule.unit,
        "kind": rule.kind.name,
        **dict.fromkeys(("lowest", "highest", "options")),
        **rule.kind.limits(),
        "value": rule.kind.shown(value),
        "text": rule.kind.text(value),
        "default": rule.kind.shown(default),
        "default_text": rule.kind.text(default),
        "source": rule.source,
        "effective_from": setting.effective_from.isoformat() if setting else None,
        "set_by": str(setting.event_id) if setting else None,
        "recorded_by": setting.recorded_by if setting else None,
    }


def revision_shown(revised: RulesRevised) -> Shown:
    """A revision's own fields. A rule retired since is shown as it was stored."""
    changes = {}
    for change in revised.changes:
        rule = RULES.get(change.name)
        if rule is None:
            changes[change.name] = change.value
        else:
            changes[rule.public] = rule.kind.shown(rule.kind.taken(change.value))
    return {
        "changes": changes,
        "effective_from": revised.effective_from.isoformat(),
        "ground": revised.ground,
    }


def compared_rules(found: Recount) -> Shown:
    """The rules that were changed for a recount, on both sides."""
    return {
        RULES[name].public: {
            side: RULES[name].kind.shown(getattr(rules, name))
            for side, rules in (("in_force", found.rules), ("recounted", found.other_rules))
        }
        for name in found.changed
    }


def differences(found: Recount) -> list[Shown]:
    """The leads that make the difference, with what each adds by either rules."""
    return [
        {
            "lead_id": str(lead.lead_id),
            "code": lead.code,
            "title": lead.title,
            "investor": lead.investor,
            "recruiting_unit": lead.recruiting_unit,
            "stage": lead.stage,
            "in_force": _parts(lead.in_force),
            "recounted": _parts(lead.recounted),
        }
        for lead in found.differences
    ]


def _parts(parts: Parts) -> Shown:
    return {
        "projects": parts.projects_gross - parts.projects_exited,
        "projects_exited": parts.projects_exited,
        "agreed_total_wan": wan_text(parts.agreed),
        "agreed_exited_wan": wan_text(parts.agreed_exited),
        "big_projects": parts.big,
        "built_projects": parts.built,
        "contracts_wan": wan_text(parts.contracts),
    }
