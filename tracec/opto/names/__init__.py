"""This folder is put before all others where `import opto` is to give `tracec.opto`; nowhere else is it looked into."""
