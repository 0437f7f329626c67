"""What a newcomer sees: sample data in an empty store, the address, a token, three curl lines.

The example token is kept beside the sample data (readable by its owner only), so that the next
`make run` can show it again; a store with data of its own gets neither.
"""

import os
from pathlib import Path

from crm.application import CRM
from crm.demo.play import StoryClock, play
from crm.people import SYSTEM, Role
from crm.settings import Settings
from crm.wiring import build
from domain.lead.events import LeadEvent

_TOKEN_FILE = "demo-token"
_YEAR_END = "2023-12-31"


def welcome(settings: Settings) -> str:
    """Fill an empty store with the story; returns the lines to print."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    token_file = settings.data_dir / _TOKEN_FILE
    crm = build(settings)
    try:
        if crm.store.head() == 0:
            token = crm.access.token("示例用户", Role.MANAGER, None, SYSTEM.name)
            _keep(token_file, token.secret)
            _tell_story(settings)
        elif not token_file.exists():
            return "数据库中已有数据，未放入示例数据。用 crm token create 发放访问令牌。"
        return _lines(crm, settings, token_file.read_text(encoding="utf-8").strip())
    finally:
        crm.close()


def _tell_story(settings: Settings) -> None:
    clock = StoryClock()
    crm = build(settings, clock)
    try:
        play(crm, clock)
    finally:
        crm.close()


def _keep(token_file: Path, token: str) -> None:
    descriptor = os.open(token_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(token + "\n")


def _lines(crm: CRM, settings: Settings, token: str) -> str:
    base = f"http://{settings.host}:{settings.port}"
    leads = [r.stream_id for r in crm.store.log(0, 50) if isinstance(r.event, LeadEvent)]
    lead_id = leads[-1]
    curl = f'curl -s -H "Authorization: Bearer {token}"'
    return f"""
招商项目管理：数据库中是 2022—2023 年的示例数据（共 {crm.store.head()} 条记录）。

  地址      {base}
  接口文档  {base}/docs
  示例令牌  {token}

服务启动后，可在另一个终端粘贴：

  # 2023 年底的「签约未开工」清单
  {curl} "{base}/api/v1/lists/signed-not-started?as_of={_YEAR_END}"

  # 2023 年目标完成情况
  {curl} "{base}/api/v1/targets/2023?as_of={_YEAR_END}"

  # 一个项目的全部记录
  {curl} "{base}/api/v1/leads/{lead_id}/history"
"""
