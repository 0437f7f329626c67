"""What a figure that has changed is called: nobody reads a number without a name and a unit."""

from crm.bulletins.comparing import figures
from crm.bulletins.document import Figure, Kind, Paragraph, Section, Source


def test_a_figure_is_called_by_the_words_before_it() -> None:
    kinds = [Kind.COUNT, Kind.WAN, Kind.COUNT, Kind.WAN, Kind.WAN]
    said = Paragraph(
        "三个清单中，签约未开工{0}个、{1}，超期{2}个；到位资金{3}万元，外资{4}万美元。",
        tuple(Figure("1", kind, 0, (str(nth),)) for nth, kind in enumerate(kinds)),
    )
    told = figures([Section("lead", "总体完成情况", (said,))], [Source("/lists")])
    assert [one.words for one in told.values()] == [
        "签约未开工",
        "签约未开工（万元）",
        "超期",
        "到位资金（万元）",
        "外资（万美元）",
    ]
