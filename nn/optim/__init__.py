"""Optimisers, and what goes with them.

Read in this order: `optimizers` (which way a parameter moves, and how far), `schedules` (how the
learning rate changes in time), `clipping` (what is done to gradients that are too long).
"""

from autograd.compiler.train.clipping import norm_factor
from nn.optim.clipping import clip_grad_norm, clip_grad_value, gradient_norm
from nn.optim.optimizers import SGD, AdaGrad, Adam, AdamW, Optimizer, RMSProp
from nn.optim.schedules import CosineDecay, ExponentialDecay, InverseTimeDecay, Schedule, StepDecay

__all__ = ["SGD", "AdaGrad", "Adam", "AdamW", "Optimizer", "RMSProp"]
__all__ += ["CosineDecay", "ExponentialDecay", "InverseTimeDecay", "Schedule", "StepDecay"]
__all__ += ["clip_grad_norm", "clip_grad_value", "gradient_norm", "norm_factor"]
