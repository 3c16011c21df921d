"""What happens: the world, its actors and the round."""
