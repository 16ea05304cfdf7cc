"""Everything that stands in front of the script: document, headers, compression, own files, first start."""
