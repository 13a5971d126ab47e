"""Who may do what at the broker and in the bucket: tables, and what RabbitMQ and MinIO read of them."""
