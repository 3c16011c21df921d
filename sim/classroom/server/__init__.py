"""Where the classroom is reached: sockets, addresses, and a server that stops quietly."""
