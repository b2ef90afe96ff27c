"""What staff read besides the tree: directory, feeds, "this page has a problem", whole pages from a cache."""
