"""A hub and one node with cameras, as the benchmarks use them: release builds, in a folder that goes with them."""
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PASSWORD = "measure-only-1"
SERVER = """
import sys
import gi
gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer
Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(sys.argv[1])
for number in range(int(sys.argv[3])):
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f'( filesrc location="{sys.argv[2]}" ! matroskademux ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=-1 )')
    server.get_mount_points().add_factory(f"/{number}", factory)
server.attach(None)
GLib.MainLoop().run()
"""


def build():
    """Builds both programs, unless VIGILAR_BIN names a folder that has them.

    Returns the folder that they are in."""
    if os.environ.get("VIGILAR_BIN"):
        return os.environ["VIGILAR_BIN"]
    command = ["swift", "build", "-c", "release"]
    for product in ("vigilar-hub", "vigilar-edge"):
        subprocess.run([*command, "--product", product], cwd=ROOT, check=True, stdout=sys.stderr)
    return subprocess.run([*command, "--show-bin-path"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, condition, seconds=60):
    """Returns what the condition found."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            sys.exit(f"error: {what} does not come")
        time.sleep(0.1)
    return found


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Installation:
    """Runs between `with` and its end. `clip` is an H.264 file, which every camera plays; `settings` are lines of TOML for each.

    Cameras are there over RTSP, from a file in Matroska; with `over_rtsp` false the node reads the file itself, which may be of any kind.
    `models` is a folder with what the node sees with; without it motion only is seen.
    `port` is the hub's, `pid` its process, `cookie` an administrator's session."""

    def __init__(self, programs, clip, cameras, settings="", over_rtsp=True, models=None):
        self.programs, self.clip, self.cameras, self.settings, self.over_rtsp = programs, clip, cameras, settings, over_rtsp
        self.models = models
        self.folder = tempfile.mkdtemp(prefix="vigilar-bench-")
        self.children = []
        self.port, self.metrics_port = free_port(), free_port()
        self.cookie, self.pid = "", 0

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for child in reversed(self.children):
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def check(self):
        """Ends the benchmark where something has ended that should not."""
        for child in self.children:
            if child.poll() is not None:
                sys.exit(f"error: {child.args[0]} ended by itself")

    def request(self, path, method="GET"):
        """Asks the hub as the administrator.

        Returns the answer and its body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, headers={"Cookie": self.cookie})
        answer = connection.getresponse()
        return answer, answer.read()

    def node_metric(self, name):
        return sum(self.node_metrics(name))

    def node_metrics(self, name):
        """All values of a figure, of each camera's for one that is by camera."""
        connection = http.client.HTTPConnection("127.0.0.1", self.metrics_port, timeout=10)
        connection.request("GET", "/metrics")
        lines = connection.getresponse().read().decode().splitlines()
        return [float(line.split()[-1]) for line in lines if line.split("{")[0].split(" ")[0] == name]

    def _run(self, *words, **environment):
        self.children.append(subprocess.Popen(
            words, env=dict(os.environ, **environment), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        return self.children[-1].pid

    def _start(self):
        tls_port, broker_port, rtsp_port = free_port(), free_port(), free_port()
        if self.over_rtsp:
            self._run("/usr/bin/python3", "-c", SERVER, str(rtsp_port), self.clip, str(self.cameras))
        self.pid = self._run(
            f"{self.programs}/vigilar-hub", "serve", "--data", self.folder, "--listen", f"127.0.0.1:{self.port}", VIGILAR_ADMIN_PASSWORD=PASSWORD,
            VIGILAR_BROKER_LISTEN=f"127.0.0.1:{broker_port}", VIGILAR_TLS_LISTEN=f"127.0.0.1:{tls_port}")
        if self.over_rtsp:
            wait_for("the RTSP server", lambda: listens(rtsp_port))
        wait_for("vigilar-hub", lambda: listens(self.port))
        wait_for("the hub's TLS", lambda: listens(tls_port))
        line = subprocess.run(
            [f"{self.programs}/vigilar-hub", "invite", "--site", "home", "--name", "bench", "--data", self.folder],
            check=True, capture_output=True, text=True).stdout.split()
        configuration = f"{self.folder}/edge.toml"
        with open(configuration, "w", encoding="utf-8") as file:
            file.write('data = "node"\n')
            for number in range(self.cameras):
                source = f"rtsp://127.0.0.1:{rtsp_port}/{number}" if self.over_rtsp else self.clip
                file.write(f'[[camera]]\nid = "cam-{number}"\nsource = "{source}"\n{self.settings}')
        subprocess.run([f"{self.programs}/vigilar-edge", *line[1:], "--config", configuration], check=True, stdout=subprocess.DEVNULL)
        if self.models:
            os.symlink(os.path.abspath(self.models), f"{self.folder}/node/models")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("POST", "/api/v1/session", json.dumps({"name": "admin", "password": PASSWORD}), {"Content-Type": "application/json"})
        self.cookie = connection.getresponse().getheader("Set-Cookie").split(";")[0]
        self._run(f"{self.programs}/vigilar-edge", "run", "--config", configuration, "--metrics", f"127.0.0.1:{self.metrics_port}")
        wait_for("the node", lambda: listens(self.metrics_port))
