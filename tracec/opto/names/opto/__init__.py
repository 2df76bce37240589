"""`import opto` -> `tracec.opto`, in a process that has the folder around on its path."""

import sys

import tracec.opto
from tracec.opto import alias

alias.install()
sys.modules["opto"] = tracec.opto
