"""Compares what two sides saw in the same pictures, and judges each by the truth.

Sides are what `vigilar-edge detect --json` prints: for each picture, `objects` with label, score and box [x, y, width, height] in fractions.
"""

import math
import operator
import random

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
    return sum(map(operator.mul, one, other))


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


# Photographs that an animal needs to be one of a household: five that it is known by, and some to be seen in.
HOUSEHOLD_PHOTOGRAPHS = 7
# Likeness of an animal that is nearest to another one of its household.
MISTAKEN = -math.inf


def above(scores, threshold):
    return sum(1 for score in scores if score > threshold)


def limit(strange, part):
    """The likeness above which at most one stranger in so many is."""
    return sorted(strange, reverse=True)[len(strange) // part]


class Pets:
    """Pictures of animals of one kind as one side embeds them. What is drawn hangs on the pictures alone, so that all sides get the same draws.

    The protocol is that of PetAccuracyTests. Pictures of one photograph are never on both sides.
    """

    def __init__(self, pictures, embedding):
        """`pictures` are pairs of a pet and a photograph by the picture's path; `embedding` gives a path's numbers, of length 1."""
        paths = sorted(pictures)
        self.pictures = [pictures[path] for path in paths]
        numbers = [embedding(path) for path in paths]
        self.alike = [[0.0] * len(paths) for _ in paths]
        for first, one in enumerate(numbers):
            for second in range(first, len(numbers)):
                self.alike[first][second] = self.alike[second][first] = likeness(one, numbers[second])

    def by_rank(self):
        """How many pictures are nearest to another photograph of the same pet, and how many could be."""
        right = count = 0
        for one, (pet, photograph) in enumerate(self.pictures):
            others = [number for number, (_, other) in enumerate(self.pictures) if other != photograph]
            if not any(self.pictures[number][0] == pet for number in others):
                continue
            count += 1
            right += self.pictures[max(others, key=lambda number: self.alike[one][number])][0] == pet
        return right, count

    def likeness_of_track(self, track, other):
        """Of the middle of a track's directions to a picture."""
        length = math.sqrt(sum(self.alike[one][two] for one in track for two in track))
        return sum(self.alike[one][other] for one in track) / length

    def household(self, pets, known, seen, rounds, seed):
        """Three pets are known by one picture of each of `known` photographs; the other pictures are compared, `seen` of one pet at a time.

        Gives the greatest likeness of each to those that are known: of their own, MISTAKEN where that is another pet's, and of strangers.
        """
        draws = random.Random(seed)
        pictures = {pet: [number for number, (other, _) in enumerate(self.pictures) if other == pet] for pet in sorted(pets)}
        photograph = lambda number: self.pictures[number][1]
        eligible = [pet for pet, some in pictures.items() if len(set(map(photograph, some))) >= HOUSEHOLD_PHOTOGRAPHS]
        own, strange = [], []
        for _ in range(rounds):
            household, gallery = draws.sample(eligible, 3), []
            for pet in household:
                for chosen in draws.sample(sorted(set(map(photograph, pictures[pet]))), known):
                    gallery.append(next(number for number in pictures[pet] if photograph(number) == chosen))
            used = set(map(photograph, gallery))
            for pet, some in pictures.items():
                rest = [number for number in some if photograph(number) not in used]
                draws.shuffle(rest)
                for start in range(0, len(rest) - seen + 1, seen):
                    track = rest[start : start + seen]
                    score, best = max((self.likeness_of_track(track, number), number) for number in gallery)
                    if pet not in household:
                        strange.append(score)
                    else:
                        own.append(score if self.pictures[best][0] == pet else MISTAKEN)
        return own, strange

    def open_set(self, known, seen, rounds=10, seeds=(1, 2)):
        """The likenesses of a household's own and of strangers, of both halves of the pets, and how many of either are named above a threshold that
        comes of the other half: at most 2 % of its strangers are above it. The first seed is for what is learned, the second for what is measured."""
        names = sorted({pet for pet, _ in self.pictures})
        own, strange, own_named, strange_named = [], [], 0, 0
        for side in (0, 1):
            _, learned = self.household(names[side::2], known, seen, rounds, seeds[0])
            threshold = limit(learned, 50)
            mine, others = self.household(names[1 - side :: 2], known, seen, rounds, seeds[1])
            own_named += above(mine, threshold)
            strange_named += above(others, threshold)
            own += mine
            strange += others
        return own, strange, own_named, strange_named
