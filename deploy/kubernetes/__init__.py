"""Manifests for Kubernetes, and the Secrets for trying them out."""
