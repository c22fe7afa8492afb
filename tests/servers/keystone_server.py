"""Serves Keystone with one thread per request: keystone_server.py CONFIG PORT."""
import socketserver
import sys
from wsgiref import simple_server


class Server(socketserver.ThreadingMixIn, simple_server.WSGIServer):
    daemon_threads = True
    request_queue_size = 128


class Quiet(simple_server.WSGIRequestHandler):
    def log_message(self, *args):
        pass


config, port = sys.argv[1:]
sys.argv[1:] = ["--config-file", config]
from keystone.server.wsgi import initialize_public_application  # noqa: E402 (reads sys.argv)

application = initialize_public_application()
simple_server.make_server("127.0.0.1", int(port), application, Server, Quiet).serve_forever()
