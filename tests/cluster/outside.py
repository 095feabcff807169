"""What plays the world outside of the cluster: a web server of the test, and the programs of images."""

import gzip
import http.server
import io
import os
import re
import tarfile
import threading
import urllib.request

from harness import FOLDER, REPO


class Web:
    """An HTTP server on the loopback. It gives away what `files` has by path, keeps what is put there, and knows what was asked.

    `answers` has functions by method and path, that take a body and give a status and a text; they come first.
    """

    def __init__(self, files=None, answers=None):
        self.files = {path: text.encode() for path, text in (files or {}).items()}
        self.answers = answers or {}
        self.requests = []  # (method, path, headers, body)
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                web.requests.append((self.command, self.path, dict(self.headers), body))
                status, text = web.answer(self.command, self.path, body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(b"" if self.command == "HEAD" else text)

            do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, method, path, body):
        if (method, path) in self.answers:
            status, text = self.answers[method, path](body)
            return status, text.encode()
        if method == "PUT":
            self.files[path] = body
            return 200, b""
        if method == "GET" and path in self.files:
            return 200, self.files[path]
        return 404, b""

    def asked(self, method, path):
        """The bodies of the requests of a method and path, in order."""
        return [body.decode() for at, where, _, body in self.requests if (at, where) == (method, path)]


def programs(namespace, texts):
    """Gives the containers of a namespace programs, as an image would bring them. They come first in the PATH.

    A name with a folder, such as `python/torch.py`, is a file beside them.
    """
    folder = FOLDER / "standin/programs" / namespace
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755)


def printed(cluster, namespace, pod="*"):
    """The lines that the steps of Argo have printed, without those of Argo's executor."""
    return [line for line in cluster.logs(namespace, pod, "main").splitlines() if not line.startswith("time=")]


def s3():
    """The address of the cluster's S3 server."""
    return f"127.0.0.1:{9000 + int(os.environ.get('ARGOT_CLUSTER_OFFSET') or 1000)}"


def stored(key, body=None):
    """What the S3 server has under a key of its bucket, unpacked if it is one file in an archive; or puts a text there."""
    request = urllib.request.Request(f"http://{s3()}/argo/{key}", body and body.encode(), method="PUT" if body else "GET")
    with urllib.request.urlopen(request, timeout=20) as response:
        content = response.read()
    if content[:2] == b"\x1f\x8b":
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(content))) as archive:
            (member,) = [member for member in archive.getmembers() if member.isfile()]
            content = archive.extractfile(member).read()
    return content.decode()


def artifact(run, task, name):
    """The content of an output artifact."""
    return stored(run.nodes[task]["outputs"][name]["artifact"])


def local_s3(text):
    """A manifest whose buckets are those of the cluster's S3 server, opened with the keys of the namespace."""
    keys = "accessKeySecret: {name: s3, key: accesskey}\nsecretKeySecret: {name: s3, key: secretkey}\ninsecure: true"
    text = text.replace("endpoint: s3.amazonaws.com", f"endpoint: {s3()}")
    return re.sub(r"^( +)useSDKCreds: true$", lambda found: "\n".join(found[1] + line for line in keys.split("\n")), text, flags=re.M)


def pages_role(namespace):
    """The Role and RoleBinding that the page of the target gives, for a namespace."""
    page = (REPO / "docs/targets/argo.md").read_text()
    return re.search(r"```yaml\n(apiVersion: rbac.*?)```", page, re.S)[1].replace("name: argo-configmaps\n  namespace: argo", f"name: argo-configmaps\n  namespace: {namespace}")


def give_rights(cluster, namespace):
    """Lets the controller make ConfigMaps in a namespace, as the page says."""
    cluster.kubectl("apply", "-f", "-", stdin=pages_role(namespace))
    asked = ("auth", "can-i", "create", "configmaps", "--as=system:serviceaccount:argo:argo", "-n", namespace)
    cluster.wait("the rights of the controller", lambda: cluster.kubectl(*asked, check=False).stdout.strip() == "yes")
