"""The tables in README and docs say what the code says."""

import pytest

import tables
import wishes
from frame2frame.engine.models.known_models import MODELS


@pytest.mark.parametrize("page", tables.PAGES)
def test_a_page_has_its_tables_as_the_code_has_them(page: str) -> None:
    text = (tables.ROOT / page).read_text(encoding="utf-8")
    assert "<!-- table " in text
    assert tables.refreshed(text) == text, f"write them anew with: {tables.COMMAND}"


def test_a_table_that_was_changed_by_hand_is_written_anew_and_what_is_around_it_stays() -> None:
    page = "before\n<!-- table cards -->\n| nonsense |\n<!-- end of table cards -->\nafter\n"
    assert tables.refreshed(page) == page.replace("| nonsense |", tables.cards())


def test_the_tables_of_models_say_of_every_model_what_is_known_or_that_it_is_not() -> None:
    both = tables.models().splitlines()[2:], tables.clips().splitlines()[2:]
    for model, *rows in zip(MODELS.values(), *both, strict=True):
        for row in rows:
            cells = [cell.strip() for cell in row.strip("|").split("|")]
            assert cells[0] == f"`{model.name}`" and all(cells), row
        for said in (model.licence, model.terms, model.stated if not model.measured else "", model.clip):
            assert said in "".join(rows)


def test_the_keywords_of_a_caller_are_those_that_the_definitions_say() -> None:
    written = (tables.ROOT / tables.WISHES).read_text(encoding="utf-8")
    assert wishes.module() == written, f"write them anew with: {tables.COMMAND}"
