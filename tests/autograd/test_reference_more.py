"""Each text stands for a row of `elementary` or `special`; `test_reference` runs the examples."""

from __future__ import annotations

from autograd import elementary, special
from autograd.operation import TABLE
from autograd.reference import DOCUMENTATION
from autograd.reference_more import MORE


def test_every_text_belongs_to_a_row_of_the_two_modules() -> None:
    for name in MORE:
        public = vars(elementary).get(name) or vars(special)[name]
        assert public.operation is TABLE[name]
        assert DOCUMENTATION[name] is MORE[name]
