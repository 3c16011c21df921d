"""What moves as one or two parameters take one value after another."""
