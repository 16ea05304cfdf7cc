"""Colours of both themes in one place. No Streamlit here: figures, exports and tests use the same values."""

from dataclasses import dataclass
from typing import Final, Literal

Tone = Literal["good", "warn", "bad", "muted", "accent"]

_LINEAR_UP_TO: Final = 0.04045

MARKS: Final[dict[Tone, str]] = {"good": "▼", "warn": "■", "bad": "▲", "muted": "●", "accent": "●"}
"""Shape that stands beside each tone, so that no meaning rests on colour alone."""

FONT: Final = "PT Sans, Liberation Sans, sans-serif"
"""Font of the screens and of every figure; the files lie in pages/static."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Hold the colours of one theme.

    `sequential` has eight cool steps from nothing to much, for volume; `warm` eight for measures of which more is
    worse; each is one row of lightness, so that the colour-blind read it too. `diverging` has seven from far below to
    far above the expected with the middle neutral, `categorical` the colours of series. `good`, `warn` and `bad` are
    told apart by the colour-blind by lightness and always stand with a shape or a word (`MARKS`).
    """

    name: Literal["dark", "light"]
    background: str
    panel: str
    line: str
    text: str
    muted: str
    faint: str
    accent: str
    good: str
    warn: str
    bad: str
    ink_dark: str
    ink_light: str
    sequential: tuple[str, ...]
    warm: tuple[str, ...]
    diverging: tuple[str, ...]
    categorical: tuple[str, ...]

    def tone(self, tone: Tone) -> str:
        """Give the colour of a tone."""
        return str(getattr(self, tone))

    def ink(self, background: str) -> str:
        """Choose the ink that reads better on `background` (contrast ratio of WCAG 2)."""
        return max(self.ink_dark, self.ink_light, key=lambda ink: contrast(ink, background))


_ON_PAPER: Final[dict[str, dict[str, str]]] = {"light": {}, "dark": {"on-paper": "invert(1) hue-rotate(180deg)"}}
"""Figures are drawn in the colours of the theme: those of the dark one are turned for white paper."""


def css_variables(palette: Palette) -> str:
    """Write the colours as custom properties for the style sheet: `--mcu-panel` and so on."""
    named = ("background", "panel", "line", "text", "muted", "faint", "accent", "good", "warn", "bad")
    steps = {f"step-{i}": colour for i, colour in enumerate(palette.sequential, start=1)}
    colours = {name: str(getattr(palette, name)) for name in named} | steps
    return "".join(f"--mcu-{name}:{colour};" for name, colour in (colours | _ON_PAPER[palette.name]).items())


def luminance(colour: str) -> float:
    """Give the relative luminance of `#rrggbb` as WCAG 2 defines it, 0 to 1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= _LINEAR_UP_TO else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Give the contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


DARK: Final = Palette(
    name="dark",
    background="#0a111d",
    panel="#101a2b",
    line="#1f2d44",
    text="#e8eef8",
    muted="#8ba0bd",
    faint="#6f84a6",
    accent="#5aa9ff",
    good="#46b3a6",
    warn="#e9b949",
    bad="#ff6b4a",
    ink_dark="#0a111d",
    ink_light="#dce7f5",
    sequential=("#132238", "#15304d", "#174267", "#1d5884", "#2c74a3", "#4c95c0", "#7cb8da", "#b3daef"),
    warm=("#241c21", "#40241f", "#5e2f1f", "#823d1d", "#a9501c", "#d06f2b", "#ec9a4c", "#ffc98a"),
    diverging=("#2f8f86", "#1f6a68", "#1a4650", "#17263c", "#5a3a37", "#a04f3c", "#ff6b4a"),
    categorical=("#5aa9ff", "#46b3a6", "#e9b949", "#ff6b4a", "#b79df0", "#7eaa79", "#8ba0bd"),
)
"""The wall and the evening desk."""

LIGHT: Final = Palette(
    name="light",
    background="#f4f6fa",
    panel="#ffffff",
    line="#dde4ee",
    text="#152033",
    muted="#5a6b84",
    faint="#5f6e87",
    accent="#1464c8",
    good="#14786c",
    warn="#956200",
    bad="#c63a1a",
    ink_dark="#152033",
    ink_light="#ffffff",
    sequential=("#eef3f8", "#d3e6ee", "#abd3dc", "#7fbcc4", "#519fa8", "#2c7f8c", "#175d70", "#0d3c52"),
    warm=("#f9efe8", "#fbdcc6", "#f8bf99", "#ef9b6b", "#dc7443", "#bd5124", "#943a16", "#6b270d"),
    diverging=("#14786c", "#6fb0a7", "#c3dedb", "#eef1f5", "#f3cfc5", "#e08a72", "#c63a1a"),
    categorical=("#1464c8", "#14786c", "#956200", "#c63a1a", "#6a4fb3", "#4d7a45", "#5a6b84"),
)
"""The desk by day, and paper."""
