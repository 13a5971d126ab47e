"""The pages for officers and operators: HTML from templates, plain links and forms underneath (DOMAIN A to F)."""
