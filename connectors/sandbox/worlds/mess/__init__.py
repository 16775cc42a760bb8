"""What goes wrong with data on its way in, one file per family; ordinary contacts meet it by chance, the fixed ones stand in `data/landmarks/`."""
