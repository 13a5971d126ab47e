"""The Compose file on a real engine, with stand-ins under the names of images that can't be pulled (`make test-deploy`)."""
