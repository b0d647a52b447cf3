"""Members of the families of special functions, for tests that go over the whole table."""

from __future__ import annotations

MEMBERS: dict[str, tuple[tuple[float, ...], ...]] = {
    "dawson": ((0.0,), (2.0,)),
    "zeta": ((2.5,),),
    "gamma_density": ((2.5,),),
    "gammainc": ((2.5, 0.0), (2.5, 1.0)),
    "expn": ((1.0,), (3.0,)),
    "elliptic": ((0.0, 0.0), (1.0, 1.0)),
    "bessel_j": ((0.0,), (3.0,)),
    "bessel_y": ((0.0,), (2.0,)),
    "bessel_i": ((0.0,), (3.0,)),
    "bessel_ie": ((1.0, 0.0), (0.0, 1.0)),
    "bessel_k": ((0.0,), (2.0,)),
}
"""The fixed numbers of each member, by the family's name."""
