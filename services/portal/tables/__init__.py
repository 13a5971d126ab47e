"""Lists to take along, as CSV and as a workbook (.xlsx): sent while they are read, so that any length takes little memory."""
