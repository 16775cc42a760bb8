"""Where leadbridge lives (home, starter files), what it needs in both systems (setup), and what is missing there (doctor)."""
