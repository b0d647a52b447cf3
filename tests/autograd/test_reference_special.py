"""Each text stands for a row of the modules by formulas; `test_reference` runs the examples."""

from __future__ import annotations

from autograd import angles, gammas, integrals, logarithms, normal
from autograd.operation import TABLE
from autograd.reference import DOCUMENTATION
from autograd.reference_special import SPECIAL


def test_every_text_belongs_to_a_row_of_these_modules() -> None:
    homes = [vars(module) for module in (angles, gammas, integrals, logarithms, normal)]
    for name in SPECIAL:
        assert any(home.get(name).operation is TABLE[name] for home in homes if name in home)
        assert DOCUMENTATION[name] is SPECIAL[name]
