"""Projections: what is done to a proposed value before it is taken."""

from tracec.opto.trace.projections.code_projections import BlackCodeFormatter, DocstringProjection
from tracec.opto.trace.projections.projections import Projection

__all__ = ["BlackCodeFormatter", "DocstringProjection", "Projection"]
