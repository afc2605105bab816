"""The interpreter that runs the reference pipelines of the shared folder, in a folder of its own beside the build."""
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PACKAGES = ["numpy==2.4.6", "opencv-python-headless==5.0.0.93", "onnxruntime==1.32.0", "openvino==2026.4.1"]


def made_python():
    folder = os.path.join(ROOT, ".build-tools", "reference")
    python, mark = os.path.join(folder, "bin", "python"), os.path.join(folder, "versions")
    wanted = "\n".join(PACKAGES)
    if not os.path.exists(mark) or open(mark).read() != wanted:
        print("installing what runs the reference into .build-tools/reference", file=sys.stderr)
        subprocess.run(["/usr/bin/python3", "-m", "venv", "--clear", folder], check=True, stdout=sys.stderr)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES], check=True, stdout=sys.stderr)
        with open(mark, "w") as file:
            file.write(wanted)
    return python
