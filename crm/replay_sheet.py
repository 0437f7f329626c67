"""A replayed lead as a table: the state its events add up to, then a row for each of them."""

import json

from crm.export import Sheet, clock_columns
from crm.presentation import STAGE_LABELS, Shown

_HEADERS = ("位置", "记录", "业务日期", "录入时间", "录入人", "内容", "备注", "作废")


def replay_sheet(shown: Shown, at: Shown) -> Sheet:
    """Of `{events, state}` as `crm replay` shows them, at both clocks."""
    state = shown["state"]
    rows = [
        dict(
            zip(
                _HEADERS,
                (
                    item["position"],
                    item["label"],
                    item["occurred_on"],
                    item["recorded_at"],
                    item["recorded_by"],
                    json.dumps(item["data"], ensure_ascii=False),
                    item["note"],
                    "已作废" if item["voided_by"] else "",
                ),
                strict=True,
            )
        )
        for item in shown["events"]
    ]
    said = [f"{state['code']} {state['title']}：{STAGE_LABELS[state['stage']]}"]
    brief = [header for header in _HEADERS if header != "备注"]
    return Sheet("项目记录重放", _HEADERS, rows, brief, said, clock_columns(at))
