"""Content that comes in files: one document becomes a draft, a folder or a sheet of old articles an import."""
