"""Which model runs."""

import json
from dataclasses import fields
from pathlib import Path

import pytest

from frame2frame.engine.models import catalogue
from frame2frame.errors import ModelError
from frame2frame.plugins import registry


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def test_the_embedded_model_runs_when_none_is_named_or_chosen() -> None:
    assert catalogue.find().name == "tabletop"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a model of which the index is here."""
    monkeypatch.setenv("FRAME2FRAME_MODEL_DIR", str(tmp_path / "models"))
    home = tmp_path / "models" / "models--zai-org--CogVideoX-5b-I2V"
    (home / "refs").mkdir(parents=True)
    (home / "refs" / "main").write_text(40 * "a")
    (home / "snapshots" / (40 * "a")).mkdir(parents=True)
    (home / "snapshots" / (40 * "a") / "model_index.json").write_text("{}")
    return "cogvideox-5b-i2v"


def test_the_chosen_model_runs_when_none_is_named(here: str) -> None:
    catalogue.choose(here)
    assert catalogue.find().name == here


def test_the_named_model_goes_before_the_chosen_one(here: str) -> None:
    catalogue.choose(here)
    assert catalogue.find("tabletop").name == "tabletop"


def test_a_model_that_is_not_here_is_pulled_by_the_name_that_was_asked_for_with_its_loras(here: str) -> None:
    catalogue.require_here(catalogue.find(here))
    with pytest.raises(
        ModelError, match=r"got 'wan2.2-i2v-a14b-8step'; get it with: .*pull wan2.2-i2v-a14b-8step$"
    ):
        catalogue.require_here(catalogue.find("wan2.2-i2v-a14b-8step"))
    with pytest.raises(
        ModelError, match=r"get it \(about 21 GB\) with: f2f models pull cogvideox1.5-5b-i2v$"
    ):
        catalogue.require_here(catalogue.find("cogvideox1.5-5b-i2v"))


def test_a_chosen_model_that_is_not_here_says_how_to_get_it_and_how_to_choose_another() -> None:
    catalogue.choose("cogvideox-5b-i2v")
    with pytest.raises(ModelError, match=r"not here; got 'cogvideox-5b-i2v'; get it with: .*use tabletop"):
        catalogue.find()


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ModelError, match="did you mean tabletop"):
        catalogue.find("tabeltop")


@pytest.mark.parametrize(
    "name", ["./nowhere", "../models/x", "/nowhere", "~/nowhere", "C:\\nowhere", "a/b/nowhere"]
)
def test_a_path_that_leads_nowhere_is_not_taken_for_a_misspelt_name(name: str) -> None:
    with pytest.raises(ModelError, match="there is no such folder"):
        catalogue.find(name)


def test_an_unknown_model_cannot_be_chosen() -> None:
    with pytest.raises(ModelError):
        catalogue.choose("nothing")
    assert catalogue.find().name == "tabletop"


def test_a_hub_id_may_pin_a_revision() -> None:
    model = catalogue.find("someone/some-model@abc123")
    assert (model.repository, model.revision, model.label) == (
        "someone/some-model",
        "abc123",
        "someone/some-model@abc123",
    )


@pytest.mark.parametrize("revision", ["abc123", ""])
def test_a_revision_of_a_folder_is_refused(
    tmp_path: Path, revision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "some" / "model").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    for folder in ("some/model", "./some/model", str(tmp_path / "some" / "model"), "tabletop"):
        with pytest.raises(ModelError, match=f"has no revisions; .*leave out @{revision}"):
            catalogue.find(f"{folder}@{revision}")


def test_a_folder_may_have_an_at_in_its_name(tmp_path: Path) -> None:
    (tmp_path / "model@home").mkdir()
    assert catalogue.find(str(tmp_path / "model@home")).repository == str(tmp_path / "model@home")


def test_a_known_repository_keeps_its_row_whatever_its_case() -> None:
    assert catalogue.find("ZAI-org/cogvideox1.5-5b-i2v").image_latent_scale == 1.0


@pytest.mark.parametrize("name", ["wan2.2-i2v-a14b", "tabletop"])
def test_a_repository_with_presets_is_the_model_without_them(name: str) -> None:
    found = catalogue.known_as(catalogue.MODELS[name].repository)
    assert found is not None and found.name == name


@pytest.mark.parametrize(
    ("named", "family"),
    [
        ("WanImageToVideoPipeline", "wan"),
        ("WanPipeline", "wan"),
        ("CogVideoXImageToVideoPipeline", "cogvideox"),
    ],
)
def test_the_class_that_a_folder_names_picks_the_generator(tmp_path: Path, named: str, family: str) -> None:
    (tmp_path / "model_index.json").write_text(json.dumps({"_class_name": named}))
    assert catalogue.find(str(tmp_path)).family == family


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"_class_name": 3}'])
def test_a_folder_that_says_nothing_is_left_to_the_generator(tmp_path: Path, text: str) -> None:
    (tmp_path / "model_index.json").write_text(text)
    assert catalogue.find(str(tmp_path)).family == "cogvideox"


def test_every_option_of_a_model_is_one_of_its_generator() -> None:
    for model in catalogue.MODELS.values():
        generator = registry.find("generators", model.family)
        assert set(model.options) <= {one.name for one in fields(generator)}, model.name


def test_a_folder_is_a_model(tmp_path: Path) -> None:
    assert catalogue.find(str(tmp_path)).repository == str(tmp_path)


def test_the_embedded_encoder_scores_the_embedded_model_only() -> None:
    encoders = {model.name: catalogue.shown(model.encoder) for model in catalogue.MODELS.values()}
    embedded = {name for name, model in catalogue.MODELS.items() if model.is_embedded}
    assert "tabletop" in embedded and {encoders.pop(name) for name in embedded} == {"tabletop"}
    assert set(encoders.values()) == {"openai/clip-vit-base-patch16"}


def test_an_empty_name_is_no_model() -> None:
    with pytest.raises(ModelError, match="no such model"):
        catalogue.find("")


def test_a_copy_of_the_embedded_model_runs_like_it() -> None:
    embedded = catalogue.MODELS["tabletop"]
    copy = catalogue.find(embedded.repository)
    assert copy.name == embedded.repository
    assert (copy.options, copy.knows, copy.encoder) == (embedded.options, embedded.knows, embedded.encoder)


@pytest.mark.parametrize("text", [b"{}", b"[]", b"no JSON", b'{"__metadata__": {"program": "mine"}}'])
def test_weights_with_another_story_are_no_copy(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "transformer").mkdir()
    (tmp_path / "transformer" / "model.safetensors").write_bytes(len(text).to_bytes(8, "little") + text)
    assert catalogue.find(str(tmp_path)).steps is None


def test_a_folder_here_does_not_hide_a_known_name(tmp_path: Path) -> None:
    (tmp_path / "tabletop").mkdir()
    assert catalogue.find().repository == catalogue.MODELS["tabletop"].repository
    assert catalogue.find("./tabletop").repository == "tabletop"


def test_a_chosen_folder_is_kept_by_its_full_path(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    catalogue.choose("mine")
    assert catalogue.chosen() == str(tmp_path / "mine")


def test_a_model_that_is_not_here_is_pulled_by_its_name_and_to_the_place_that_was_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    repository = catalogue.MODELS["cogvideox-5b-i2v"].repository
    assert catalogue.pull_command(repository) == "f2f models pull cogvideox-5b-i2v"
    assert catalogue.pull_command("a/b", "v1", "my models") == "f2f models pull a/b@v1 --dir 'my models'"
    monkeypatch.setenv("FRAME2FRAME_MODEL_DIR", "elsewhere")  # it wins, so the option would say nothing
    assert catalogue.pull_command("a/b", None, "my models") == "f2f models pull a/b"


def test_the_environment_wins_over_the_place_that_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FRAME2FRAME_MODEL_DIR", raising=False)
    assert catalogue.model_folder("mine") == "mine" and catalogue.model_folder(None) is None
    monkeypatch.setenv("FRAME2FRAME_MODEL_DIR", "elsewhere")
    assert catalogue.model_folder("mine") == "elsewhere"
