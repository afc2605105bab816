"""Runs the reference pipelines of the shared folder over pictures; the interpreter needs numpy, OpenCV, ONNX Runtime and OpenVINO.

usage: PYTHON Benchmarks/vision/reference.py pixmaps|objects|faces|pets BENCH MODELS RUNTIME [--minimum-score S]

BENCH holds detectors.py and faces.py, RUNTIME is onnxruntime or openvino. For pets there is no script: pictures are embedded as the `model.input` of
the data's index says, on ONNX Runtime by the index's ONNX file, on OpenVINO by the TFLite file that both it and ours are made of. Standard input is a JSON list of pictures;
`pixmaps` wants pairs of a picture and the pixmap to be written of its decoded bytes. Standard output is a JSON object a picture, as
`vigilar-edge detect --json` has them.
"""

import argparse
import json
import os
import sys
import time

import cv2
import numpy


class OpenVINONet:
    """What the reference's nets do, by the runtime that ours uses, with the same settings."""

    def __init__(self, file, threads=1, pooled=False):
        """`pooled`: with one more output, of what comes out of the pooling. The classes stay, since ours has both, too."""
        import openvino

        core = openvino.Core()
        model = core.read_model(file)
        if pooled:
            model.add_outputs([node.output(0) for node in model.get_ordered_ops() if node.get_type_name() == "AvgPool"])
        settings = {"PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": 1, "INFERENCE_NUM_THREADS": threads}
        settings |= {"INFERENCE_PRECISION_HINT": "f32", "ENABLE_CPU_PINNING": False}
        self.request = core.compile_model(model, "CPU", settings).create_infer_request()

    def __call__(self, values):
        self.request.infer([values])
        return [tensor.data.copy() for tensor in self.request.output_tensors]


class Watch:
    """Wraps a net, and counts the seconds in it and its calls."""

    def __init__(self, net):
        self.net, self.seconds, self.calls = net, 0.0, 0

    def __call__(self, values):
        begun = time.perf_counter()
        outputs = self.net(values)
        self.seconds += time.perf_counter() - begun
        self.calls += 1
        return outputs


def fractions(box, width, height):
    left, top, right, bottom = (float(side) for side in box)
    return [left / width, top / height, (right - left) / width, (bottom - top) / height]


def write_pixmaps(pairs):
    for picture, pixmap in pairs:
        image = cv2.imread(picture)
        if image is None or not cv2.imwrite(pixmap, image):
            sys.exit(f"error: {picture} cannot be made into {pixmap}")


def objects(pictures, reference, net, minimum):
    """The reference's PicoDet with its own settings, on its own file."""
    detector = reference.Pico(backend=net)
    for picture in pictures:
        image = cv2.imread(picture)
        height, width = image.shape[:2]
        begun = time.perf_counter()
        values = detector.pre(image)
        prepared = time.perf_counter()
        outputs = detector.net(values)
        ran = time.perf_counter()
        boxes, scores, classes = detector.post(outputs, conf=minimum)
        ended = time.perf_counter()
        found = [
            {"label": reference.NAMES[int(number)], "score": float(score), "box": fractions(box, width, height)}
            for box, score, number in zip(boxes, scores, classes)
        ]
        stages = {"prepare": prepared - begun, "inference": ran - prepared, "boxes": ended - ran}
        yield {"picture": picture, "objects": found, "ms": {stage: 1000 * seconds for stage, seconds in stages.items()}}


def faces(pictures, reference, net, models):
    """The reference's YuNet, and its embedding of the surest face."""
    detector = reference.YuNet(backend=net)
    embedder = reference.Emb(os.path.join(models, "face-reidentification-retail-0095.onnx"), 128, reference.REF95)
    if net is OpenVINONet:
        embedder.net = net(os.path.join(models, "face-reidentification-retail-0095.xml"))
    detector.net, embedder.net = Watch(detector.net), Watch(embedder.net)
    for picture in pictures:
        image = cv2.imread(picture)
        height, width = image.shape[:2]
        before = detector.net.seconds + embedder.net.seconds
        begun = time.perf_counter()
        boxes, scores, landmarks = detector(image)
        found = []
        if len(scores):
            embedding = embedder(image, landmarks[0])
            found = [{"score": float(scores[0]), "box": fractions(boxes[0], width, height), "embedding": embedding.tolist()}]
        whole = time.perf_counter() - begun
        inference = detector.net.seconds + embedder.net.seconds - before
        yield {"picture": picture, "faces": found, "faces_ms": {"inference": 1000 * inference, "rest": 1000 * (whole - inference)}}


def pets(pictures, reference, net, models):
    """What the reference knows animals by: all of a picture as one animal, stretched to 224 × 224 of RGB, (x - 128) / 128."""
    if net is OpenVINONet:
        # Quantised: it takes bytes, and has that range in itself.
        embedder = net(os.path.join(models, "mobilenet_v2_1.0_224_quant.tflite"), pooled=True)
        values_of = lambda image: numpy.ascontiguousarray(image[None, ..., ::-1])
    else:
        embedder = net(os.path.join(models, "mobilenet_v2_embed.onnx"))
        values_of = lambda image: reference.blob(image, (128,) * 3, (128,) * 3, rgb=True)
    for picture in pictures:
        image = cv2.imread(picture)
        begun = time.perf_counter()
        values = values_of(cv2.resize(image, (224, 224)))
        prepared = time.perf_counter()
        embedding = embedder(values)[-1].ravel()
        ran = time.perf_counter()
        embedding = embedding / numpy.linalg.norm(embedding)
        ended = time.perf_counter()
        times = {"inference": 1000 * (ran - prepared), "rest": 1000 * (prepared - begun + ended - ran)}
        yield {"picture": picture, "animals": [{"embedding": embedding.tolist()}], "animals_ms": times}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("what", choices=["pixmaps", "objects", "faces", "pets"])
    arguments.add_argument("bench")
    arguments.add_argument("models")
    arguments.add_argument("runtime", choices=["onnxruntime", "openvino"])
    arguments.add_argument("--minimum-score", type=float, default=0.01)
    options = arguments.parse_args()
    cv2.setNumThreads(1)
    pictures = json.load(sys.stdin)
    if options.what == "pixmaps":
        return write_pixmaps(pictures)
    sys.path.insert(0, options.bench)
    import faces as reference

    net = OpenVINONet if options.runtime == "openvino" else reference.OrtNet
    # The first calls of a model make themselves ready; they are not counted.
    warm = pictures[:1] * 3
    if options.what == "objects":
        results = objects(warm + pictures, reference, net, options.minimum_score)
    else:
        results = (pets if options.what == "pets" else faces)(warm + pictures, reference, net, options.models)
    for number, result in enumerate(results):
        if number >= len(warm):
            print(json.dumps(result))


if __name__ == "__main__":
    numpy.seterr(all="ignore")
    main()
