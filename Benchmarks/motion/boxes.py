"""Motion boxes against the pixel masks of the SBI clips: how much of the moving pixels the boxes cover, and how much too much they cover."""

import json
import os
import subprocess
import tempfile
import zipfile


def masks(archive, width, height):
    """Yields each frame's mask as bytes, one per pixel."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(archive) as pictures:
            pictures.extractall(folder)
        raw = subprocess.run(
            ["ffmpeg", "-v", "error", "-i", os.path.join(folder, "%06d.png"), "-f", "rawvideo", "-pix_fmt", "gray", "-"],
            check=True, capture_output=True,
        ).stdout
    for at in range(0, len(raw) - width * height + 1, width * height):
        yield raw[at : at + width * height]


def inside(boxes, width, height):
    """One byte per pixel: 1 where any of the boxes lies."""
    area = bytearray(width * height)
    for x, y, w, h in boxes:
        left, right = max(0, int(x * width)), min(width, int(round((x + w) * width)))
        for row in range(max(0, int(y * height)), min(height, int(round((y + h) * height)))):
            area[row * width + left : row * width + right] = b"\x01" * max(0, right - left)
    return area


def judge(frames, clip, width, height, fps):
    """Share of moving pixels inside the boxes; share of the boxes' pixels that lie inside the mask's own boxes; frames counted.

    The first 2 s are warm-up, and frames whose mask holds under 0.2 % of the picture are left out."""
    with open(clip + "-truth.json") as file:
        truth = json.load(file)["per_frame"]
    covered = moving = good = boxed = counted = 0
    for number, mask in enumerate(masks(clip + "-masks.zip", width, height)):
        if number < 2 * fps or number >= len(truth) or truth[number]["fg"] < 0.002:
            continue
        counted += 1
        ours = inside(frames.get(number, {}).get("boxes", []), width, height)
        theirs = inside([(x / width, y / height, w / width, h / height) for x, y, w, h in truth[number]["boxes"]], width, height)
        moving += mask.count(b"\xff")
        covered += sum(1 for a, b in zip(mask, ours) if a == 255 and b)
        boxed += sum(ours)
        good += sum(a & b for a, b in zip(ours, theirs))
    return covered / max(1, moving), good / max(1, boxed), counted
