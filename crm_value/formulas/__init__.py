"""Standard library only: numbers in, numbers out."""
