"""Reads the JSON lines of `vigilar-edge analyze` and judges them by a clip's per-frame truth.

The rules are those of the side-by-side figures: a visit runs from the first 1 to the next 0 of the truth and lasts at least half a
second; -1 counts neither way; the first 5 s are warm-up; a visit is found if a frame within 1 s of its start is positive; a false alarm
is a run of positive frames in empty time more than half a second from any change of the truth. A frame without a line counts 0.
"""

import json


def read(path):
    """The frames' lines by frame number, the events, and the summary."""
    frames, events, summary = {}, [], None
    with open(path) as lines:
        for line in lines:
            entry = json.loads(line)
            if "frame" in entry:
                frames[entry["frame"]] = entry
            elif "event" in entry:
                events.append(entry["event"])
            elif "summary" in entry:
                summary = entry["summary"]
    return frames, events, summary


def truth_of_intervals(intervals, fps, count):
    """Per-frame truth from [[from, to], …] in seconds."""
    truth = [0] * count
    for start, end in intervals:
        for frame in range(int(round(start * fps)), min(count, int(round(end * fps)))):
            truth[frame] = 1
    return truth


def visits(truth, fps):
    found, at = [], 0
    while at < len(truth):
        if truth[at] != 1:
            at += 1
            continue
        end = at
        while end < len(truth) and truth[end] != 0:
            end += 1
        if at >= 5 * fps and end - at >= fps // 2:
            found.append((at, end))
        at = end
    return found


def judge(frames, truth, fps):
    """Counts of events, false alarms and frames."""
    positive = [bool(frames.get(number, {}).get("motion")) for number in range(len(truth))]
    margin = int(0.5 * fps)
    near_change = [False] * len(truth)
    for at in range(len(truth) - 1):
        if truth[at] != truth[at + 1]:
            for close in range(max(0, at - margin), min(len(truth), at + margin + 1)):
                near_change[close] = True
    expected = visits(truth, fps)
    hits = sum(any(positive[start : int(start + fps)]) for start, _ in expected)
    true_positive = false_positive = missed = false_alarms = 0
    alarm = False
    for number, state in enumerate(truth):
        counted = number >= 5 * fps and not near_change[number] and state >= 0
        if counted:
            true_positive += state == 1 and positive[number]
            false_positive += state == 0 and positive[number]
            missed += state == 1 and not positive[number]
        alarmed = counted and state == 0 and positive[number]
        false_alarms += alarmed and not alarm
        alarm = alarmed
    return {
        "events": len(expected),
        "found": hits,
        "false_alarms": false_alarms,
        "precision": true_positive / max(1, true_positive + false_positive),
        "recall": true_positive / max(1, true_positive + missed),
    }


def same_events(gated, whole):
    """Whether two lists of events agree one to one with starts at most 0.2 s apart."""
    return len(gated) == len(whole) and all(abs(a["start_s"] - b["start_s"]) <= 0.2 for a, b in zip(gated, whole))
