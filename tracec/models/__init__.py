"""Models: one is asked, a Reply or a Failure comes back, and what it cost is booked."""
