"""What a strategy tells a model beside what is known of the program: other programs, lessons, how to go about it."""
