"""The roof: settings become a running service; the only place where keys, storage, web and network meet."""
