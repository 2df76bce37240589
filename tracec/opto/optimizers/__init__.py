"""Optimizers behind the old names."""

from tracec.opto.optimizers.opro import OPRO
from tracec.opto.optimizers.opro_v2 import OPROv2
from tracec.opto.optimizers.optoprime import OptoPrime
from tracec.opto.optimizers.optoprime_v2 import OptoPrimeV2
from tracec.opto.optimizers.optoprimemulti import OptoPrimeMulti
from tracec.opto.optimizers.textgrad import TextGrad

OptoPrimeV1 = OptoPrime

__all__ = ["OPRO", "OPROv2", "OptoPrime", "OptoPrimeMulti", "OptoPrimeV1", "OptoPrimeV2", "TextGrad"]
