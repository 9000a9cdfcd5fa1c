"""`from pipeline import Frame2FramePipeline`, with the weights under ./models."""

from pathlib import Path

from frame2frame.pipeline import Frame2FramePipeline as _Pipeline


class Frame2FramePipeline(_Pipeline):
    """See frame2frame.pipeline; without another word weights are looked for in ./models."""

    def __init__(self, model: str | None = None, *, model_cache_dir: str | Path = "./models", **options: str):
        super().__init__(model, model_cache_dir=model_cache_dir, **options)
