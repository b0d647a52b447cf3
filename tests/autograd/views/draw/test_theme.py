import re
from itertools import product

import pytest

from autograd import Value
from autograd.views.draw.cards import ROLES
from autograd.views.draw.theme import DARK, LIGHT, style_sheet
from autograd.views.drawing import draw


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_themes(theme):
    source = draw(Value(1.0, "x"), theme=theme).svg()
    assert ("prefers-color-scheme:dark" in source) == (theme == "auto")
    assert (LIGHT.text in source) == (theme != "dark")
    assert (DARK.text in source) == (theme != "light")
    selectors = re.findall(
        r"[^{},]+(?=[,{][^{}]*)", re.search("<style>(.*?)</style>", source, re.S)[1]
    )
    scoped = [s.strip() for s in selectors if s.strip()[:1] in ".t" and ":" not in s]
    assert scoped
    assert all(selector.startswith(f".stepgrad-{theme}") for selector in scoped)


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_text_keeps_its_spaces_and_has_eleven_pixels(theme):
    assert style_sheet(theme).startswith(f".stepgrad-{theme} text{{white-space:pre}}")
    assert 'font-size="11"' in draw(Value(1.0, "x"), theme=theme).svg()


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, two):
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_contrast_is_enough(theme):
    assert set(theme.roles) == set(ROLES)
    for fill, outline in theme.roles.values():
        assert contrast(theme.text, fill) >= 4.5
        assert contrast(theme.muted, fill) >= 4.5
        assert contrast(outline, fill) >= 3
        assert contrast(outline, theme.paper) >= 3
    assert contrast(theme.text, theme.paper) >= 4.5
    assert contrast(theme.line, theme.paper) >= 3


# Machado, Oliveira and Fernandes, IEEE TVCG 15 (2009): simulation at full severity, linear RGB.
DEFICIENCIES = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def lab(colour, matrix):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    r, g, b = (
        min(1, max(0, sum(m * c for m, c in zip(row, linear, strict=True)))) for row in matrix
    )
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
    )
    x, y, z = (c ** (1 / 3) if c > 0.008856 else 7.787 * c + 16 / 116 for c in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_roles_stay_apart_for_colour_blind_readers(theme, deficiency):
    matrix = DEFICIENCIES[deficiency]
    outlines = {role: lab(theme.roles[role][1], matrix) for role in ROLES if role != "constant"}
    for one, two in product(outlines, outlines):
        if one < two:
            difference = sum(
                (p - q) ** 2 for p, q in zip(outlines[one], outlines[two], strict=True)
            )
            assert difference**0.5 > 10, (one, two)
