"""The rows of a list as a sheet: columns, rows, the two file formats."""
