"""Dead letters: messages that a service could not take, kept where they can be read, and put back into their queue."""
