"""The guest is a process that holds the collected tests and forks a child for each request."""
