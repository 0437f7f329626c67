"""What do the quarterly inspections find in the sample county? (专项督查加减分)"""

from datetime import date
from decimal import Decimal

from domain.unit.events import InspectionRecorded


def _found(day: date, unit: str, points: str, ground: str) -> InspectionRecorded:
    return InspectionRecorded(occurred_on=day, unit=unit, points=Decimal(points), ground=ground)


INSPECTIONS = (
    _found(date(2023, 3, 29), "城关镇", "1", "协助落地富硒食品项目，经验在全县推广"),
    _found(date(2023, 3, 29), "双河口镇", "-0.5", "月报迟报两次"),
    _found(date(2023, 6, 28), "涧池镇", "1.5", "园区供水提前完工"),
    _found(date(2023, 6, 28), "漩涡镇", "-1", "包抓项目现场无人值守"),
    _found(date(2023, 6, 29), "县发改局", "-0.5", "一项前期手续超时办结"),
    _found(date(2023, 9, 27), "蒲溪镇", "0.5", "征收协议提前签订"),
    _found(date(2023, 9, 27), "县农业农村局", "1", "链主企业回访率百分之百"),
    _found(date(2023, 12, 20), "平梁镇", "-1.5", "上报开工项目现场未见施工"),
    _found(date(2023, 12, 20), "经开区", "2", "标准化厂房一期按期交付"),
)
