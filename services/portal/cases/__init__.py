"""Cases as the portal reads them: lists, views, comparisons, live news, and the commands it sends for them."""
