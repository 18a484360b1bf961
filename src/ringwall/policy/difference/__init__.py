"""What differs between two bundles, and which cases notice."""
