"""Reading a training run: its history, pictures of it, and a diagnosis.

Read in this order: `axes`, `history`, `diagnosis`, `layers`, `plots`.
"""

from nn.diagnostics.diagnosis import Diagnosis, diagnose
from nn.diagnostics.history import History, learning_curves
from nn.diagnostics.layers import layer_activations, layer_gradient_norms
from nn.diagnostics.plots import (
    plot_activations,
    plot_decision_boundary,
    plot_descent_on_contours,
    plot_descent_on_curve,
    plot_gradient_norms,
)

__all__ = ["Diagnosis", "History", "diagnose", "learning_curves"]
__all__ += ["layer_activations", "layer_gradient_norms", "plot_activations", "plot_gradient_norms"]
__all__ += ["plot_decision_boundary", "plot_descent_on_contours", "plot_descent_on_curve"]
