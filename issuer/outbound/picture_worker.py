"""A process of its own that decodes one picture and writes it anew: upright, and without anything but its pixels.

Run as a script with: source, result, format (PNG, JPEG or WEBP), most pixels, most bytes of memory, most seconds.
It answers with one word: drawn, pixels, moving or damaged. It knows nothing of the service. A decoder that is led
astray ends here, with bounded memory, time and disk.
"""

from __future__ import annotations

import os
import resource
import sys

from PIL import Image, ImageOps

DRAWN, TOO_MANY_PIXELS, MOVING, DAMAGED = "drawn", "pixels", "moving", "damaged"
QUALITY = 90
_MODES = {"JPEG": {"L", "RGB", "CMYK"}, "WEBP": {"RGB", "RGBA"}}


def bound(memory_bytes: int, cpu_s: int) -> None:
    """No more memory, time, processes and file sizes than that, from here on."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_FSIZE, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def redraw(source: str, result: str, kind: str, max_pixels: int) -> str:
    """What became of it."""
    with Image.open(source, formats=(kind,)) as picture:
        if picture.width * picture.height > max_pixels:
            return TOO_MANY_PIXELS
        if kind != "JPEG" and getattr(picture, "is_animated", False):
            return MOVING
        colours = picture.info.get("icc_profile")
        upright = ImageOps.exif_transpose(picture)
    plain = _plain(upright, kind)
    more = {"icc_profile": colours} if colours and plain.mode in ("RGB", "RGBA", "L") else {}
    if kind == "PNG":
        plain.save(result, kind, **more)
    elif kind == "WEBP":
        plain.save(result, kind, quality=QUALITY, exif=b"", xmp=b"", **more)
    else:
        plain.save(result, kind, quality=QUALITY, optimize=True, progressive=False, **more)
    return DRAWN


def _plain(picture: Image.Image, kind: str) -> Image.Image:
    """Pixels alone, in a mode that the format can hold; Pillow hands on what it read beside them otherwise."""
    wanted = _MODES.get(kind)
    if wanted is not None and picture.mode not in wanted:
        has_alpha = kind == "WEBP" and picture.has_transparency_data
        picture = picture.convert("RGBA" if has_alpha else "RGB")
    transparent = picture.info.get("transparency") if kind == "PNG" else None
    picture.info = {} if transparent is None else {"transparency": transparent}
    return picture


def main(arguments: list[str]) -> str:
    source, result, kind = arguments[:3]
    max_pixels, memory_bytes, cpu_s = (int(one) for one in arguments[3:])
    bound(memory_bytes, cpu_s)
    Image.MAX_IMAGE_PIXELS = max_pixels
    try:
        return redraw(source, result, kind, max_pixels)
    except Image.DecompressionBombError:
        return TOO_MANY_PIXELS
    except (OSError, ValueError, SyntaxError, MemoryError, IndexError, TypeError, EOFError):
        return DAMAGED


if __name__ == "__main__":
    os.umask(0o077)
    sys.stdout.write(main(sys.argv[1:]))
