import tomllib
from pathlib import Path

import pytest

from pages.shared.palette import DARK, LIGHT, MARKS, contrast, css_variables

CONFIG = tomllib.loads((Path(__file__).parents[3] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.name)
@pytest.mark.parametrize("name", ["text", "muted", "accent", "good", "warn", "bad"])
def test_words_are_readable_on_both_grounds(palette, name):
    colour = getattr(palette, name)
    assert min(contrast(colour, palette.background), contrast(colour, palette.panel)) >= 4.5


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.name)
def test_numbers_are_readable_on_every_step(palette):
    assert all(
        contrast(palette.ink(step), step) >= 4 for step in (*palette.sequential, *palette.warm, *palette.diverging)
    )


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.name)
def test_steps_go_one_way(palette):
    for ramp in (palette.sequential, palette.warm):
        against = [contrast(step, palette.background) for step in ramp]
        assert against == sorted(against)


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.name)
def test_volume_is_cool_and_fire_is_warm(palette):
    """Red over blue and blue over red, so that both are told apart whatever the eye lacks."""
    assert all(int(step[5:], 16) >= int(step[1:3], 16) for step in palette.sequential)
    assert all(int(step[1:3], 16) > int(step[5:], 16) for step in palette.warm)


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.name)
def test_streamlit_has_the_same_colours(palette):
    theme = CONFIG["theme"][palette.name]
    expected = {
        "primaryColor": palette.accent,
        "backgroundColor": palette.background,
        "secondaryBackgroundColor": palette.panel,
        "textColor": palette.text,
        "borderColor": palette.line,
        "redColor": palette.bad,
        "greenColor": palette.good,
        "yellowColor": palette.warn,
        "chartCategoricalColors": list(palette.categorical),
    }
    assert {name: theme[name] for name in expected} == expected


def test_every_tone_has_a_mark_and_a_colour():
    assert all(DARK.tone(tone).startswith("#") for tone in MARKS)


def test_variables_of_the_style_sheet():
    assert css_variables(LIGHT).startswith("--mcu-background:#f4f6fa;--mcu-panel:#ffffff;")
