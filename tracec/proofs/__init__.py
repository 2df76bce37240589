"""Before a change is called found: it is compared, chosen among others, and confirmed in a fresh process."""
