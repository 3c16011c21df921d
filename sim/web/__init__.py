"""What served pages share: the socket, safety, rates, secrets, forms, streams, files."""
