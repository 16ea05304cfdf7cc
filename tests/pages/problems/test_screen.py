"""The screen «Проблемные сферы»: what it says is what is planted, and its numbers lead to as many rows."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from loaders.access.roles import Role
from loaders.demo import stories

NUMBER = r"([\d\u00a0]+)"
SIGNED = r"([+−]?[\d\u00a0]+)"
DAYS = "2026-03-01..2026-09-30"


def words(app):
    return " ".join(element.proto.body for element in app.get("html"))


def number(text):
    return int(text.replace("\u00a0", "").replace("−", "-"))


def asked(href):
    return parse_qs(urlsplit(href.replace("&amp;", "&")).query)


def total(app):
    found = re.search(rf"из {NUMBER}</b>", words(app))
    return number(found[1]) if found else 0


def rows(said):
    return re.findall(r'<tr><td class="w" data-title="Сфера">.*?</tr>', said)


def counts(row):
    return re.findall(rf'data-title="[^"]*"><span><a class="mcu-link" href="([^"]+)">{NUMBER}</a>', row)


def test_the_screen_is_whole(screen):
    app = screen("problems")
    assert not app.exception
    assert not app.error
    for title in (
        "Радар всплесков",
        "Доложить незамедлительно",
        "Приоритеты",
        "четыре показателя",
        "Почему изменилось",
        "О чём спросить",
    ):
        assert title in words(app)


def test_the_planted_stories_are_named(large_screen):
    said = words(large_screen("problems"))
    alarms = re.findall(r"<li>.*?</li>", re.search(r'<ul class="mcu-alarms">.*?</ul>', said)[0])
    breakdown = next(alarm for alarm in alarms if stories.BREAKDOWN.topics[0] in alarm)
    assert f"Где: <b>{stories.BREAKDOWN.territory}</b>" in breakdown
    assert "Спросить: <b>Теплосеть</b>" in breakdown
    assert any(f"<h3>{stories.NEW_TOPIC.topics[0]}</h3>" in alarm for alarm in alarms)
    assert "не больше одной ложной тревоги в неделю на весь город" in said


def test_what_grew_beyond_chance_comes_first_with_its_reason(large_screen):
    said = words(large_screen("problems", period="four_weeks"))
    ordered = re.findall(r"<li><a[^>]*>([^<]*)</a> (.*?)</li>", re.search(r'<ol class="mcu-first">.*?</ol>', said)[0])
    reasons = dict(ordered)
    assert ordered[0][0] == "Дороги"
    assert re.search(r"растёт.*новых.*стало больше</span>: \d+ против \d+", reasons["Дороги"])
    assert "больше всего весят повторные" in reasons["Энергетика и газ"]
    assert "больше всего весят просроченные" in reasons["Строительство"]
    assert re.search(rf"Главная проблема — <b>{ordered[0][0]}</b>: [^;]* больше: [^;]*случаем этого не объяснить", said)


def test_an_alarm_leads_to_as_many_rows_as_came(large_screen):
    said = words(large_screen("problems"))
    links = re.findall(rf'href="([^"]+)">Показать записи: {NUMBER}</a>', said)
    assert links
    for href, count in links:
        assert total(large_screen("registry", **asked(href))) == number(count)


def test_counts_lead_to_as_many_rows_as_they_say(screen):
    first = counts(rows(words(screen("problems", period=DAYS)))[0])
    assert len(first) == 4
    for href, count in first:
        assert total(screen("registry", **asked(href))) == number(count), href


@pytest.mark.parametrize("units", ["blocks", "topics"])
def test_indices_sum_to_a_hundred(screen, units):
    said = words(screen("problems", period=DAYS, units=units))
    shown = [
        float(text.replace(",", ".")) for text in re.findall(r'data-title="Индекс, из 100"><div><b>([\d,]+)</b>', said)
    ]
    assert shown == sorted(shown[:-1], reverse=True) + shown[-1:]
    assert round(sum(shown), 6) == 100
    assert re.findall(r'data-title="Накоплено">([\d,]+)<', said)[-1] == "100,0"


def test_own_weights_are_said_and_taken_back(screen):
    app = screen("problems", period=DAYS, weights="0;0;1;0")
    said = words(app)
    assert "Веса изменены вами" in said
    assert "просрочено 100\u00a0%" in said
    back = re.search(r'href="([^"]+)">Вернуть веса города', said)[1]
    assert "weights" not in asked(back)
    next(each for each in app.button if each.label == "Вернуть веса города").click().run()
    assert "weights" not in app.query_params
    assert "Веса изменены вами" not in words(app)


def test_a_changed_weight_stands_in_the_address(screen):
    app = screen("problems", period=DAYS)
    app.number_input(key="sphere-weight-repeat").set_value(2.0).run()
    assert app.query_params["weights"] == "1;2;1;1"
    app.number_input(key="sphere-weight-repeat").set_value(1.0).run()
    assert "weights" not in app.query_params


def test_all_weights_at_zero_are_refused(screen):
    app = screen("problems", period=DAYS, weights="0;0;1;0")
    app.number_input(key="sphere-weight-overdue_open").set_value(0.0).run()
    assert app.query_params["weights"] == "0;0;1;0"
    assert any("Хотя бы один вес" in each.value for each in app.caption)


def steps(said):
    """List each waterfall as its written numbers: what was, the steps, what is."""
    return [
        [number(text) for text in re.findall(rf"<b>{SIGNED}</b>", drawn)]
        for drawn in re.findall(r'<div class="mcu-falls">.*?</div></div></div>', said)
    ]


@pytest.mark.parametrize("measure", ["overdue_open", "postponed", "repeat", "appeals", "missed"])
@pytest.mark.parametrize("along", ["topic_block", "department", "topic", "territory"])
def test_what_a_change_is_made_of_sums_to_it(screen, measure, along):
    drawn = steps(words(screen("problems", period=DAYS, measure=measure, along=along)))
    assert drawn
    for was, *made_of, now in drawn:
        assert was + sum(made_of) == now


@pytest.mark.parametrize("measure", ["on_time_share", "repeat_share"])
def test_what_a_share_is_made_of_sums_to_it_as_written(screen, measure):
    said = words(screen("problems", period=DAYS, measure=measure))
    drawn = re.findall(r'<div class="mcu-falls">.*?</div></div></div>', said)
    assert len(drawn) == 2
    for each in drawn:
        texts = re.findall(r"<b>([+−]?[\d,]+)\u00a0", each)
        was, *made_of, now = [round(float(text.replace(",", ".").replace("−", "-")) * 10) for text in texts]
        assert was + sum(made_of) == now


def test_columns_of_the_split_sum_to_its_last_row(screen):
    said = words(screen("problems", period=DAYS, measure="overdue_open", along="department"))
    listed = re.search(r'<details class="mcu-more"><summary>Каждая часть отдельно.*?</details>', said)[0]
    lines = re.findall(r'<tr><td class="w">([^<]*)</td>(.*?)</tr>', listed)
    table = [
        [round(float(text.replace(",", ".").replace("−", "-")) * 10) for text in re.findall(r'n">([^<]*)<', cells)]
        for _, cells in lines
    ]
    *parts, whole = table
    assert lines[-1][0] == "Всего"
    assert [sum(column) for column in zip(*parts, strict=True)] == whole
    assert all(sum(row[:3]) == row[3] for row in table)


def test_nothing_is_called_a_change_without_a_comparison(screen):
    app = screen("problems", period=DAYS, compare="none")
    assert not app.exception
    said = words(app)
    assert "сравнение выключено, поэтому стало ли хуже, не сказано" in said
    assert "Сравнение выключено: выберите слева" in said
    assert "стало больше" not in said
    assert "было " not in "".join(rows(said))


def test_a_day_without_a_case_says_so_and_leads_to_the_last_ones(screen):
    app = screen("problems", period="2027-05-01..2027-05-02")
    assert not app.exception
    said = words(app)
    assert "За период ничего не поступило" in said
    href = re.search(r'href="([^"]+)">Показать последние дни', said)[1]
    assert "За период ничего не поступило" not in words(screen("problems", **asked(href)))


def test_silence_of_the_radar_is_said(screen):
    said = words(screen("problems", block="culture"))
    assert "Всплесков в выбранных блоках и территориях нет" in said


def test_the_radar_says_which_doublings_it_would_notice(screen):
    said = words(screen("problems"))
    noticed, of, table = re.search(
        r"Удвоение за три дня заметим в (\d+) из (\d+)\u00a0тем[ы]?</summary>(.*?)</details>", said, re.DOTALL
    ).groups()
    verdicts = re.findall(r"(заметим за три дня|не заметим: слишком неровно|не заметим: слишком мало)</span>", table)
    assert len(verdicts) == int(of) > 0
    assert verdicts.count("заметим за три дня") == int(noticed)
    assert table.count("<tr>") == int(of) + 1


def test_a_block_lead_is_shown_the_topics_of_the_own_block(screen):
    app = screen("problems", role=Role.BLOCK_HEAD, period=DAYS)
    assert not app.exception
    said = words(app)
    assert "Ямы и выбоины" in said
    assert "Отопление" not in said
    assert "на всё, что вам открыто" in said
    assert "на 1 000 жителей" not in said


def test_who_may_see_no_rows_is_led_to_the_heat_map(screen):
    app = screen("problems", role=Role.MEDIA)
    assert not app.exception
    body = words(app).split('class="mcu-header"')[1]
    assert 'href="/registry' not in body
    assert all(href.startswith("/?") for row in rows(body) for href, _ in counts(row))
    assert any("colour=new" in row for row in rows(body))


def test_candidates_are_exported_by_those_who_may(screen):
    labels = {role: [b.label for b in screen("problems", role=role).button] for role in (Role.CURATOR, Role.GUEST)}
    assert "Скачать…" in labels[Role.CURATOR]
    assert "Скачать…" not in labels[Role.GUEST]


def test_marked_messages_lead_to_exactly_their_rows(screen):
    said = words(screen("problems"))
    links = re.findall(r'href="(/registry\?[^"]*measure=significant[^"]*)"[^>]*>показать отмеченные: (\d+)', said)
    assert links
    assert "21.11 – 23.11.2026, считая неполный день 23.11.2026" in said
    assert all(asked(href)["period"] == ["2026-11-21..2026-11-23"] for href, _ in links)
    for href, count in links:
        query = asked(href)
        assert total(screen("registry", **query)) == int(count)


def test_what_came_this_morning_is_reported_too(large_screen):
    said = words(large_screen("problems"))
    today = re.findall(r"<li>(?:(?!</li>).)*известно 23.11.*?</li>", said)
    links = [
        (href, int(count))
        for row in today
        for href, count in re.findall(r'href="(/registry\?[^"]*measure=significant[^"]*)"[^>]*>[^<]*: (\d+)', row)
    ]
    assert links
    for href, count in links:
        app = large_screen("registry", **asked(href))
        assert total(app) == count
        assert "о которых стало известно, 21.11 – 23.11.2026" in words(app)


def test_a_comparison_that_the_data_do_not_reach_is_not_called_switched_off(screen):
    said = words(screen("problems", period="2023-11-25..2023-12-10"))
    assert "сравнить не с чем: полные данные есть с 23.11.2023 по 22.11.2026, поэтому стало ли хуже, не сказано" in said
    assert "Сравнить не с чем: полные данные есть с 23.11.2023" in said
    assert "выключено" not in said
