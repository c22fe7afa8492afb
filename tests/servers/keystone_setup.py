"""Fills a new Keystone: keystone_setup.py DIR AUTH_URL IMAGE_URL.

Asks the application in this very process, so that no server needs to run. Writes DIR/facts.
"""
import grp
import io
import json
import os
import pwd
import secrets
import sqlite3
import sys

directory, auth_url, image_url = sys.argv[1:]
config = os.path.join(directory, "keystone.conf")


def manage(*arguments):
    """Runs keystone-manage in a child, since it configures its whole process."""
    child = os.fork()
    if child == 0:
        sys.argv[:] = ["keystone-manage", "--config-file", config, *arguments]
        from keystone.cmd.manage import main
        main()
        os._exit(0)
    if os.waitpid(child, 0)[1] != 0:
        sys.exit("keystone-manage %s failed" % arguments[0])


password = secrets.token_hex(12)
# Keystone commits on one connection while another still reads: only with a write-ahead log does SQLite allow that.
sqlite3.connect(os.path.join(directory, "keystone.db")).execute("PRAGMA journal_mode=WAL")
manage("db_sync")
me = ("--keystone-user", pwd.getpwuid(os.getuid()).pw_name, "--keystone-group", grp.getgrgid(os.getgid()).gr_name)
manage("fernet_setup", *me)
manage("credential_setup", *me)
manage("bootstrap", "--bootstrap-password", password, "--bootstrap-region-id", "RegionOne",
       "--bootstrap-public-url", auth_url, "--bootstrap-internal-url", auth_url, "--bootstrap-admin-url", auth_url)

sys.argv[1:] = ["--config-file", config]
from keystone.server.wsgi import initialize_public_application  # noqa: E402 (reads sys.argv)
import keystone.conf  # noqa: E402

application = initialize_public_application()


def call(method, path, body=None, token=None):
    """One request; returns the answer's headers (lower case) and its document."""
    content = b"" if body is None else json.dumps(body).encode()
    answer = {}

    def start_response(status, headers, exc_info=None):
        answer["status"] = int(status.split()[0])
        answer["headers"] = {name.lower(): value for name, value in headers}

    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": "/v3" + path, "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(content)), "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(content), "wsgi.errors": sys.stderr,
        "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }
    if token:
        environ["HTTP_X_AUTH_TOKEN"] = token
    text = b"".join(application(environ, start_response))
    if answer["status"] >= 300:
        sys.exit("%s %s: %s %s" % (method, path, answer["status"], text.decode()))
    return answer["headers"], json.loads(text) if text else {}


def log_in(user, project):
    headers, _ = call("POST", "/auth/tokens", {"auth": {
        "identity": {"methods": ["password"], "password": {
            "user": {"name": user, "domain": {"id": "default"}, "password": password}}},
        "scope": {"project": {"name": project, "domain": {"id": "default"}}}}})
    return headers["x-subject-token"]


admin = log_in("admin", "admin")


def create(kind, plural, **fields):
    return call("POST", "/" + plural, {kind: fields}, admin)[1][kind]["id"]


roles = {role["name"]: role["id"] for role in call("GET", "/roles", token=admin)[1]["roles"]}
for name in ("service", "unrelated"):
    roles.setdefault(name, None)
    roles[name] = roles[name] or create("role", "roles", name=name)
projects = {name: create("project", "projects", name=name, domain_id="default") for name in ("service", "red", "blue")}

users = {}
for user, project, role in (
        ("glance", "service", "service"), ("nova", "service", "service"), ("plain", "service", "reader"),
        ("red_admin", "red", "admin"), ("red_member", "red", "member"), ("red_reader", "red", "reader"),
        ("red_norole", "red", "unrelated"), ("blue_member", "blue", "member"), ("blue_reader", "blue", "reader"),
        ("blue_norole", "blue", "unrelated")):
    users[user] = create("user", "users", name=user, password=password, domain_id="default")
    call("PUT", "/projects/%s/users/%s/roles/%s" % (projects[project], users[user], roles[role]), token=admin)
# Limits of all projects are shown to system readers only.
call("PUT", "/system/users/%s/roles/%s" % (users["glance"], roles["reader"]), token=admin)

image = create("service", "services", type="image", name="glance")
for interface in ("public", "internal", "admin"):
    endpoint = create("endpoint", "endpoints", service_id=image, interface=interface, region_id="RegionOne", url=image_url)
    if interface == "public":
        image_endpoint = endpoint

member = log_in("red_member", "red")


def application_credential(name, **more):
    path = "/users/%s/application_credentials" % users["red_member"]
    made = call("POST", path, {"application_credential": dict(name=name, **more)}, member)[1]["application_credential"]
    return made["id"], made["secret"]


plain_credential = application_credential("plain")
ruled_credential = application_credential("ruled", access_rules=[
    {"service": "image", "method": "GET", "path": "/v2/images"},
    {"service": "image", "method": "GET", "path": "/v2/images/{image_id}/file"}])

# A token that ends one second from now, which is over before any test can use it.
keystone.conf.CONF.set_override("expiration", 1, group="token")
expired = log_in("red_member", "red")

facts = {
    "OS_AUTH_URL": auth_url, "OS_IDENTITY_API_VERSION": "3", "OS_USERNAME": "admin", "OS_PASSWORD": password,
    "OS_PROJECT_NAME": "admin", "OS_USER_DOMAIN_NAME": "Default", "OS_PROJECT_DOMAIN_NAME": "Default",
    "OS_REGION_NAME": "RegionOne", "USER_PASSWORD": password, "IMAGE_URL": image_url,
    "IMAGE_SERVICE_ID": image, "IMAGE_ENDPOINT_ID": image_endpoint, "EXPIRED_TOKEN": expired,
    "APPLICATION_CREDENTIAL_ID": plain_credential[0], "APPLICATION_CREDENTIAL_SECRET": plain_credential[1],
    "RULED_CREDENTIAL_ID": ruled_credential[0], "RULED_CREDENTIAL_SECRET": ruled_credential[1],
}
facts.update(("PROJECT_%s_ID" % name.upper(), value) for name, value in projects.items())
facts.update(("USER_%s_ID" % name.upper(), value) for name, value in users.items())
with open(os.path.join(directory, "facts.new"), "w") as out:
    out.writelines("%s=%s\n" % item for item in facts.items())
os.rename(os.path.join(directory, "facts.new"), os.path.join(directory, "facts"))
