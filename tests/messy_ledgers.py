"""How is a messy ledger made up? From what its lines mean, in all notations and layouts."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import cn2an
from stdnum.cn import uscc

from crm.ledger.headers import _WORDS, YUAN_PER_UNIT, Field
from domain.calendar import month_end
from domain.vocabulary import AgreementKind
from tests.ledgers import TODAY

Cell = Any
WIDE = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})
EPOCH = date(1899, 12, 30)


# --- one value in one of its notations ----------------------------------------------------------


def amount(rng: random.Random, yuan: int, scale: int | None) -> Cell:
    """A cell that says so many 元, under a header that says `scale` (None: nothing)."""
    wan, yi = Decimal(yuan) / 10_000, Decimal(yuan) / 100_000_000
    spoken, large = cn2an.an2cn(yuan), cn2an.an2cn(yuan, "rmb")
    ways: list[Cell] = [
        f"{wan.normalize():f}万元",
        f"{wan.normalize():,f}万",
        f" {wan.normalize():f} 万元 ",
        f"{wan.normalize():f}\n万元",
        f"人民币{wan.normalize():f}万元",
        f"￥{wan.normalize():,f}万元",
        f"{wan.normalize():f}万元（人民币）",
        f"{wan.normalize():f}万元人民币",
        f"{wan.normalize():,f}万元".translate(WIDE),
        f"{yuan:,}元",
        f"{yuan}元整",
        f"{yi.normalize():f}亿元",
        f"{yi.normalize():f}亿".translate(WIDE),
        f"{spoken}元",
        large,
        # 八十万六千 and 八十万零六千, whichever of them the library writes.
        re.sub(r"(?<=万)零?(?=.千)", "零", spoken) + "元",
        re.sub(r"(?<=万)零?(?=.仟)", "零", large),
    ]
    if yuan % 10_000 == 0:
        whole, rest = divmod(yuan // 10_000, 10_000)
        if whole and rest:
            ways.append(f"{whole}亿{rest}万元")
        if not whole:
            ways += [f"{cn2an.an2cn(rest)}万元", f"人民币{cn2an.an2cn(rest, 'up')}万元整"]
        if yuan % 10_000_000 == 0 and yuan < 100_000_000:
            ways.append(f"{yuan // 10_000_000}千万")
    if scale is not None:
        number = Decimal(yuan) / scale
        plain = f"{number.normalize():f}"
        bare: list[Cell] = [
            int(number) if number == int(number) else float(number),
            plain,
            f"{number.normalize():,f}",
            f"{number.normalize():,f}".replace(",", " "),
            f"{plain}　",
            plain.translate(WIDE),
            f"{number.normalize():,f}".translate(WIDE),
        ]
        if number == int(number) and number < 10_000:
            bare.append(cn2an.an2cn(int(number)))
        ways += bare * 3
    return rng.choice(ways)


def dollars(rng: random.Random, usd: int) -> Cell:
    """In a column of 万美元."""
    wan = Decimal(usd) / 10_000
    return rng.choice([float(wan), f"{wan:f}", f"{wan:f}万美元", f"{usd}美元", f"＄{wan:f}万"])


def day(rng: random.Random, meant: date) -> tuple[Cell, date]:
    """A cell, and the day it means: of a month alone the last."""
    y, m, d = meant.year, meant.month, meant.day
    month: list[Cell] = [f"{y}年{m}月", f"{y}.{m:02}", f"{y}-{m}", f"{y}/{m:02}", f"{y}年{m}月份"]
    month += [f"{y}年{m}月".translate(WIDE), f" {y} 年 {m} 月"]
    if month_end(y, m) <= TODAY and rng.random() < 0.2:
        return rng.choice(month), month_end(y, m)
    digits = "〇一二三四五六七八九"
    spoken = "".join(digits[int(c)] for c in str(y))
    ways: list[Cell] = [
        meant,
        datetime.combine(meant, time()),
        (meant - EPOCH).days,
        str((meant - EPOCH).days),
        meant.isoformat(),
        f"{meant} 00:00:00",
        f"{y}/{m}/{d}",
        f"{y}.{m}.{d}",
        f"{y}.{m:02}.{d:02}.",
        f"{y}年{m}月{d}日",
        f"{y} 年 {m:02} 月 {d:02} 日",
        f"{y}年{m}月\n{d}日",
        f"{y}年{m}月{d}号",
        f"{y}年{m}月{d}日".translate(WIDE),
        f"{y}-{m}-{d}".translate(WIDE),
        f"{y}．{m}．{d}　",
        f"{y}{m:02}{d:02}",
        int(f"{y}{m:02}{d:02}"),
        f"{spoken}年{cn2an.an2cn(m).removeprefix('一十') or '十'}月{cn2an.an2cn(d)}日"
        if m != 11 and m != 12
        else f"{spoken}年十{digits[m - 10]}月{cn2an.an2cn(d)}日",
    ]
    return rng.choice(ways), meant


def words(rng: random.Random, said: str) -> Cell:
    return rng.choice([said, said, f"{said} ", f"　{said}", f"{said}\n"])


def code(rng: random.Random, said: str) -> Cell:
    return rng.choice([said, said.lower(), f"{said[:4]} {said[4:10]} {said[10:]}", f"{said}\t"])


def nothing(rng: random.Random) -> Cell:
    return rng.choice(["", "", " ", "/", "—", "无", "暂无"])


# --- what a line means --------------------------------------------------------------------------


TEXTS: dict[Field, Sequence[str]] = {
    Field.CHAIN: ("新材料", "富硒食品", "毛绒玩具（文创）", "生态旅游"),
    Field.UNIT: ("县经贸局", "经开区", "元潭镇", "县文旅广电局"),
    Field.TOWN: ("城关镇", "涧池镇", "万元镇"),
    Field.LEADER: ("张某", "李某某", "王 某"),
    Field.RESPONSIBLE_UNIT: ("县发改局", "县自然资源局"),
    Field.PERSON: ("赵某", "钱某某"),
    Field.CONTACT: ("孙某", "周某"),
    Field.PHONE: ("13838205642", "0915-5212345"),
    Field.PROGRESS: ("正在平整场地", "累计完成投资500万元", "说明：设备已进场", "合计：厂房3栋"),
    Field.REMARK: ("注：用地已落实", "一、二期同步", "省级重点", "备注：延期一次"),
}
KIND_WORDS = {
    AgreementKind.LETTER_OF_INTENT: ("意向书", "意向"),
    AgreementKind.FRAMEWORK: ("框架协议", "战略合作协议"),
    AgreementKind.AGREEMENT: ("协议", "投资协议书", "正式 协议"),
    AgreementKind.CONTRACT: ("合同", "合同书", "投资合同"),
}
HEADLINES = (
    "汉阴县招商引资项目台账",
    "年度招商引资目标任务项目一览表",
    "2023年1-12月招商引资签约项目情况统计表",
    "附件2",
    "（内部资料）",
)
EXTRAS = (
    "用地面积（亩）",
    "用地面积",
    "建设内容",
    "是否规上",
    "计划开工时间",
    "预计投产日期",
    "行业门类",
)
NEEDED = (Field.TITLE, Field.INVESTOR, Field.UNIT, Field.KIND, Field.AMOUNT, Field.SIGNED)
MONEY = (Field.AMOUNT, Field.FUNDS)
ORDER = (Field.SIGNED, Field.STARTED, Field.COMPLETED, Field.PRODUCED)
MERGED_DOWN = (Field.CHAIN, Field.UNIT, Field.TOWN, Field.LEADER, Field.INVESTOR)
# What is wrong in one cell, by the column it stands in.
WRONG: dict[Field, Sequence[Cell]] = {
    Field.AMOUNT: (
        "待定",
        "约5000万元",
        "3000-5000",
        "500万美元",
        "-5万元",
        "五千万美元",
        "1亿2000",
    ),
    Field.FUNDS: ("部分到位", "80万美元", "陆续", "1,2000"),
    Field.SIGNED: ("2月30日", "2023年2月30日", "23年3月5日", "23.3.5", "近期", "3月5日", 2023),
    Field.STARTED: ("2023-13-01", "'22.3.5", "下半年", "2023", "二〇二三年二月三十日"),
    Field.FUNDS_USD: ("80万元", "若干"),
    Field.USCC: ("91110000600037341K", "12345"),
    Field.KIND: ("租赁",),
    Field.TITLE: ("", "/"),
}
CODES = {
    Field.AMOUNT: "amount",
    Field.FUNDS: "amount",
    Field.FUNDS_USD: "amount",
    Field.USCC: "uscc",
    Field.KIND: "kind",
    Field.TITLE: "name",
}


MEANT = {
    Field.TITLE: "title",
    Field.INVESTOR: "investor",
    Field.USCC: "uscc",
    Field.CHAIN: "chain",
    Field.UNIT: "unit",
    Field.TOWN: "town",
    Field.KIND: "kind",
    Field.AMOUNT: "agreed_total_yuan",
    Field.SIGNED: "signed_on",
    Field.STARTED: "started_on",
    Field.COMPLETED: "completed_on",
    Field.PRODUCED: "produced_on",
    Field.FUNDS: "funds_yuan",
    Field.FUNDS_USD: "funds_usd",
    Field.LEADER: "leader",
    Field.RESPONSIBLE_UNIT: "responsible_unit",
    Field.PERSON: "person",
    Field.CONTACT: "contact",
    Field.PHONE: "phone",
    Field.PROGRESS: "progress",
    Field.REMARK: "remark",
}


@dataclass
class Column:
    """`scale`: 元 per unit where header, own row or sheet line say it."""

    field: Field | None
    header: str
    group: str | None = None
    unit_below: str | None = None
    scale: int | None = None


@dataclass
class Made:
    """A ledger on its way to a file, and what must be read from it, by row from 1."""

    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    meant: dict[int, dict[str, Any]] = field(default_factory=dict)
    wrong: dict[int, tuple[str, str]] = field(default_factory=dict)
    filed_on: date = TODAY
    row: int = 0

    def line(self, cells: dict[int, Cell]) -> None:
        self.cells |= {(self.row, at): cell for at, cell in cells.items() if cell != ""}
        self.row += 1


def shown(text: str) -> str:
    return " ".join(text.split())


class Clerk:
    """Makes up one ledger."""

    def __init__(self, seed: int, *, merges: bool, errors: bool) -> None:
        self.rng = random.Random(seed)
        self.merges, self.errors = merges, errors
        self.made = Made()
        self.left = self.rng.choice([0, 0, 0, 1])
        self.sheet_unit = self.rng.choice([None, "万元", "万元", "亿元", "元"])
        self.columns = self._columns()
        self.title = next(n for n, c in enumerate(self.columns) if c.field is Field.TITLE)

    def ledger(self) -> Made:
        self._above()
        header = self._header()
        if self.rng.random() < 0.4:
            self._column_numbers()
        nth = 0
        for _ in range(self.rng.randint(1, 4)):
            block = self.rng.randint(1, 4)
            self._projects(nth, block)
            nth += block
            self._between(header)
        self._below()
        return self.made

    # columns and header

    def _columns(self) -> list[Column]:
        rng = self.rng
        others = [f for f in Field if f not in NEEDED and f is not Field.KEY]
        fields = [*NEEDED, *rng.sample(others, rng.randint(2, len(others)))]
        self.grouped = rng.random() < 0.5
        self.own_row = rng.random() < 0.25
        blocks: list[list[Column]] = []
        groups: dict[str, tuple[Field, ...]] = {
            "签约情况": (Field.KIND, Field.AMOUNT, Field.SIGNED),
            rng.choice(["项目进度", "实际"]): (Field.STARTED, Field.COMPLETED, Field.PRODUCED),
            rng.choice(["投资方情况", "企业基本信息"]): (Field.INVESTOR, Field.USCC),
            "包抓责任": (Field.LEADER, Field.RESPONSIBLE_UNIT, Field.PERSON),
        }
        rest = set(fields)
        if self.grouped:
            for group, members in groups.items():
                inside = [f for f in members if f in rest]
                if len(inside) > 1 and rng.random() < 0.7:
                    rng.shuffle(inside)
                    blocks.append([self._column(f, group) for f in inside])
                    rest -= set(inside)
        blocks += [[self._column(f, None)] for f in fields if f in rest]
        for extra in rng.sample(EXTRAS, rng.randint(0, 3)):
            below = "亩" if extra == "用地面积" and self.own_row else None
            blocks.append([Column(None, extra, unit_below=below)])
        rng.shuffle(blocks)
        self.grouped = any(len(block) > 1 for block in blocks)
        return [column for block in blocks for column in block]

    def _column(self, what: Field, group: str | None) -> Column:
        rng = self.rng
        word = rng.choice(_WORDS[what].split())
        if what is Field.FUNDS_USD:
            below = rng.choice(["万美元", "（万美元）"]) if self.own_row and not group else None
            said = "" if below else rng.choice(["（万美元）", "(单位：万美元)"])
            return Column(what, self._dressed(word) + said, group, below)
        if what not in MONEY:
            return Column(what, self._dressed(word), group)
        unit = rng.choice(["万元", "亿元", "元", "百万元", "千万元", "千元"])
        place = rng.choice(["header", "sheet", "cell", *(["own row"] * 3 if self.own_row else [])])
        scale = YUAN_PER_UNIT[unit]
        if place == "header":
            ways = ["{}（{}）", "{}({})", "{}\n（单位：{}）", "{}/{}", "{}【{}】", "{} {}"]
            header = rng.choice([*ways, "{}（人民币{}）"]).format(word, unit)
            if unit in ("万元", "亿元") and rng.random() < 0.3:
                header = f"{word}（{unit[0]}）"
            return Column(what, header, group, scale=scale)
        if place == "own row":
            below = rng.choice([unit, f"（{unit}）", f"单位：{unit}"])
            return Column(what, self._dressed(word), group, below, scale)
        sheet = YUAN_PER_UNIT[self.sheet_unit] if self.sheet_unit else None
        return Column(what, self._dressed(word), group, scale=sheet)

    def _dressed(self, word: str) -> str:
        half = len(word) // 2
        return self.rng.choice(
            [word, word, f"{word} ", f"*{word}", "　".join(word), f"{word[:half]}\n{word[half:]}"]
        )

    def _header(self) -> list[dict[int, Cell]]:
        """The header's lines, to be repeated further down."""
        made, top = self.made, self.made.row
        depth = 1 + self.grouped
        rows: list[dict[int, Cell]] = [{} for _ in range(depth)]
        units = {n: c.unit_below for n, c in enumerate(self.columns) if c.unit_below}
        if units:
            rows.append({self.left + n: unit for n, unit in units.items()})
        merged = self.merges and self.rng.random() < 0.7
        before = None
        for n, column in enumerate(self.columns):
            at = self.left + n
            if column.group is None:
                rows[0][at] = column.header
                bottom = len(rows) - 1 - (n in units)
                if merged and bottom > 0:
                    made.merged.append((top, at, top + bottom, at))
            else:
                rows[1][at] = column.header
                if column.group != before:
                    rows[0][at] = column.group
                    wide = sum(c.group == column.group for c in self.columns)
                    if merged:
                        made.merged.append((top, at, top, at + wide - 1))
                if merged and units and n not in units:
                    made.merged.append((top + 1, at, top + 2, at))
            before = column.group
        for row in rows:
            made.line(row)
        return rows

    # the lines around the projects

    def _above(self) -> None:
        rng, at, unit = self.rng, self.left, self.sheet_unit
        filed = rng.choice([None, date(2023, 12, 31), date(2024, 3, 5)])
        self.made.filed_on = filed or TODAY
        office = rng.choice(["县招商服务中心", "元潭镇", "县经贸局"])
        parts, lines = [f"填报单位：{office}"], [self._office_line(office)]
        if unit:
            forms = ["单位：{}", "金额单位:{}", "（单位：{}）", "单 位 ： {}", "单位：人民币{}"]
            parts.append(rng.choice([*forms, "计量单位：（{}）"]).format(unit))
            alone = {at: rng.choice(["单位：", "单位"]), at + 1: unit}
            lines.append(rng.choice([{at + 3: parts[-1]}, alone]))
        if filed:
            spoken = f"{filed.year}年{filed.month}月{filed.day}日"
            shown_day = rng.choice([spoken, f"{filed}", f"{filed:%Y.%m.%d}"])
            parts.append(rng.choice(["填报时间：", "截至"]) + shown_day)
            lines.append(rng.choice([{at: parts[-1]}, {at: "制表日期：", at + 2: filed}]))
        if rng.random() < 0.3:  # all in one line, in one cell or in several
            rng.shuffle(parts)
            apart = {at + 2 * n: part for n, part in enumerate(parts)}
            lines = [rng.choice([{at: "    ".join(parts)}, apart])]
        for text in rng.sample(HEADLINES, rng.randint(0, 3)):
            lines += [{at + rng.choice([0, 0, 2]): text}]
        lines += [{} for _ in range(rng.randint(0, 2))]
        rng.shuffle(lines)
        for line in lines:
            if len(line) == 1 and self.merges and rng.random() < 0.5:
                [first] = line
                self.made.merged.append((self.made.row, first, self.made.row, first + 4))
            self.made.line(line)

    def _office_line(self, office: str) -> dict[int, Cell]:
        at = self.left
        alone: dict[int, Cell] = {at: "填报单位", at + 1: office}
        return self.rng.choice([{}, {at: f"填报单位（盖章）：{office}"}, alone])

    def _column_numbers(self) -> None:
        form = self.rng.choice(["{}", "({})", "（{}）"])
        as_number = form == "{}" and self.rng.random() < 0.5
        self.made.line(
            {
                self.left + n: n + 1 if as_number else form.format(n + 1)
                for n in range(len(self.columns))
            }
        )

    def _between(self, header: list[dict[int, Cell]]) -> None:
        rng, made, at = self.rng, self.made, self.left
        if rng.random() < 0.5:
            total = rng.choice(["小计", "小　计", "本页小计", "小计：3个", "合 计"])
            money = [n for n, c in enumerate(self.columns) if c.field in MONEY]
            where = rng.choice([at, at + self.title])
            made.line({**{at + n: 12345 for n in money}, where: total})
        if rng.random() < 0.3:
            made.line(rng.choice([{}, {at: " ", at + 2: "　"}]))
        if rng.random() < 0.25:
            for line in header:
                made.line(line)
        if rng.random() < 0.3:
            made.line({at: rng.choice(["一、新材料产业链", "（二）续建项目", "三、其他"])})

    def _below(self) -> None:
        rng, made, at = self.rng, self.made, self.left
        if rng.random() < 0.5:
            made.line({at: rng.choice(["总计", "合　计", "合计：共12个"])})
        if rng.random() < 0.3:
            made.line({})
        ends: list[dict[int, Cell]] = [
            {at: "填表人：张三    审核人：李四"},
            {at: "填表人：", at + 1: "张三", at + 3: "审核人：", at + 4: "李四"},
            {at: "单位负责人（签字）：", at + 3: "填报日期："},
            {at: "主管领导（签字）：", at + 2: "联系电话："},
            {at: "单位（盖章）："},
            {at: "审核：", at + 2: "制表："},
            {at: "注：1.本表按月报送；2.金额以合同为准"},
            {at: "备注：本表一式两份"},
        ]
        for line in rng.sample(ends, rng.randint(0, 2)):
            made.line(line)

    # projects

    def _projects(self, start: int, count: int) -> None:
        """`count` lines, one below the other; some cells of theirs merged downward."""
        first = self.made.row
        for nth in range(start, start + count):
            self._project(nth)
        if count < 2:
            return
        for n, column in enumerate(self.columns):
            if column.field in MERGED_DOWN and self.rng.random() < 0.4:
                self._merge_down(first, first + count - 1, self.left + n, column.field)

    def _merge_down(self, top: int, bottom: int, at: int, what: Field) -> None:
        made = self.made
        key = MEANT[what]
        value = made.cells.get((top, at), "")
        for row in range(top, bottom + 1):
            made.meant[row + 1][key] = made.meant[top + 1][key]
            if row > top:
                made.cells.pop((row, at), None)
                if not self.merges and value != "":  # filled down before saving as text
                    made.cells[row, at] = value
        if self.merges:
            made.merged.append((top, at, bottom, at))

    def _project(self, nth: int) -> None:
        rng, made = self.rng, self.made
        has = {c.field for c in self.columns}
        values: dict[Field, Cell] = {}
        meant: dict[str, Any] = dict.fromkeys(MEANT.values())
        meant |= {"funds_yuan": 0, "funds_usd": 0}
        meant["title"] = (
            f"{rng.choice(['富硒茶加工', '（二期）新材料', '总部经济', '合计量器具'])}项目{nth}"
        )
        meant["investor"] = f"{rng.choice(['陕西某某', '某某（集团）'])}有限公司{nth}"
        values[Field.TITLE] = words(rng, meant["title"])
        values[Field.INVESTOR] = words(rng, meant["investor"])
        values[Field.SERIAL] = rng.choice([nth + 1, str(nth + 1), "", f"{nth + 1}、"])
        if Field.USCC in has and rng.random() < 0.6:
            body = f"9161092{rng.randint(1, 9)}MA{rng.randint(1_000_000, 9_999_999)}"
            meant["uscc"] = body + uscc.calc_check_digit(body)
            values[Field.USCC] = code(rng, meant["uscc"])
        for what, choices in TEXTS.items():
            if what not in has:
                continue
            if what is not Field.UNIT and rng.random() < 0.3:
                free = what in (Field.PROGRESS, Field.REMARK)
                values[what] = "" if free else nothing(rng)
                continue
            said = rng.choice(choices)
            meant[MEANT[what]] = said
            values[what] = words(rng, said)
            if what is Field.PHONE and said.isdigit() and rng.random() < 0.5:
                values[what] = int(said)
        self._life(values, meant, has)
        row = made.row + 1
        wrong = [f for f in WRONG if f in has]
        if self.errors and rng.random() < 0.35:
            what = rng.choice(wrong)
            values[what] = rng.choice(WRONG[what])
            header = next(c.header for c in self.columns if c.field is what)
            made.wrong[row] = (CODES.get(what, "date"), shown(header))
        extras = []
        cells: dict[int, Cell] = {}
        for n, column in enumerate(self.columns):
            if column.field is not None:
                cells[self.left + n] = values.get(column.field, "")
            elif rng.random() < 0.7:
                text = rng.choice(["30.5", "新建厂房2000平方米", "是", "2025年"])
                extras.append((shown(column.header), text))
                cells[self.left + n] = words(rng, text)
        meant["extras"] = tuple(extras)
        made.meant[row] = meant
        made.line(cells)

    def _life(self, values: dict[Field, Cell], meant: dict[str, Any], has: set[Any]) -> None:
        rng = self.rng
        columns = {c.field: c for c in self.columns}
        yuan = rng.choice([1, 100, 10_000, 10_000, 1_000_000, 9_000_000]) * rng.randint(1, 9999)
        yuan = max(yuan, 10_000)
        meant["agreed_total_yuan"] = yuan
        values[Field.AMOUNT] = amount(rng, yuan, columns[Field.AMOUNT].scale)
        if Field.FUNDS in has and rng.random() < 0.6:
            meant["funds_yuan"] = rng.randint(1, 5000) * 10_000
            values[Field.FUNDS] = amount(rng, meant["funds_yuan"], columns[Field.FUNDS].scale)
        if Field.FUNDS_USD in has and rng.random() < 0.5:
            meant["funds_usd"] = rng.randint(1, 500) * 1000
            values[Field.FUNDS_USD] = dollars(rng, meant["funds_usd"])
        last = date(2020, 1, 1) + timedelta(days=rng.randint(0, 900))
        reached = 0
        for what in ORDER[: rng.randint(1, 4)]:
            if what not in has:
                break
            values[what], last = day(rng, last)
            meant[MEANT[what]] = last
            last += timedelta(days=rng.randint(1, 200))
            reached += 1
        for what in ORDER[reached:]:
            values[what] = rng.choice(["", "—", "未开工" if what is Field.STARTED else "无"])
        kinds = list(AgreementKind) if reached < 2 else list(AgreementKind)[-2:]
        meant["kind"] = rng.choice([k for k in kinds if reached < 2 or k.countable])
        values[Field.KIND] = words(rng, rng.choice(KIND_WORDS[meant["kind"]]))
