"""Not UTF-8."""
x = "ÿé"
