"""The files that an admin keeps: desks, their agents and their customers, each read, checked as a whole, and built."""
