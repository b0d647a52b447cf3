"""Targets that a loss ignores or refuses are sorted out before the first step.

A compiled loop computes with every number that it is given, and gives nan for one that a loss would
refuse. So, whichever loop trains, all targets are looked at before a loop is chosen, by what
`nn.losses` knows of its own losses. (What another loss refuses is said once a compiled run has come
to nan: `compiled`.)

Read next: `shards`.
"""

from functools import partial

from autograd import no_grad
from nn.losses import IGNORING, TARGET_CHECKS
from nn.module import Module, mode_kept
from nn.training.batch import Loss
from nn.training.data import Examples


def check_targets(model: Module, loss: Loss, **examples: Examples | None) -> None:
    """Refuse a target that a loss of `nn.losses` does not allow.

    Parameters
    ----------
    model : Module
        The length of its prediction of the first example counts for all.
    loss : callable
        Where it is none of those with a rule for targets, nothing is looked at. A
        ``functools.partial`` of one has its rule.
    **examples : pairs of (list of rows, list of targets), or None
        By what messages call them, such as ``training``.
    """
    options = loss.keywords if isinstance(loss, partial) else {}
    check = TARGET_CHECKS.get(loss.func if isinstance(loss, partial) else loss)
    if check is None or options.get("log_target"):  # a logarithm may be any number
        return
    for what, (rows, targets) in ((name, some) for name, some in examples.items() if some):
        with mode_kept(model), no_grad():
            model.eval()
            outputs = len(model.rows(rows[:1])[0])
        for number, target in enumerate(targets):
            try:
                check(outputs, target)
            except Exception as error:
                error.add_note(f"(in fit, {what} example {number}, whose target is {target!r})")
                raise


def counted(loss: Loss, given: Examples, what: str) -> Examples:
    """Leave out the examples whose target the loss ignores, so that a mean is over the others.

    Raises
    ------
    ValueError
        If none is left.
    """
    ignored = None
    if isinstance(loss, partial) and loss.func in IGNORING:
        ignored = loss.keywords.get("ignore_index")
    if ignored is None:
        return given
    kept = [(row, target) for row, target in zip(*given, strict=True) if target != ignored]
    if not kept:
        raise ValueError(
            f"every {what} example has the target {ignored}, which ignore_index={ignored} leaves "
            "out: none is left"
        )
    return [row for row, _ in kept], [target for _, target in kept]
