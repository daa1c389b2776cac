"""IMG-21: art that could act is refused, and nothing is stripped from it."""

from __future__ import annotations

from pathlib import Path

import pytest

import badge_classes
from issuer.credentials.svg_safety import require_passive
from issuer.errors import Refused, Unprocessable

CATALOGUE_ART = sorted(Path(badge_classes.__file__).parent.rglob("*.svg"))


def svg(body: str = "", attributes: str = "") -> bytes:
    root = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"{attributes}>'
    return f"{root}{body}<title>Badge</title></svg>".encode()


ACTIVE = {
    "script": svg("<script>alert(1)</script>"),
    "script-href": svg('<script href="https://evil.test/x.js"/>'),
    "xhtml-script": svg('<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>'),
    "onload": svg(attributes=' onload="alert(1)"'),
    "onclick-inside": svg('<g><rect onclick="alert(1)"/></g>'),
    "foreign-object": svg("<foreignObject><p/></foreignObject>"),
    "set": svg('<set attributeName="href" to="javascript:alert(1)"/>'),
    "animate": svg('<rect><animate attributeName="x" values="0;1"/></rect>'),
    "import": svg("<style>@import url(https://evil.test/x.css);</style>"),
    "style-attribute-url": svg('<rect style="fill:url(https://evil.test/x)"/>'),
    "style-attribute-escape": svg('<rect style="fill:\\75rl(https://evil.test/x)"/>'),
    "style-attribute-comment": svg('<rect style="fill:ur/**/l(//evil.test)"/>'),
    "style-attribute-image-set": svg("<rect style=\"background:image-set('x.png' 1x)\"/>"),
    "fill-url": svg('<rect fill="url(https://evil.test/x#a)"/>'),
    "fill-url-spaced": svg('<rect fill="URL ( //evil.test/x#a )"/>'),
    "fill-url-two": svg('<rect fill="url(#a) url(x)"/>'),
    "image": svg('<image href="https://evil.test/x.png"/>'),
    "image-data": svg('<image href="data:image/png;base64,AA=="/>'),
    "use-external": svg('<use href="https://evil.test/x.svg#a"/>'),
    "use-external-xlink": svg('<use xlink:href="other.svg#a"/>'),
    "use-javascript": svg('<use href="javascript:alert(1)"/>'),
    "use-data": svg('<use href="data:image/svg+xml;base64,AA==#a"/>'),
    "link": svg('<a href="https://example.org/">x</a>'),
    "gradient-external": svg('<linearGradient href="x.svg#a"/>'),
    "xml-stylesheet": b'<?xml-stylesheet href="https://evil.test/x.css"?>' + svg(),
    "instruction-inside": svg("<?php echo 1 ?>"),
    "xml-base": svg(attributes=' xml:base="https://evil.test/"'),
    "filter-image": svg('<filter><feImage href="#a"/></filter>'),
    "element-without-namespace": svg('<rect xmlns=""/>'),
    "foreign-attribute": svg('<rect xmlns:x="https://evil.test/" x:href="a"/>'),
    "data-attribute": svg('<rect data-x="1"/>'),
    "doctype": b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">' + svg(),
    "entity": b'<!DOCTYPE svg [<!ENTITY x "y">]>' + svg("&x;"),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTIVE)
def test_img_21_active_content_is_refused(name: str) -> None:
    with pytest.raises(Unprocessable) as caught:
        require_passive(ACTIVE[name])
    assert caught.value.code == "upload.svg_active"


@pytest.mark.parametrize(
    "image",
    [
        svg(),
        svg('<defs><linearGradient id="a"><stop offset="0" stop-color="#fff"/></linearGradient></defs>'),
        svg('<rect fill="url(#a)" style="stroke:#000;fill:url(\'#a\')"/>'),
        svg('<use href="#a" x="1"/><use xlink:href="#b.c-d"/>'),
        svg('<text font-family="Georgia, serif" xml:lang="en" xml:space="preserve">Hello &amp; welcome</text>'),
        svg(attributes=' role="img" aria-label="A badge" viewBox="0 0 1 1"'),
        b'<?xml version="1.0"?><!-- drawn by hand -->' + svg(),
    ],
)
def test_drawing_is_accepted(image: bytes) -> None:
    require_passive(image)


@pytest.mark.parametrize("path", CATALOGUE_ART, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_catalogue_s_own_art_only_draws(path: Path) -> None:
    require_passive(path.read_bytes())


def test_what_is_no_svg_is_refused_as_such() -> None:
    with pytest.raises(Refused) as caught:
        require_passive(b"<html/>")
    assert caught.value.code == "image.malformed"
