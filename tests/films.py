"""Clips written by FFmpeg, of numbers that are made here, with any tags."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import av
import numpy as np

from .viewer import Values

LUMA = {1: (0.2126, 0.7152, 0.0722), 5: (0.299, 0.587, 0.114), 9: (0.2627, 0.6780, 0.0593)}
"""Shares of red, green and blue by the code of the matrix: BT.709, BT.601 and BT.2020."""

UNSAID = 2


@dataclass(frozen=True)
class Film:
    """How a clip is written."""

    container: str = "matroska"
    codec: str = "ffv1"
    pixels: str = "yuv444p"
    matrix: int = 1
    full: bool = False
    tags: tuple[int, int, int] = (1, 1, 1)
    """Codes of primaries, curve and matrix as the file has them."""
    options: Mapping[str, str] = field(default_factory=dict)
    frames: int = 3
    set_up: Callable[[Any], None] = lambda stream: None

    def of(self, colours: Values) -> bytes:
        """(height, width, 3) levels from 0 to 255, as so many frames."""
        buffer = io.BytesIO()
        with av.open(buffer, "w", format=self.container) as container:
            self.add(container, colours)
        return buffer.getvalue()

    def add(self, container: Any, colours: Values) -> None:
        stream = container.add_stream(self.codec, rate=25, options=dict(self.options))
        stream.height, stream.width = colours.shape[:2]
        stream.pix_fmt = self.pixels
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace = self.tags
        context.color_range = 2 if self.full else 1
        self.set_up(stream)
        for number in range(self.frames):
            frame = self.frame(colours)
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())

    def frame(self, colours: Values) -> av.VideoFrame:
        if self.pixels.startswith(("rgb", "bgr", "gbr", "pal", "0", "arg", "abg", "mono", "gray")):
            rgb = av.VideoFrame.from_ndarray(colours.astype(np.uint8), format="rgb24")
            return rgb if self.pixels == "rgb24" else rgb.reformat(format=self.pixels)
        frame = av.VideoFrame.from_ndarray(self.numbers(colours), format="yuv444p16le")
        frame.color_range, frame.colorspace = 2 if self.full else 1, self.matrix
        if self.pixels != "yuv444p16le":
            frame = frame.reformat(format=self.pixels, interpolation="BICUBIC")
        frame.color_primaries, frame.color_trc, frame.colorspace = self.tags
        return frame

    def numbers(self, colours: Values) -> Values:
        """Y', Cb and Cr of 16 bits, by the definition of ITU-R BT.601, 709 and 2020."""
        shares = np.array(LUMA[self.matrix])
        rgb = colours / 255
        luma = rgb @ shares
        blue, red = ((rgb[..., place] - luma) / (2 * (1 - shares[place])) for place in (2, 0))
        if self.full:
            planes = [65535 * luma, 65535 * blue + 32768, 65535 * red + 32768]
        else:
            planes = [256 * (219 * luma + 16), 256 * (224 * blue + 128), 256 * (224 * red + 128)]
        return np.asarray(np.clip(np.rint(np.stack(planes, axis=-1)), 0, 65535), dtype=np.uint16)
