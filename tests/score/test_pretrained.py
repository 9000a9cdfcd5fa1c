"""SigLIP and DINO, on tiny random checkpoints in the published layout, against transformers itself."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from PIL import Image
from safetensors.torch import load_file, save_file

from frame2frame.engine.models.catalogue import find
from frame2frame.errors import InputError, ModelError
from frame2frame.score.encoders import ClipEncoder, DinoEncoder, SiglipEncoder
from frame2frame.score.pretrained import PretrainedEncoder
from frame2frame.values import Frames, Vectors

from .conftest import COMMIT, WORDS


def test_siglip_sees_pictures_as_transformers_does(hub: Path, pictures: Frames) -> None:
    model, prepare = _stock(hub, "siglip2", "SiglipModel"), transformers.SiglipImageProcessorPil
    pixels = _prepared(hub, "siglip2", prepare, pictures)
    expected = _unit(model.get_image_features(pixel_values=pixels).pooler_output)
    assert SiglipEncoder("tiny/siglip2", cache_dir=str(hub)).images(pictures) == pytest.approx(
        expected, abs=1e-6
    )


@pytest.mark.parametrize("text", ["a red ball", "", "a text that is longer than the model can read"])
def test_siglip_reads_texts_as_transformers_does(hub: Path, text: str) -> None:
    model = _stock(hub, "siglip2", "SiglipModel")
    tokenizer = transformers.AutoTokenizer.from_pretrained(_folder(hub, "siglip2"))
    tokens = tokenizer([text], padding="max_length", max_length=WORDS, truncation=True, return_tensors="pt")
    expected = _unit(model.get_text_features(input_ids=tokens["input_ids"]).pooler_output)
    assert SiglipEncoder("tiny/siglip2", cache_dir=str(hub)).texts([text]) == pytest.approx(
        expected, abs=1e-6
    )


def test_siglip_is_given_the_end_and_the_padding_it_was_trained_with(hub: Path) -> None:
    model = _stock(hub, "siglip2", "SiglipModel")
    ids = torch.tensor([[6, 7, 1, *[0] * (WORDS - 3)]])  # a, b, the end, padding
    expected = _unit(model.get_text_features(input_ids=ids).pooler_output)
    assert SiglipEncoder("tiny/siglip2", cache_dir=str(hub)).texts(["ab"]) == pytest.approx(
        expected, abs=1e-6
    )


def test_siglip_takes_capitals_as_small_letters(hub: Path) -> None:
    first, second = SiglipEncoder("tiny/siglip2", cache_dir=str(hub)).texts(["A BALL", "a ball"])
    assert first == pytest.approx(second, abs=1e-6)


def test_a_text_reads_the_same_in_any_company(hub: Path) -> None:
    encoder = SiglipEncoder("tiny/siglip2", cache_dir=str(hub))
    together = encoder.texts(["ab", "a longer text"])
    assert together[0] == pytest.approx(encoder.texts(["ab"])[0], abs=1e-6)


def test_dinov2_sees_pictures_as_transformers_does(hub: Path, pictures: Frames) -> None:
    model, prepare = _stock(hub, "dinov2", "Dinov2Model"), transformers.BitImageProcessorPil
    expected = _unit(model(pixel_values=_prepared(hub, "dinov2", prepare, pictures)).last_hidden_state[:, 0])
    assert DinoEncoder("tiny/dinov2", cache_dir=str(hub)).images(pictures) == pytest.approx(
        expected, abs=1e-6
    )


def test_dinov3_resizes_numbers_not_levels(hub: Path, pictures: Frames) -> None:
    """Its own processor scales before it resizes; Pillow's filter on floats is the same, but for rounding."""
    model = _stock(hub, "dinov3", "DINOv3ViTModel")
    resized = np.stack([_resized(picture / 255, 32) for picture in pictures])
    normal = (resized - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    pixels = torch.tensor(normal, dtype=torch.float32).permute(0, 3, 1, 2)
    expected = _unit(model(pixel_values=pixels).last_hidden_state[:, 0])
    assert DinoEncoder("tiny/dinov3", cache_dir=str(hub)).images(pictures) == pytest.approx(
        expected, abs=1e-5
    )


def test_dino_refuses_texts_in_words(hub: Path) -> None:
    with pytest.raises(InputError, match="sees pictures only"):
        DinoEncoder("tiny/dinov2", cache_dir=str(hub)).texts(["a ball"])


@pytest.mark.parametrize("kind", [ClipEncoder, SiglipEncoder, DinoEncoder])
def test_a_missing_encoder_is_one_line_that_says_how_to_get_it(
    kind: type[PretrainedEncoder], tmp_path: Path
) -> None:
    encoder = kind("someone/none", revision="v2", cache_dir=str(tmp_path))
    with pytest.raises(ModelError, match="is not here; fetch it with: ") as raised:
        encoder.images(np.zeros((1, 8, 8, 3), np.uint8))
    assert str(raised.value).endswith(f"f2f models pull someone/none@v2 --dir {tmp_path}")


def test_a_missing_gated_encoder_says_that_access_must_be_asked_for(tmp_path: Path) -> None:
    with pytest.raises(
        ModelError, match=r"ask for access .*hf auth login.* f2f models pull facebook/dinov3-vits16"
    ):
        encoder = DinoEncoder("facebook/dinov3-vits16-pretrain-lvd1689m", cache_dir=str(tmp_path))
        encoder.images(np.zeros((1, 8, 8, 3), np.uint8))


def test_weights_kept_in_half_precision_are_computed_with_in_full(
    hub: Path, tmp_path: Path, pictures: Frames
) -> None:
    folder = _copied(hub, "dinov2", tmp_path)
    weights = {name: value.bfloat16() for name, value in load_file(folder / "model.safetensors").items()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    settings = json.loads((folder / "config.json").read_text()) | {"dtype": "bfloat16"}
    (folder / "config.json").write_text(json.dumps(settings))
    model = transformers.Dinov2Model.from_pretrained(folder, dtype="float32").eval()
    pixels = _prepared(hub, "dinov2", transformers.BitImageProcessorPil, pictures)
    with torch.inference_mode():
        expected = _unit(model(pixel_values=pixels).pooler_output)
    assert DinoEncoder(str(folder)).images(pictures) == pytest.approx(expected, abs=1e-6)


def test_pickled_weights_are_not_read(hub: Path, tmp_path: Path) -> None:
    folder = _copied(hub, "dinov2", tmp_path)
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"no safetensors weights; got only pytorch_model\.bin"):
        DinoEncoder(str(folder)).images(np.zeros((1, 8, 8, 3), np.uint8))


def test_an_encoder_in_the_cache_that_is_broken_is_not_called_missing(hub: Path, tmp_path: Path) -> None:
    cache = Path(shutil.copytree(hub, tmp_path / "hub"))
    (_folder(cache, "dinov2") / "model.safetensors").write_bytes(b"broken")
    with pytest.raises(ModelError, match=r"no whole safetensors file.*fetch it with: .* --dir"):
        DinoEncoder("tiny/dinov2", cache_dir=str(cache)).images(np.zeros((1, 8, 8, 3), np.uint8))


def test_weights_that_are_not_there_are_not_made_up(hub: Path, tmp_path: Path) -> None:
    folder = _copied(hub, "dinov2", tmp_path)
    weights = load_file(folder / "model.safetensors")
    save_file(
        {name: value for name, value in weights.items() if name != "layernorm.weight"},
        folder / "model.safetensors",
    )
    with pytest.raises(ModelError, match=r"lacks weights; got none for layernorm\.weight"):
        DinoEncoder(str(folder)).images(np.zeros((1, 8, 8, 3), np.uint8))


def test_an_encoder_of_another_kind_is_refused(hub: Path) -> None:
    with pytest.raises(ModelError, match=r"not of the kind .*\(siglip\); got clip"):
        SiglipEncoder(find("tabletop").encoder).texts(["a ball"])
    with pytest.raises(ModelError, match=r"not of the kind .*\(clip\); got dinov2"):
        ClipEncoder("tiny/dinov2", cache_dir=str(hub)).texts(["a ball"])


def test_another_preparation_of_dinov3_is_refused(hub: Path, tmp_path: Path) -> None:
    folder = _copied(hub, "dinov3", tmp_path)
    settings = json.loads((folder / "preprocessor_config.json").read_text()) | {"resample": 3}
    (folder / "preprocessor_config.json").write_text(json.dumps(settings))
    with pytest.raises(ModelError, match=r"not known here; got .*resample 3"):
        DinoEncoder(str(folder)).images(np.zeros((1, 8, 8, 3), np.uint8))


def _folder(hub: Path, name: str) -> Path:
    return hub / f"models--tiny--{name}" / "snapshots" / COMMIT


def _copied(hub: Path, name: str, place: Path) -> Path:
    return Path(shutil.copytree(_folder(hub, name), place / "model"))


def _stock(hub: Path, name: str, kind: str) -> Any:
    return getattr(transformers, kind).from_pretrained(_folder(hub, name)).eval().requires_grad_(False)


def _prepared(hub: Path, name: str, processor: Any, pictures: Frames) -> Any:
    shown = [Image.fromarray(picture) for picture in pictures]
    return processor.from_pretrained(_folder(hub, name))(images=shown, return_tensors="pt")["pixel_values"]


def _resized(
    picture: np.ndarray[Any, np.dtype[np.float64]], side: int
) -> np.ndarray[Any, np.dtype[np.float32]]:
    planes = [Image.fromarray(plane.astype(np.float32)) for plane in np.moveaxis(picture, -1, 0)]
    resized = [np.asarray(plane.resize((side, side), Image.Resampling.BILINEAR)) for plane in planes]
    return np.stack(resized, axis=-1)


def _unit(vectors: Any) -> Vectors:
    return np.asarray(torch.nn.functional.normalize(vectors, dim=-1), dtype=np.float32)
