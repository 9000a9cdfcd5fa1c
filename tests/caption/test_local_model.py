"""A vision-language model on this machine, on tiny checkpoints in the published layouts."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from PIL import Image
from tests.tiny_vision_language import COMMIT, FAMILIES, in_cache, written

from frame2frame.caption.local_model import LocalModel
from frame2frame.caption.server import Question
from frame2frame.caption.temporal import Temporal
from frame2frame.caption.vlm import Vlm
from frame2frame.engine.models.known_vision_language import KNOWN
from frame2frame.engine.models.store import Home, ModelStore
from frame2frame.engine.models.vision_language import Turn, VisionLanguage
from frame2frame.errors import AnswerError, InputError, ModelError
from frame2frame.media.pictures import png_bytes

PICTURE = np.random.default_rng(3).integers(0, 256, (60, 90, 3), dtype=np.uint8)
SHOWS = Question(
    rules="Be just.",
    text="The wanted scene: a blue ball",
    pictures=(png_bytes(PICTURE),),
    fields={"reason": {"type": "string"}, "shows": {"type": "boolean"}},
    yes_no="Does the candidate show it?",
)
CAPTION = ('{"caption": "The red ball', ' slowly turns blue.", "target"', ': "a blue ball"}')
WISH = "paint the ball blue"


def here(folder: Path) -> LocalModel:
    return LocalModel.of(str(folder), Home("cpu"))


def test_yes_is_as_probable_as_the_network_itself_has_it(tmp_path: Path) -> None:
    folder = written(tmp_path / "random")
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    prepare: Any = transformers.AutoImageProcessor.from_pretrained(folder)
    network = transformers.Qwen2VLForConditionalGeneration.from_pretrained(folder).eval()
    seen = prepare(images=[Image.fromarray(PICTURE)], return_tensors="pt")
    marks = "<|image_pad|>" * int(seen["image_grid_thw"].prod() // 4)
    asked = f"{SHOWS.rules}\n\n{SHOWS.text}\n\n{SHOWS.yes_no} Answer with one word: yes or no."
    text = (
        f"<|im_start|>user\n<|vision_start|>{marks}<|vision_end|>{asked}<|im_end|>\n<|im_start|>assistant\n"
    )
    tokens = tokenizer([text], return_tensors="pt")
    kinds = (tokens["input_ids"] == tokenizer.convert_tokens_to_ids("<|image_pad|>")).int()
    with torch.inference_mode():
        likely = network(**tokens, **seen, mm_token_type_ids=kinds).logits[0, -1].softmax(-1)
    first = {word: tokenizer.encode(word)[0] for word in ("yes", "Yes", "t", "T", "no", "No", "f", "F")}
    numbers = list(first.values())
    expected = [float(likely[part].sum()) for part in (numbers[:4], numbers[4:])]
    turn = [Turn("user", asked, (PICTURE,))]
    found = here(folder)._model().shares(turn, ("yes", "true"), ("no", "false"))
    assert found == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(("says", "expected"), [("yes", True), ("Yes", True), ("no", False), ("No", False)])
def test_yes_and_no_are_understood_however_they_are_written(
    family: str, says: str, expected: bool, tmp_path: Path
) -> None:
    reply = here(written(tmp_path / "model", family, (says,))).ask(SHOWS)
    assert reply.values == {"reason": "", "shows": expected}
    assert reply.probability == pytest.approx(float(expected), abs=1e-6) and not reply.host


def test_a_model_that_says_something_else_than_yes_or_no_is_not_taken_at_its_word(tmp_path: Path) -> None:
    with pytest.raises(AnswerError, match="answers neither yes nor no"):
        here(written(tmp_path / "model", says=("perhaps",))).ask(SHOWS)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_caption_is_written_on_this_machine_and_nothing_is_sent(family: str, tmp_path: Path) -> None:
    in_cache(tmp_path, "tiny/writer", family, CAPTION)
    written = Vlm(vlm="local:tiny/writer", home=Home("cpu", str(tmp_path))).write(PICTURE, WISH)
    assert (written.temporal, written.target) == ("The red ball slowly turns blue.", "a blue ball")
    assert written.author == "vlm" and len(written.notes) == 2
    who = f"tiny/writer@{COMMIT[:12]} (weights "
    assert written.notes[0].startswith(f"The caption was written on this machine by {who}")
    assert written.notes[0].endswith("; nothing was sent.")


@pytest.mark.parametrize(("room", "pictures"), [(32_768, 9), (3_000, 0)])
def test_worked_examples_are_shown_with_their_pictures_where_the_model_reads_as_many(
    room: int, pictures: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, seen = written(tmp_path / "model", says=CAPTION), list[int]()
    change_text(folder, max_position_embeddings=room)
    wrote = VisionLanguage.write

    def write(self: VisionLanguage, turns: Sequence[Turn], most_tokens: int) -> str:
        seen.append(sum(len(turn.pictures) for turn in turns))
        return wrote(self, turns, most_tokens)

    monkeypatch.setattr(VisionLanguage, "write", write)
    made = Vlm(vlm=f"local:{folder}", home=Home("cpu")).write(PICTURE, WISH)
    assert made.author == "vlm" and seen == [pictures + 1]
    alone = "The examples before it were words alone, as model"
    assert made.notes[1].startswith("9 examples with pictures went before it." if pictures else alone)


def test_a_chat_that_has_no_place_for_a_picture_takes_none(tmp_path: Path) -> None:
    """As those of models that look at one picture and keep to it."""
    folder = written(tmp_path / "model", says=("yes",))
    template = json.loads((folder / "chat_template.json").read_text("utf-8"))["chat_template"]
    once = template.replace("part['type'] == 'image'", "part['type'] == 'image' and message == messages[0]")
    change(folder, "chat_template.json", chat_template=once)
    model, shown = here(folder)._model(), Turn("user", "Look.", (PICTURE,))
    again = shown._replace(text="And now?")
    assert model.takes([shown], 1) and not model.takes([shown, Turn("assistant", "yes"), again], 1)


def test_a_caption_that_cannot_be_used_is_left_to_the_rules_which_say_so(tmp_path: Path) -> None:
    folder = written(tmp_path / "model", says=("A ball", " turns blue."))
    made = Vlm(vlm=f"local:{folder}", home=Home("cpu")).write(PICTURE, WISH)
    assert (made.temporal, made.author) == (Temporal().write(PICTURE, WISH).temporal, "temporal")
    why = "the answer could not be used: it has no JSON object; name a larger model, or one that follows"
    assert made.notes[0].startswith(f"No caption from the model on this machine ({why}")


def test_a_model_is_loaded_once_for_all_who_ask_and_freed_with_its_owner(tmp_path: Path) -> None:
    in_cache(tmp_path, "tiny/yes", says=("yes",))
    store = ModelStore()
    first, second = (LocalModel.of("tiny/yes", Home("cpu", str(tmp_path), store)) for _ in range(2))
    assert first._model() is second._model()
    store.close()
    with pytest.raises(InputError, match="closed"):
        first.ask(SHOWS)


def test_it_is_known_by_commit_and_weights_but_not_by_the_folders_it_lies_in(tmp_path: Path) -> None:
    folder = in_cache(tmp_path, "tiny/yes", says=("yes",))
    in_hub = LocalModel.of("tiny/yes", Home("cpu", str(tmp_path)))
    assert in_hub.version == f"tiny/yes@{COMMIT}" and len(in_hub.weights_sha256) == 64
    copied = Path(shutil.copytree(folder, tmp_path / "mine"))
    assert here(copied).version == "mine" and here(copied).weights_sha256 == in_hub.weights_sha256


def test_names_stand_for_published_models_and_a_revision_may_be_named() -> None:
    for known in KNOWN.values():
        assert LocalModel.of(known.name.upper(), Home()).repository == known.repository
    named = LocalModel.of("qwen3-vl-2b@v1", Home())
    assert (named.repository, named.revision) == ("Qwen/Qwen3-VL-2B-Instruct", "v1")


def test_a_model_that_is_not_here_is_one_line_that_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as raised:
        Vlm(vlm="local:smolvlm2-500m@v2", home=Home("cpu", str(tmp_path)))
    name = "HuggingFaceTB/SmolVLM2-500M-Video-Instruct"
    assert str(raised.value) == (
        f"the vision-language model {name} is not here; "
        f"fetch it with: f2f models pull {name}@v2 --dir {tmp_path}"
    )


def change(folder: Path, file: str, **values: Any) -> None:
    path = folder / file
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | values), "utf-8")


def of_another_kind(folder: Path) -> None:
    change(folder, "config.json", model_type="clip")


def with_code_of_its_own(folder: Path) -> None:
    change(folder, "config.json", model_type="mine", auto_map={"AutoModel": "mine.Model"})
    (folder / "mine.py").write_text("raise SystemExit('this must never run')", "utf-8")


def cut_short(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-8])


def pickled(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def with_a_pipe(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    os.mkfifo(folder / "tokenizer.json")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (of_another_kind, "holds no vision-language model that transformers knows; got 'clip'"),
        (with_code_of_its_own, "holds no vision-language model that transformers knows; got 'mine'"),
        (cut_short, "the weight file is cut short"),
        (pickled, "there are no safetensors weights; got only pytorch_model.bin, which may run code"),
        (with_a_pipe, "tokenizer.json"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line_before_anything_is_drawn(
    spoil: Any, said: str, tmp_path: Path
) -> None:
    folder = written(tmp_path / "model", says=("yes",))
    spoil(folder)
    with pytest.raises(ModelError) as raised:
        Vlm(vlm=f"local:{folder}", home=Home("cpu"))
    assert said in str(raised.value) and "\n" not in str(raised.value)


def without_template(folder: Path) -> None:
    (folder / "chat_template.json").unlink()


def change_text(folder: Path, **values: Any) -> None:
    text = json.loads((folder / "config.json").read_text("utf-8"))["text_config"]
    change(folder, "config.json", text_config=text | values)


def with_weights_of_another(folder: Path) -> None:
    change_text(folder, num_hidden_layers=9, layer_types=["full_attention"] * 9)


def with_huge_layers(folder: Path) -> None:
    change_text(folder, hidden_size=2**20, intermediate_size=2**20)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (without_template, "has no chat template"),
        (with_weights_of_another, "lacks weights"),
        (with_huge_layers, "asks for far more than its weights hold"),
    ],
)
def test_what_does_not_go_together_is_refused_before_it_is_asked(
    spoil: Any, said: str, tmp_path: Path
) -> None:
    folder = written(tmp_path / "model", says=("yes",))
    spoil(folder)
    with pytest.raises(ModelError, match=said):
        here(folder).ask(SHOWS)


@pytest.mark.parametrize("wish", ["", "local:", "gpt-4o", "remote:somebody/model"])
def test_who_is_neither_the_server_nor_local_is_refused(wish: str) -> None:
    with pytest.raises(InputError, match="write server, or local:"):
        Vlm(vlm=wish)
