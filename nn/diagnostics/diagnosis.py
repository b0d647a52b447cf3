"""What the history of a training run says about the model: bias, variance, and what helps.

Read next: `layers`.
"""

import math
from dataclasses import dataclass

from nn.diagnostics.history import History


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the errors on training and validation examples say about a model.

    Attributes
    ----------
    case : str
        "high bias", "high variance", "high bias and high variance" or "good fit".
    rule : str
        The comparison that led there, with its numbers.
    advice : str
        What usually helps.
    """

    case: str
    rule: str
    advice: str

    def __str__(self) -> str:
        return f"{self.case}: {self.rule}. {self.advice}"


_ADVICE = {
    "high bias": "Against bias: a larger network, longer training, another architecture.",
    "high variance": "Against variance: more examples, L2 or dropout, early stopping, a smaller "
    "network.",
}


def diagnose(
    history: History, *, acceptable: float | None = None, gap: float | None = None
) -> Diagnosis:
    """Name the case that training and validation error show: bias is the first, variance the gap.

    Parameters
    ----------
    history : History
        With validation losses.
    acceptable : float, optional
        The training loss up to which the model counts as having learnt the examples, such as the
        error of people or of the best known model. By default a fifth of the scale below.
    gap : float, optional
        By how much the validation loss may exceed the training loss. By default a tenth of it.

    Returns
    -------
    Diagnosis

    Raises
    ------
    ValueError
        If the history has no validation losses.

    Notes
    -----
    The rule reads the last epoch, or the one whose weights early stopping brought back: a training
    loss above `acceptable` is high bias, a validation loss that exceeds the training loss by more
    than `gap` is high variance; both may hold. Losses have no scale of their own. The defaults take
    that of knowing nothing: the loss of the first epoch, or of guessing (`History.guess_loss`),
    whichever is less.

    Examples
    --------
    >>> from nn.diagnostics import History, diagnose
    >>> history = History(losses=[0.7, 0.3, 0.01], validation_losses=[0.7, 0.5, 0.6])
    >>> print(diagnose(history).case)
    high variance
    """
    loss, validation_loss = history.last
    if validation_loss is None:
        raise ValueError("a diagnosis compares with validation losses: pass validation= to fit")
    guess = math.inf if history.guess_loss is None else history.guess_loss
    scale = min(history.losses[0], guess)
    acceptable = 0.2 * scale if acceptable is None else acceptable
    gap = 0.1 * scale if gap is None else gap
    high_bias, high_variance = loss > acceptable, validation_loss - loss > gap
    rule = (
        f"training loss {loss:.4g} {'>' if high_bias else '≤'} {acceptable:.4g}, "
        f"validation loss {validation_loss:.4g} - {loss:.4g} "
        f"{'>' if high_variance else '≤'} {gap:.4g}"
    )
    found = [case for case, holds in zip(_ADVICE, (high_bias, high_variance), strict=True) if holds]
    if not found:
        return Diagnosis("good fit", rule, "Now measure the error on test examples, once.")
    return Diagnosis(" and ".join(found), rule, " ".join(_ADVICE[case] for case in found))
