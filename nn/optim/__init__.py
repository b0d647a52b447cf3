"""Optimisers, and what goes with them.

Read in this order: `optimizer` (a rule, and the loop that applies it), `optimizers` (which way a
parameter moves, and how far), `groups` (parameters with options of their own), `schedules` (how
the learning rate falls in time), `cycles` (how it rises and falls), `plateau` (how it follows the
loss), `clipping` (what is done to gradients that are too long).
"""

from autograd.compiler.train.clipping import norm_factor
from nn.optim.clipping import clip_grad_norm, clip_grad_value, gradient_norm
from nn.optim.cycles import OneCycle, WarmUp
from nn.optim.groups import Groups
from nn.optim.optimizer import Optimizer
from nn.optim.optimizers import SGD, AdaGrad, Adam, AdamW, RMSProp
from nn.optim.plateau import ReduceOnPlateau
from nn.optim.schedules import (
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    LambdaDecay,
    MultiStep,
    Schedule,
    StepDecay,
)

__all__ = ["SGD", "AdaGrad", "Adam", "AdamW", "Groups", "Optimizer", "RMSProp"]
__all__ += ["CosineDecay", "ExponentialDecay", "InverseTimeDecay", "LambdaDecay", "MultiStep"]
__all__ += ["OneCycle", "ReduceOnPlateau", "Schedule", "StepDecay", "WarmUp"]
__all__ += ["clip_grad_norm", "clip_grad_value", "gradient_norm", "norm_factor"]
