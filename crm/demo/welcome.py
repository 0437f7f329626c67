"""What a newcomer sees: sample data in an empty store, the address, a token, three curl lines.

The example token and password are kept beside the sample data (readable by its owner only), so that
the next `make run` can show them again; a store with data of its own gets neither.
"""

import os
import secrets
from pathlib import Path

from crm.application import CRM
from crm.demo.play import StoryClock, play
from crm.people import SYSTEM, Role
from crm.settings import Settings
from crm.wiring import build
from domain.lead.events import LeadEvent

_KEPT = "demo-token"
_NAME = "示例用户"
_YEAR_END = "2023-12-31"


def welcome(settings: Settings) -> str:
    """Fill an empty store with the story; returns the lines to print."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    kept = settings.data_dir / _KEPT
    crm = build(settings)
    try:
        if crm.store.head() == 0:
            token = crm.access.token(_NAME, Role.MANAGER, None, SYSTEM.name)
            password = secrets.token_urlsafe(12)
            crm.access.accounts.set_password(_NAME, password, SYSTEM.name)
            _keep(kept, token.secret, password)
            _tell_story(settings)
        elif not kept.exists():
            return "数据库中已有数据，未放入示例数据。用 crm token create 发放访问令牌。"
        return _lines(crm, settings, *kept.read_text(encoding="utf-8").split())
    finally:
        crm.close()


def _tell_story(settings: Settings) -> None:
    clock = StoryClock()
    crm = build(settings, clock)
    try:
        play(crm, clock)
    finally:
        crm.close()


def _keep(path: Path, *secret: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"{one}\n" for one in secret)


def _lines(
    crm: CRM, settings: Settings, token: str, password: str = "由 crm person password 设置"
) -> str:
    base = f"http://{settings.host}:{settings.port}"
    leads = [r.stream_id for r in crm.store.log(0, 50) if isinstance(r.event, LeadEvent)]
    lead_id = leads[-1]
    curl = f'curl -s -H "Authorization: Bearer {token}"'
    return f"""
招商项目管理：数据库中是 2022—2023 年的示例数据（共 {crm.store.head()} 条记录）。

  页面      {base}/pages　　{_NAME}，密码 {password}
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
