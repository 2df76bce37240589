"""The recorder in C is optional: where it cannot be compiled, tracec records in pure Python."""

from setuptools import Extension, setup

setup(ext_modules=[Extension("tracec.runtime._recorder", ["runtime/_recorder.c"], optional=True)])
