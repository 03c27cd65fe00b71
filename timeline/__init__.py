"""Everything that knows what a timeline is: exact time, plans of edits, the merge, and the one reader and writer."""
