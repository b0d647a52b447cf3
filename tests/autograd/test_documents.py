"""Documents: what is written comes back, and nothing else is taken.

More stands in the tests of saved models and programs.
"""

from __future__ import annotations

import os
from math import inf, nan

import pytest

from autograd.documents import from_json, read_document, short, to_json, write_document


def test_what_is_written_comes_back(tmp_path):
    path = tmp_path / "a.json"
    write_document(path, "form", 3, {"numbers": to_json([0.1, (-0.0, inf), -inf, nan])})
    document, _ = read_document(path, "form", 3, "a form")
    numbers = from_json(document["numbers"])
    assert repr(numbers) == "[0.1, [-0.0, inf], -inf, nan]"


def test_what_is_written_is_on_the_disk_before_the_old_file_goes(tmp_path, monkeypatch):
    sizes = []
    monkeypatch.setattr(os, "fsync", lambda number: sizes.append(os.fstat(number).st_size))
    write_document(tmp_path / "a.json", "form", 1, {})
    assert sizes == [(tmp_path / "a.json").stat().st_size]


def test_a_word_that_is_no_number_stays():
    assert from_json(["inf", "two"]) == [inf, "two"]
    assert from_json([{"a": [1]}, None, True]) == [{"a": [1]}, None, True]


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.json"
    write_document(path, "form", 1, {"a": 1})
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_document(path, "form", 1, {"a": nan})
    assert os.listdir(tmp_path) == ["a.json"]
    assert read_document(path, "form", 1, "a form")[0]["a"] == 1
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        write_document(tmp_path / "none" / "a.json", "form", 1, {})


def test_long_things_are_cut():
    assert short("x" * 100) == f"'{'x' * 39}…"
    assert short("x" * 38) == f"'{'x' * 38}'"  # of 40 characters, with the quotation marks
    assert short("x" * 39) == f"'{'x' * 39}…"


def test_without_an_indent_there_are_no_blanks_and_with_one_there_are(tmp_path):
    path = tmp_path / "a.json"
    write_document(path, "form", 1, {"a": [1, 2]})
    assert path.read_text(encoding="utf-8") == '{"format":"form","version":1,"a":[1,2]}\n'
    write_document(path, "form", 1, {"a": 1}, indent=1)
    assert path.read_text(encoding="utf-8") == '{\n "format": "form",\n "version": 1,\n "a": 1\n}\n'


@pytest.mark.parametrize("indent", [None, 2])
def test_lines_after_the_document_are_left_as_they_are(indent, tmp_path):
    path = tmp_path / "a.json"
    write_document(path, "form", 1, {"a": [1]}, lines=["one two\n", [3]])
    assert read_document(path, "form", 1, "a form")[1] == ['"one two\\n"', "[3]"]
    write_document(path, "form", 1, {"a": [1]}, indent=indent)
    assert read_document(path, "form", 1, "a form")[1] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"format": ', "not complete JSON"),
        ("[" * 100_000, "not complete JSON"),
        ("[1, 2]", 'not a form: there is no "format": "form"'),
        ('{"format": "other", "version": 3}', 'not a form: there is no "format": "form"'),
        ('{"format": "form", "version": 4}', "has version 4, and this program reads version 3"),
        ('{"format": "form"}', "has version None, and this program reads version 3"),
    ],
)
def test_what_is_something_else_is_refused(tmp_path, text, message):
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        read_document(path, "form", 3, "a form")
