"""Carries out the container recipe without a container engine, as far as the recipe in packaging/container needs it.

recipe.py build CONTAINERFILE CONTEXT ROOT OUT   runs the instructions in the Debian root ROOT, which stands for the image that
                                                FROM names; writes OUT/image.json: User, WorkingDir, Cmd. To be run as root in a
                                                mount namespace of its own.
recipe.py compose FILE OUT                      resolves the variables as Compose does, from the environment; writes each of the
                                                configs to OUT/configs/ and a list of the services to OUT/services.json.
An instruction, a form of a variable or a reference that this does not know is an error.
"""
import json
import os
import re
import subprocess
import sys

import yaml


def instructions(path):
    with open(path) as lines:
        for number, line in enumerate(lines, 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            if line.endswith("\\"):
                sys.exit("%s:%d: continued lines are not known here" % (path, number))
            keyword, _, rest = line.partition(" ")
            yield number, keyword, rest.strip()


def run(root, context, rest):
    mounts = []
    while rest.startswith("--mount="):
        option, _, rest = rest.partition(" ")
        fields = dict(field.split("=", 1) for field in option[len("--mount="):].split(","))
        if fields.pop("type") != "bind":
            sys.exit("only bind mounts are known here: " + option)
        mounts.append((os.path.join(context, fields["source"]), root + fields["target"]))
    for source, target in mounts:
        os.mkdir(target)
        subprocess.run(["mount", "--bind", "-o", "ro", source, target], check=True)
    try:
        environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
        subprocess.run(["chroot", root, "/bin/sh", "-c", rest], check=True, env=environment, stdin=subprocess.DEVNULL)
    finally:
        for _, target in reversed(mounts):
            subprocess.run(["umount", target], check=True)
            os.rmdir(target)


def build(containerfile, context, root, out):
    image = {}
    for number, keyword, rest in instructions(containerfile):
        if keyword == "FROM":
            if not rest.endswith("/debian:bookworm-slim"):
                sys.exit("%s:%d: the root is not %s" % (containerfile, number, rest))
        elif keyword == "RUN":
            print("RUN " + rest, flush=True)
            run(root, context, rest)
        elif keyword == "USER":
            image["User"] = rest
        elif keyword == "WORKDIR":
            image["WorkingDir"] = rest
        elif keyword == "CMD":
            image["Cmd"] = json.loads(rest)
        elif keyword not in ("EXPOSE", "VOLUME", "STOPSIGNAL"):
            sys.exit("%s:%d: instruction %s is not known here" % (containerfile, number, keyword))
    with open(os.path.join(out, "image.json"), "w") as file:
        json.dump(image, file)


VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?:(?P<kind>:-|:\?)(?P<word>[^}]*))?\}|(?P<wrong>))")


def resolve(value):
    """Compose's ${NAME}, ${NAME:-default}, ${NAME:?message} and $$, in every text of the document."""
    if isinstance(value, dict):
        return {key: resolve(item) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item) for item in value]
    if not isinstance(value, str):
        return value

    def replace(match):
        if match["dollar"]:
            return "$"
        if match["wrong"] is not None:
            sys.exit("a form of variable that is not known here: " + value)
        found = os.environ.get(match["name"], "")
        if found:
            return found
        if match["kind"] == ":-":
            return match["word"]
        sys.exit("%s: %s" % (match["name"], match["word"] or "is not set"))

    return VARIABLE.sub(replace, value)


def compose(path, out):
    with open(path) as file:
        document = resolve(yaml.safe_load(file))
    services, configs = document["services"], document["configs"]
    for name, service in services.items():
        if "image" not in service:
            sys.exit("service %s has no image" % name)
        for before in service.get("depends_on", ()):
            if before not in services:
                sys.exit("service %s depends on %s, which is none" % (name, before))
        for config in service.get("configs", ()):
            if config["source"] not in configs:
                sys.exit("service %s uses the config %s, which is none" % (name, config["source"]))
        for volume in service.get("volumes", ()):
            if volume.split(":")[0] not in document["volumes"]:
                sys.exit("service %s uses the volume %s, which is none" % (name, volume))
    os.makedirs(os.path.join(out, "configs"), exist_ok=True)
    for name, config in configs.items():
        with open(os.path.join(out, "configs", name), "w") as file:
            file.write(config["content"])
    with open(os.path.join(out, "services.json"), "w") as file:
        json.dump(services, file)


if __name__ == "__main__":
    if sys.argv[1:2] == ["build"] and len(sys.argv) == 6:
        build(*sys.argv[2:])
    elif sys.argv[1:2] == ["compose"] and len(sys.argv) == 4:
        compose(*sys.argv[2:])
    else:
        sys.exit(__doc__)
