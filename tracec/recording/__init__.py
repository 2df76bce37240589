"""Programs are instrumented, run and recorded; logs are merged and kept."""
