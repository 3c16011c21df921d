"""The room in the browser: pages for students and their teacher, and their safety."""
