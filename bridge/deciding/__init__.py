"""One lead's decision, whole: who it is (identify), what its records say (prepare), what is to be done (decide), and for all that are due (due)."""
