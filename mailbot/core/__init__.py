"""What mailbot knows and decides: no I/O, no clock, no randomness; facts in, frozen data out."""
