"""Images of every kind through the Images API v2, for ./replace-walk. Standard library only.

    images.py FACTS make LIST      creates them, and remembers ids and digests in the file LIST
    images.py FACTS look OUT LIST  writes all that the API tells about them, as sorted JSON; downloads and compares every digest
    images.py FACTS change LIST    changes some, deletes one, adds one, and remembers
    images.py FACTS remove LIST    deletes them all

FACTS is what tests/servers/keystone.sh printed. Exits with 1 and a line that names the request where something fails.
"""

import hashlib
import json
import os
import sys
import urllib.error
import urllib.request

MEMBER = "0123456789abcdef0123456789abcdef"
SERVICE = "http://127.0.0.1:9292"
PATCH = "application/openstack-images-v2.1-json-patch"


def login(facts, project):
    """A token of the administrator for a project."""
    body = {
        "auth": {
            "identity": {
                "methods": ["password"],
                "password": {
                    "user": {
                        "name": facts["OS_USERNAME"],
                        "domain": {"id": "default"},
                        "password": facts["OS_PASSWORD"],
                    }
                },
            },
            "scope": {"project": {"name": project, "domain": {"id": "default"}}},
        }
    }
    request = urllib.request.Request(
        facts["OS_AUTH_URL"] + "/auth/tokens", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.headers["X-Subject-Token"]


class Images:
    def __init__(self, token):
        self.token = token

    def ask(self, method, path, body=None, kind="application/json", expect=(200, 201, 204)):
        data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
        headers = {"X-Auth-Token": self.token}
        if data is not None:
            headers["Content-Type"] = kind
        request = urllib.request.Request(SERVICE + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            status, text = refused.code, refused.read()
        if status not in expect:
            sys.exit(f"{method} {path}: {status} {text[:300]!r}")
        return text

    def json(self, method, path, body=None, **more):
        text = self.ask(method, path, body, **more)
        return json.loads(text) if text else None

    def create(self, known, data=None, **document):
        document = {"disk_format": "raw", "container_format": "bare", **document}
        image = self.json("POST", "/v2/images", document)["id"]
        if data is not None:
            self.ask("PUT", f"/v2/images/{image}/file", data, "application/octet-stream")
        known[image] = hashlib.sha512(data).hexdigest() if data is not None else None
        return image


def make(images, known):
    images.create(known, b"", name="empty")
    images.create(known, os.urandom(3_000_001), name="plain", min_disk=3, min_ram=128)
    images.create(
        known,
        os.urandom(70_000),
        name="Größe ☃ ",
        visibility="public",
        tags=["b", "a", "ü"],
        os_distro="debian",
        hw_disk_bus="virtio",
        long="x" * 5000,
        blank="",
    )
    images.create(known, name="queued", protected=True)
    images.create(known, os.urandom(10), name="community", visibility="community", os_hidden=True)
    shared = images.create(known, os.urandom(1000), name="shared", visibility="shared")
    images.json("POST", f"/v2/images/{shared}/members", {"member": MEMBER})
    off = images.create(known, os.urandom(99), name="off")
    images.ask("POST", f"/v2/images/{off}/actions/deactivate")
    images.create({}, os.urandom(99), name="deleted")
    for image in listed(images, "?name=deleted"):
        images.ask("DELETE", "/v2/images/" + image["id"])


def change(images, known):
    by_name = {image["name"]: image["id"] for image in listed(images, "")}
    patch = [
        {"op": "replace", "path": "/name", "value": "plain, renamed"},
        {"op": "add", "path": "/added", "value": "by the other"},
        {"op": "replace", "path": "/tags", "value": ["new"]},
    ]
    images.ask("PATCH", "/v2/images/" + by_name["plain"], patch, PATCH)
    gone = [{"op": "remove", "path": "/os_distro"}, {"op": "replace", "path": "/visibility", "value": "private"}]
    images.ask("PATCH", "/v2/images/" + by_name["Größe ☃ "], gone, PATCH)
    images.ask("POST", f"/v2/images/{by_name['off']}/actions/reactivate")
    images.ask("DELETE", "/v2/images/" + by_name["empty"])
    del known[by_name["empty"]]
    data = os.urandom(12_345)
    images.ask("PUT", f"/v2/images/{by_name['queued']}/file", data, "application/octet-stream")
    known[by_name["queued"]] = hashlib.sha512(data).hexdigest()
    images.create(known, os.urandom(2_000_000), name="added", visibility="community", tags=["t"], k="v")
    images.ask("DELETE", f"/v2/images/{by_name['shared']}/members/{MEMBER}")


def listed(images, query):
    found, path = [], "/v2/images" + query
    while path:
        page = images.json("GET", path)
        found += page["images"]
        path = page.get("next")
    return found


def look(images, known, out):
    everything = {"images": [], "members": {}, "lists": {}}
    for image in sorted(known):
        document = images.json("GET", "/v2/images/" + image)
        document["tags"].sort()  # in no order
        everything["images"].append(document)
        if document["visibility"] == "shared":
            everything["members"][image] = images.json("GET", f"/v2/images/{image}/members")
        if known[image] is None:
            images.ask("GET", f"/v2/images/{image}/file", expect=(204,))
        elif document["status"] == "deactivated":
            continue
        elif hashlib.sha512(images.ask("GET", f"/v2/images/{image}/file")).hexdigest() != known[image]:
            sys.exit(f"GET /v2/images/{image}/file: other bytes than were stored")
    for query in ("?limit=2", "?sort=name:asc,size:desc", "?tag=a", "?os_hidden=true", "?visibility=community", "?size_min=1000"):
        everything["lists"][query] = [image["id"] for image in listed(images, query)]
    with open(out, "w", encoding="utf-8") as file:
        json.dump(everything, file, indent=1, sort_keys=True, ensure_ascii=False)
        file.write("\n")


def remove(images, known):
    for image in sorted(known):
        if images.json("GET", "/v2/images/" + image)["protected"]:
            patch = [{"op": "replace", "path": "/protected", "value": False}]
            images.ask("PATCH", "/v2/images/" + image, patch, PATCH)
        images.ask("DELETE", "/v2/images/" + image)


def main(facts_file, what, *files):
    with open(facts_file, encoding="utf-8") as lines:
        facts = dict(line.rstrip("\n").split("=", 1) for line in lines if "=" in line)
    images = Images(login(facts, facts["OS_PROJECT_NAME"]))
    remembered = files[-1]
    known = {}
    if what != "make":
        with open(remembered, encoding="utf-8") as file:
            known = json.load(file)
    if what == "make":
        make(images, known)
    elif what == "look":
        look(images, known, files[0])
    elif what == "change":
        change(images, known)
    elif what == "remove":
        remove(images, known)
    else:
        sys.exit(__doc__)
    with open(remembered, "w", encoding="utf-8") as file:
        json.dump(known, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
