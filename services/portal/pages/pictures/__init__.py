"""Pictures drawn on the server: where everything stands is worked out here, templates draw it as SVG."""
