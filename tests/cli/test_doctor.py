"""What the doctor says."""

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from frame2frame.cli import doctor
from frame2frame.engine.models import catalogue
from frame2frame.engine.models.catalogue import WEIGHTS
from frame2frame.engine.models.known_models import MODELS
from frame2frame.plugins.model import CLIP

from ..command import f2f
from ..tiny_vision_language import in_cache


@pytest.fixture
def found() -> dict[str, str]:
    return doctor.diagnosis()


def test_the_doctor_names_versions_machine_and_the_model_that_runs(found: dict[str, str]) -> None:
    assert {"python", "torch", "diffusers", "gpu", "memory"} <= set(found)
    assert found["model tabletop"] == "here and whole" and found["model that runs"] == "tabletop"


def test_the_doctor_answers_machines_with_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], found: dict[str, str]
) -> None:
    assert f2f(monkeypatch, "doctor", "--json") == 0
    assert json.loads(capsys.readouterr().out).keys() == found.keys()


def test_what_is_not_here_is_one_line_however_many_models_that_are(found: dict[str, str]) -> None:
    line = found["models not here"]
    assert line.endswith("; get one with: f2f models pull NAME")
    assert set(line.partition(";")[0].split(", ")) == set(MODELS) - {"tabletop"}
    assert not any("the model is not here" in value for value in found.values())


def test_local_judges_that_are_here_are_listed_with_whether_they_can_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAME2FRAME_MODEL_DIR", str(tmp_path))
    in_cache(tmp_path, "Qwen/Qwen3-VL-2B-Instruct", says=("yes",))
    (in_cache(tmp_path, "tiny/cut", says=("yes",)) / "model.safetensors").write_bytes(b"short")
    found = doctor.diagnosis()
    use = "use it with: --select judge --judge local:qwen3-vl-2b"
    assert found["judge qwen3-vl-2b"] == f"here and whole; {use}"
    assert "no whole safetensors file" in found["judge tiny/cut"]
    assert "qwen3-vl-2b" not in found["judges not here"] and "smolvlm2-500m" in found["judges not here"]
    monkeypatch.setattr(doctor, "main_memory_gib", lambda: 1e-6)
    monkeypatch.setattr(doctor, "gpus", lambda: ())
    assert "here, but its weights take" in doctor.diagnosis()["judge qwen3-vl-2b"]


def test_a_model_that_is_broken_says_so_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAME2FRAME_MODEL_DIR", str(tmp_path / "models"))
    home = tmp_path / "models" / "models--zai-org--CogVideoX-5b-I2V"
    (home / "snapshots" / (40 * "a")).mkdir(parents=True)
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text(40 * "a")
    found = doctor.diagnosis()
    assert "model_index.json" in found["model cogvideox-5b-i2v"] or "lacks" in found["model cogvideox-5b-i2v"]
    assert "cogvideox-5b-i2v" not in found["models not here"].replace("cogvideox1.5-5b-i2v", "")
    assert found["models are in"] == str(tmp_path / "models") and found["FRAME2FRAME_MODEL_DIR"] == "set"


def test_every_extra_is_installed_or_says_how(found: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(doctor.EXTRAS) == set(project["project"]["optional-dependencies"]) - {"dev", "docs"}
    monkeypatch.setitem(doctor.EXTRAS, "ui", "a_module_that_is_not_here")
    assert doctor.diagnosis()["extra ui"] == "not installed; pip install 'frame2frame[ui]'"
    assert found["extra eval"] == "installed"


def test_keys_are_set_or_not_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor.diagnosis()["OPENAI_API_KEY"] == "not set"
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://user:secret@localhost/v1")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    found = doctor.diagnosis()
    assert found["OPENAI_API_KEY"] == found["OPENAI_BASE_URL"] == "set" and found["hub login"] == "yes"
    assert "secret" not in json.dumps(found)


def test_the_folders_do_not_tell_the_name_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert doctor.diagnosis()["config file"] == "~/config/frame2frame/model"


def test_an_encoder_that_is_not_here_names_the_command_that_fetches_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAME2FRAME_MODEL_DIR", str(tmp_path / "models"))
    assert doctor.diagnosis()["encoder clip"] == f"not here; fetch it with: f2f models pull {CLIP}"


def test_an_encoder_is_here_and_whole_or_says_which_file_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAME2FRAME_MODEL_DIR", str(tmp_path / "models"))
    home = tmp_path / "models" / f"models--{CLIP.replace('/', '--')}"
    place = home / "snapshots" / (40 * "a")
    shutil.copytree(WEIGHTS / "clip", place)
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text(40 * "a")
    assert doctor.diagnosis()["encoder clip"] == "here and whole"
    weights = place / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    assert doctor.diagnosis()["encoder clip"].startswith("the weight file is cut short; got ")
    (place / "config.json").write_text('{"model_type": ')
    assert doctor.diagnosis()["encoder clip"].startswith("config.json cannot be read; got ")


def test_the_doctor_says_what_suits_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frame2frame.engine.suggest.gpus", tuple)
    said = doctor.diagnosis()["for this machine"]
    only = "tabletop only, which changes photographs only as a whole"
    assert said.startswith(f"{only}; cogvideox1.5-5b-i2v takes a GPU")


def test_a_chosen_model_that_is_gone_is_said_where_the_model_that_runs_stands() -> None:
    catalogue.choose("cogvideox-5b-i2v")
    assert "f2f models use tabletop" in doctor.diagnosis()["model that runs"]
