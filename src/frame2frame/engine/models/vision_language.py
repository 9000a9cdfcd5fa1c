"""Open vision-language models through transformers: they are shown a chat of texts and pictures.

Whatever `AutoModelForImageTextToText` knows can be read, such as Qwen-VL, SmolVLM and InternVL. Videos are
never shown, so what transformers would need for those is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ...errors import ModelError
from ...values import Picture
from ..device.placement import Residence, choose_dtype, memory_guard
from ..files.index import CONFIG
from ..files.reading import read_object
from ..files.words import loaded
from .pretrained import Source, name_of, read_configuration, read_model

if TYPE_CHECKING:
    import torch

WHAT = "vision-language model"
PAGE = "docs/how-to/judge-without-a-key.md"
_LOWER = "the number of frames that are shown, or name a smaller vision-language model"
_TRIED = 64
"""Pixels a side of what a new model is tried on."""
_OF_PICTURES = {"smolvlm": "Idefics3Processor"}
"""Processors that prepare pictures as the model's own does, which needs more packages, for videos."""


class Turn(NamedTuple):
    """What was said by one side."""

    role: str
    """`user` or `assistant`."""
    text: str
    pictures: tuple[Picture, ...] = ()
    """Seen before the text is read."""


class VisionLanguage:
    """A loaded model on its device."""

    def __init__(self, network: Any, processor: Any, device: torch.device) -> None:
        self._network, self._processor = network, processor
        self._residence = Residence([network], device)

    def write(self, turns: Sequence[Turn], most_tokens: int) -> str:
        """What the model answers, the likeliest word each time. Raises OutOfMemoryError."""
        from transformers import GenerationConfig

        own = self._network.generation_config
        ends = {"eos_token_id": own.eos_token_id, "pad_token_id": own.pad_token_id}
        settings = GenerationConfig(max_new_tokens=most_tokens, do_sample=False, **ends)
        with self._at_work():
            inputs = self._inputs(turns)
            written = self._network.generate(**inputs, generation_config=settings)
        answer = written[0, inputs["input_ids"].shape[1] :]
        return str(self._processor.tokenizer.decode(answer, skip_special_tokens=True))

    def shares(self, turns: Sequence[Turn], *answers: Collection[str]) -> tuple[float, ...]:
        """How probable it is that the answer begins with one of these words, for each set of words.

        A word begins with its first token; one that begins words of several sets counts for none. Raises
        OutOfMemoryError.
        """
        begun = [_first_tokens(self._processor.tokenizer, words) for words in answers]
        shared = {token for n, one in enumerate(begun) for other in begun[n + 1 :] for token in one & other}
        with self._at_work():
            logits = self._network(**self._inputs(turns)).logits[0, -1].float()
            likely = logits.softmax(dim=-1).cpu().numpy()
        return tuple(float(likely[sorted(one - shared)].sum()) for one in begun)

    def takes(self, turns: Sequence[Turn], most_tokens: int) -> bool:
        """Whether its chat has a place for each of the pictures, and room for all and the answer."""
        mark = getattr(self._processor, "image_token", None)
        pictures = sum(len(turn.pictures) for turn in turns)
        if not mark or self._chat(turns).count(mark) != pictures:
            return False
        room = getattr(self._network.config.get_text_config(), "max_position_embeddings", 0)
        return int(self._inputs(turns)["input_ids"].shape[1]) + most_tokens <= room

    def close(self) -> None:
        """Leave the device."""
        self._residence.close()

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        import torch

        with self._residence.at_work(), torch.inference_mode(), memory_guard(f"the {WHAT}", _LOWER):
            self._residence.bring(self._network)
            yield

    def _inputs(self, turns: Sequence[Turn]) -> Any:
        from PIL import Image

        pictures = [Image.fromarray(picture) for turn in turns for picture in turn.pictures]
        inputs = self._processor(text=[self._chat(turns)], images=pictures or None, return_tensors="pt")
        return inputs.to(self._residence.device, dtype=self._network.dtype)

    def _chat(self, turns: Sequence[Turn]) -> str:
        """In the words of its template, with a mark for each picture."""
        chat = [{"role": turn.role, "content": _content(turn)} for turn in turns]
        return str(self._processor.apply_chat_template(chat, add_generation_prompt=True, tokenize=False))


def _content(turn: Turn) -> list[dict[str, str]]:
    return [*({"type": "image"} for _ in turn.pictures), {"type": "text", "text": turn.text}]


def _first_tokens(tokenizer: Any, words: Collection[str]) -> set[int]:
    spelt = {f"{gap}{way}" for word in words for way in (word, word.capitalize()) for gap in ("", " ")}
    return {tokenizer.encode(one, add_special_tokens=False)[0] for one in spelt}


def kinds() -> Mapping[str, str]:
    """The networks that can be read, by model type."""
    from transformers.models.auto.modeling_auto import MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES

    found: Mapping[str, str] = MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES
    return found


def is_known(place: Path) -> bool:
    """Whether the folder seems to hold a model that can be read."""
    try:
        check_kind(place)
    except ModelError:
        return False
    return True


def check_kind(place: Path) -> None:
    """Raise ModelError unless the folder holds a model that can be read."""
    kind = read_object(place / CONFIG).get("model_type")
    if kind not in kinds():
        what = f"{place} holds no {WHAT} that transformers knows"
        raise ModelError(what, got=f"{kind!r:.80}", remedy=f"name another: {PAGE} has some")


def read(source: Source, device: torch.device) -> VisionLanguage:
    """The model of a checkpoint, tried on a grey picture. Raises ModelError and what transformers raises."""
    processor = _read_processor(source, read_configuration(source, kinds(), WHAT))
    network = read_model(source, kinds(), WHAT, choose_dtype("auto", device))
    words = network.get_input_embeddings().num_embeddings
    loaded(lambda: processor.tokenizer, name_of(source), words)
    made = VisionLanguage(network, processor, device)
    grey = np.full((_TRIED, _TRIED, 3), 127, np.uint8)
    if not np.isfinite(made.shares([Turn("user", "Is this grey?", (grey,))], ["yes"])).all():
        raise ValueError("its probabilities are no numbers")
    return made


def _read_processor(source: Source, configuration: Any) -> Any:
    """The checkpoint's own preparation of texts and pictures."""
    import transformers
    from transformers.models.auto import processing_auto

    kind, known = configuration.model_type, vars(processing_auto)["PROCESSOR_MAPPING_NAMES"]
    name = _OF_PICTURES.get(kind) or known.get(kind)
    if name is None:
        what = f"{name_of(source)} has no way of preparing pictures that transformers knows"
        raise ModelError(what, got=kind, remedy=f"name another {WHAT}")
    processor = _of_pictures(getattr(transformers, name)).from_pretrained(**source)
    if not (processor.chat_template or processor.tokenizer.chat_template):
        what = f"the {WHAT} has no chat template, so it was not made to be asked"
        raise ModelError(what, got=name_of(source), remedy="name one that follows instructions")
    return processor


def _of_pictures(kind: Any) -> Any:
    """The processor's class without its part for videos."""

    class OfPictures(kind):  # type: ignore[misc]
        @classmethod
        def get_attributes(cls) -> list[str]:
            return [name for name in super().get_attributes() if not name.startswith("video")]

    return OfPictures
