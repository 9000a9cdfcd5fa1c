"""The set-up of `.venv`: everything but the network and the installing itself."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tomllib
from pathlib import Path

import pytest

import download
import environment
import lock
import python_version
from download import Download, SetUpError, Torch
from environment import Environment

LOCK = download.ROOT / "lock"
PINNED = re.compile(r"^[a-z0-9-]+==\S+(?: ; .+)? \\$")
LINUX = "linux-x86_64-3.11"


def report_on_torch(file: str, *needs: str, sha256: str = "5a1e") -> bytes:
    """What pip reports on a build of torch, cut down to the parts that are read."""
    info = {
        "url": f"file:///wheels/{file.replace('+', '%2B')}",
        "archive_info": {"hashes": {"sha256": sha256}},
    }
    return json.dumps({"install": [{"download_info": info, "metadata": {"requires_dist": needs}}]}).encode()


def test_a_python_that_is_too_old_is_refused_and_one_beyond_the_lock_is_only_mentioned() -> None:
    assert "needs Python 3.11" in python_version.verdict((3, 10))
    assert python_version.verdict((3, 11)) == python_version.verdict((3, 14)) == ""
    assert python_version.verdict((3, 15)).startswith(
        "Note: the packages are chosen for Python 3.11 to 3.14;"
    )


def test_the_lock_the_package_and_the_pages_name_the_same_pythons() -> None:
    project = tomllib.loads((download.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = re.findall(r"Python :: (\d)\.(\d+)", "\n".join(project["classifiers"]))
    assert [(int(major), int(minor)) for major, minor in named] == list(lock.PYTHONS)
    assert (lock.PYTHONS[0], lock.PYTHONS[-1]) == (python_version.OLDEST, python_version.NEWEST)
    for page in ("README.md", "CONTRIBUTING.md"):
        assert "Python 3.11 to 3.14" in (download.ROOT / page).read_text("utf-8")


def test_locking_again_keeps_every_version_that_the_lock_has() -> None:
    pins = lock.present()
    lines = [line for file in LOCK.glob("*.txt") for line in file.read_text("utf-8").splitlines()]
    assert len(pins) == sum("==" in line for line in lines)
    assert f"{environment.pinned_torch()}" in pins
    assert "colorama==0.4.6 ; sys_platform == 'win32'" in pins
    project = (download.ROOT / "pyproject.toml").read_text("utf-8")
    own = tomllib.loads(project)["tool"]["uv"]["constraint-dependencies"]
    read = tomllib.loads(lock.constrained(project, pins))["tool"]["uv"]["constraint-dependencies"]
    assert read == [*pins, *own]


@pytest.mark.parametrize("part", ["base", "cuda", "dev", "docs"])
def test_a_lock_file_pins_every_package_with_hashes(part: str) -> None:
    lines = environment.lock_text(part).splitlines()[1:]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if not line.startswith("    --hash=sha256:"):
            assert PINNED.match(line), line
            assert following.startswith("    --hash=sha256:"), line


def test_no_lock_file_names_a_place_to_download_from() -> None:
    for file in LOCK.iterdir():
        assert not re.search(r"://|index-url|find-links|\.(org|com|io)\b", file.read_text("utf-8")), file.name


def test_the_lock_covers_what_pyproject_asks_for() -> None:
    project = tomllib.loads((download.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [
        need
        for name, needs in project["optional-dependencies"].items()
        if name not in ("cuda", "docs")
        for need in needs
    ]
    docs = project["optional-dependencies"]["docs"]
    for part, needs in {"base": project["dependencies"], "dev": extras, "docs": docs}.items():
        pinned = set(re.findall(r"^([a-z0-9-]+)==", environment.lock_text(part), re.MULTILINE))
        assert {re.split(r"[^a-z0-9-]", need)[0] for need in needs} - {"frame2frame"} <= pinned


def test_sizes_are_known_for_every_system_and_python() -> None:
    for system in ("linux-x86_64", "linux-aarch64", "macos-arm64", "windows-amd64"):
        for minor in (11, 12, 13, 14):
            sizes = download.listed(f"{system}-3.{minor}")
            assert sizes["base"] > 0 and sizes["dev"] > 0 and sizes["torch"] > 0
            assert (sizes["cuda"] > 0) == system.startswith("linux")


def test_a_computer_is_named_alike_whatever_its_system_calls_itself() -> None:
    assert download.computer("Windows", "AMD64", (3, 12)) == "windows-amd64-3.12"
    assert download.computer("Darwin", "arm64", (3, 13)) == "macos-arm64-3.13"
    assert download.computer("Linux", "x86_64", (3, 99)) == "linux-x86_64-3.14"


def test_a_computer_without_packages_is_told_which_have_them() -> None:
    with pytest.raises(SetUpError, match=r"got macos-x86_64-3\.11; they exist for linux-aarch64, "):
        download.listed("macos-x86_64-3.11")


def test_cuda_is_counted_only_where_torch_needs_it() -> None:
    sizes = download.listed(LINUX)
    cpu = Torch("torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl", needs_cuda=False)
    usual = Torch("torch-2.13.0-cp311-cp311-manylinux_2_28_x86_64.whl", needs_cuda=True)
    assert download.expected(("base",), cpu, sizes) == Download(sizes["base"] + sizes[cpu.file])
    assert download.expected(("base",), usual, sizes).cuda == sizes["cuda"]
    assert download.expected(("base",), None, sizes) == download.expected(("base",), usual, sizes)


def test_adding_the_tests_to_the_demo_downloads_only_what_is_new() -> None:
    sizes = download.listed(LINUX)
    assert download.expected(("dev",), None, sizes) == Download(sizes["dev"])


def test_the_announcement_says_the_download_the_disk_and_what_is_free() -> None:
    line = Download(400_000_000, 2_000_000_000).announce(free=50_000_000_000)
    assert "2.4 GB to download, 2.0 GB of it for CUDA" in line
    assert "4.8 GB of disk, 9.6 GB while it works; 50.0 GB are free" in line


def test_too_little_room_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SetUpError, match="too little room") as refusal:
        download.make_sure_of_room(Download(shutil.disk_usage(tmp_path).total), tmp_path)
    assert "\n" not in str(refusal.value)


def test_pips_report_tells_the_build_of_torch() -> None:
    file = "torch-2.13.0+cpu-cp311-cp311-linux_x86_64.whl"
    build = environment.torch_build(report_on_torch(file, "sympy", "jinja2"), allowed="sha256:5a1e")
    assert build == Torch(file, needs_cuda=False)
    assert build.version == "2.13.0+cpu"


@pytest.mark.skipif(sys.platform != "linux", reason="only torch for Linux has its CUDA in packages")
def test_a_torch_that_asks_for_cuda_is_recognised() -> None:
    report = report_on_torch("torch-2.13.0-cp311-cp311-linux_x86_64.whl", "sympy", "nvidia-nccl-cu13==2.29.7")
    build = environment.torch_build(report, allowed="sha256:5a1e")
    assert build is not None and build.needs_cuda


@pytest.mark.parametrize(
    "report", [b"", b"[]", b'{"install": []}', report_on_torch("torch.whl", sha256="bad")]
)
def test_a_report_that_cannot_be_used_leaves_the_build_open(report: bytes) -> None:
    assert environment.torch_build(report, allowed="sha256:5a1e") is None


def test_the_build_that_was_announced_is_the_one_that_is_installed() -> None:
    torch = Torch("torch-2.13.0+cpu-cp311-cp311-linux_x86_64.whl", needs_cuda=False)
    lock = environment.with_torch(environment.lock_text("base"), torch)
    assert re.findall(r"^torch==(\S+)", lock, re.MULTILINE) == ["2.13.0+cpu"]
    assert environment.with_torch(lock, None) == lock


WANTED = {"python": "3.11", "folder": "here", "base": "a", "dev": "b", "project": "c"}


@pytest.mark.parametrize(
    ("found", "steps"),
    [
        (WANTED, ()),
        ({**WANTED, "another": "d"}, ()),
        ({}, ("anew", "base", "dev", "project")),
        ({**WANTED, "python": "3.12"}, ("anew", "base", "dev", "project")),
        ({**WANTED, "folder": "there"}, ("anew", "base", "dev", "project")),
        ({**WANTED, "base": "old"}, ("anew", "base", "dev", "project")),
        ({**WANTED, "project": "old"}, ("project",)),
        ({name: WANTED[name] for name in ("python", "folder", "base", "project")}, ("dev",)),
    ],
)
def test_only_what_is_missing_is_done(found: dict[str, str], steps: tuple[str, ...]) -> None:
    assert environment.missing(found, WANTED) == steps


def test_the_environment_is_made_from_the_lock_the_project_and_this_python() -> None:
    stamp = environment.wanted_stamp(("base", "dev"))
    assert list(stamp) == ["python", "folder", "base", "dev", "project"]
    assert stamp["python"] == f"{sys.version_info[0]}.{sys.version_info[1]}"


def test_an_environment_that_was_not_finished_counts_as_absent(tmp_path: Path) -> None:
    unfinished = Environment(tmp_path)
    assert unfinished.stamp() == {}
    unfinished.write_stamp(WANTED)
    assert unfinished.stamp() == {}, "its Python is missing"
    unfinished.stamp_file.write_text("{", "utf-8")
    assert unfinished.stamp() == {}


def test_an_environment_that_someone_else_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("kept", "utf-8")
    with pytest.raises(SetUpError, match="not of our making"):
        Environment(tmp_path).create()
    assert (tmp_path / "precious").read_text("utf-8") == "kept"


def test_a_program_passes_its_exit_code_on() -> None:
    assert environment.run([sys.executable, "-c", "raise SystemExit(3)"]) == 3
