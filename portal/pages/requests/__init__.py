"""What units ask of the county: columns to be opened, exempted, merged or closed, and articles to be taken up."""
