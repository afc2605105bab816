"""Compares what two sides saw in the same pictures, and judges each by the truth.

Sides are what `vigilar-edge detect --json` prints: for each picture, `objects` with label, score and box [x, y, width, height] in fractions.
"""

SCORE, OVERLAP_LOSS, SCORE_LOSS = 0.3, 0.02, 0.01
# Of the detector's suppression: beyond it the lesser of two boxes of a label goes.
SUPPRESSION = 0.6
ALARMING = set(
    "person bicycle car motorcycle airplane bus train truck boat bird cat dog horse sheep cow elephant bear zebra giraffe".split()
)


def overlap(one, other):
    """Intersection over union."""
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    common = max(0, across) * max(0, down)
    whole = one[2] * one[3] + other[2] * other[3] - common
    return common / whole if whole > 0 else 0.0


def counterpart(found, others):
    """The best of the other side that is the same thing within the limits, as (loss of overlap, difference of the scores); None where there is none."""
    same = [
        (1 - overlap(found["box"], other["box"]), abs(found["score"] - other["score"]))
        for other in others
        if other["label"] == found["label"]
    ]
    same = [(loss, difference) for loss, difference in same if loss <= OVERLAP_LOSS and difference <= SCORE_LOSS]
    return min(same, default=None)


def tie(found, others):
    """Why a side can have a box that the other has not although both saw the same: words, or None where that is no reason."""
    for other in others:
        shared, difference = overlap(found["box"], other["box"]), abs(found["score"] - other["score"])
        if other["label"] == found["label"] and shared > SUPPRESSION - OVERLAP_LOSS:
            if difference <= SCORE_LOSS:
                return f"two boxes of {found['label']} that share {shared:.3f} tie in score, {found['score']:.4f} and {other['score']:.4f}"
            if shared <= SUPPRESSION + OVERLAP_LOSS:
                return f"two boxes of {found['label']} share {shared:.3f}, at the limit from which the lesser goes"
        if other["label"] != found["label"] and 1 - shared <= OVERLAP_LOSS and difference <= SCORE_LOSS:
            return f"{found['label']} {found['score']:.4f} and {other['label']} {other['score']:.4f} tie for one box"
    return None


def agreement(ours, theirs):
    """How many detections of either side have a counterpart, the greatest differences, and the rest as (picture, side, detection, reason or None)."""
    matched, overlap_loss, score_loss, rest = 0, 0.0, 0.0, []
    for picture, mine in ours.items():
        for side, found, others in (("ours", mine, theirs[picture]), ("reference", theirs[picture], mine)):
            for detection in found["objects"]:
                if detection["score"] < SCORE:
                    continue
                best = counterpart(detection, others["objects"])
                if best is None:
                    rest.append((picture, side, detection, tie(detection, others["objects"])))
                    continue
                matched += 1
                overlap_loss, score_loss = max(overlap_loss, best[0]), max(score_loss, best[1])
    return matched, overlap_loss, score_loss, rest


def groups(seen, truth, score):
    """Label groups found and in all, those missed, and false alarms in the empty scenes; `truth` has a picture's labels."""
    missed, alarms, count = [], [], 0
    for picture, labels in truth.items():
        found = [detection for detection in seen[picture]["objects"] if detection["score"] > score]
        # The detector has no word for an animal as such.
        for label in set(labels) - {"animal"}:
            count += 1
            if label not in {detection["label"] for detection in found}:
                missed.append((picture, label))
        if not labels:
            alarms += [(picture, detection) for detection in found if detection["label"] in ALARMING]
    return count - len(missed), count, missed, alarms


def likeness(one, other):
    return sum(a * b for a, b in zip(one, other))


def faces(seen, person):
    """Of the surest face of each picture: how many there are, how many are nearest to another of the same person, pairs of one person that are accepted,
    all of them, and the likeness at which one pair of strangers in a thousand is accepted."""
    known = [(person(picture), found["faces"][0]["embedding"]) for picture, found in seen.items() if found["faces"]]
    best, genuine, strange = [(-2.0, None)] * len(known), [], []
    for first, (name, one) in enumerate(known):
        for second in range(first + 1, len(known)):
            other, two = known[second]
            same = likeness(one, two)
            (genuine if name == other else strange).append(same)
            best[first] = max(best[first], (same, other))
            best[second] = max(best[second], (same, name))
    threshold = sorted(strange, reverse=True)[len(strange) // 1000]
    right = sum(1 for (name, _), (_, nearest) in zip(known, best) if name == nearest)
    return len(known), right, sum(1 for same in genuine if same > threshold), len(genuine), threshold
