"""A pytest plugin that switches recording on, before anything of the package is imported; `suite_watch` empties it."""

from tracec.runtime import record

record.start()
