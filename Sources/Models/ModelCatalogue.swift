private import Vision

/// The models that are known: files that their makers, or those who pass them on, have made public.
package enum ModelCatalogue {
    package static let all = [picoDet, yuNet, faceEmbedding, mobileNet]

    package static func model(named name: String) -> CatalogueModel? { all.first { $0.name == name } }

    private static func file(_ name: String, _ bytes: Int, _ sha256: String, _ repository: String, _ commit: String, _ path: String)
        -> ModelFile
    {
        ModelFile(
            name: name, bytes: bytes, sha256: sha256, address: "https://raw.githubusercontent.com/\(repository)/\(commit)/\(path)")
    }

    /// Weights of PaddleDetection.
    private static let picoDet = CatalogueModel(
        name: "picodet-s-416", task: .objectDetection, licence: "Apache-2.0",
        files: [
            file(
                "picodet_s_416_coco.onnx", 4_040_573, "cdab77bdde16e4f76bec734c4e5791801d1739e4c7ec1995e0e110e04300d0c2",
                "hpc203/picodet-onnxruntime", "dfe4d6cd0a18cd4126ee381e81df8a0b1e6ad97b", "coco/picodet_s_416_coco.onnx")
        ],
        input: PictureInput(
            width: 416, height: 416, order: .rgb, mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375]),
        outputs: [80, 32].flatMap { width in [2704, 676, 169, 49].map { [1, $0, width] } },
        decoding: .detector(.picoDet, labels: DetectorLabels.coco))

    private static let yuNet = CatalogueModel(
        name: "yunet-n-640", task: .faceDetection, licence: "Apache-2.0",
        files: [
            file(
                "yunet_n_640_640.onnx", 317_466, "25a606a145a5b6d7271ae138fbd00eba91dad8b83222ae3f2c7ecd0f4a7b0e31",
                "ShiqiYu/libfacedetection.train", "0047ac24afb1a50a0c6105001c89d1b5b805dbf1", "onnx/yunet_n_640_640.onnx")
        ],
        input: PictureInput(width: 640, height: 640, order: .bgr, fit: .corner(fill: 0)),
        outputs: [1, 1, 4, 10].flatMap { width in [6400, 1600, 400].map { [1, $0, width] } }, decoding: .yuNet)

    /// Of Intel's Open Model Zoo, in 16-bit floats. Its input is a face turned and scaled so that five landmarks lie where they should.
    private static let faceEmbedding = CatalogueModel(
        name: "face-reidentification-retail-0095", task: .faceEmbedding, licence: "Apache-2.0",
        files: [
            ("xml", 350_427, "ce53d2c9c08c0bd1c1660fb8a5b6d0e3e4ec19eb92f1036d2d83a85e83082dce"),
            ("bin", 2_213_628, "241229ca3d206321868d46ce74a3c0b06c49cea58db7dc70b2e842ff287545d1"),
        ].map { ending, bytes, sha256 in
            file(
                "face-reidentification-retail-0095.\(ending)", bytes, sha256, "MisterFoziljon/OpenVino-Face-Recognition",
                "93a6a9503d2ec545502a496f64ec2f7df45db312",
                "models/face-reidentification-retail-0095/FP16/face-reidentification-retail-0095.\(ending)")
        },
        input: PictureInput(width: 128, height: 128, order: .bgr), outputs: [[1, 256, 1, 1]], decoding: .embedding(count: 256))

    /// The 1,000 classes of ImageNet behind one for the background, in bytes throughout. The file's table of outputs names the classes only; the
    /// derived one, which stands behind the file's end, names the pooled features of the layer before them as well.
    private static let mobileNet = CatalogueModel(
        name: "mobilenet-v2-224", task: .animals, licence: "Apache-2.0",
        files: [
            file(
                "mobilenet_v2_1.0_224_quant.tflite", 3_610_798, "7aad0c74c5e3c06e5eb3c827e13304fdd68a83da6087d92ee169c24ff9fd4776",
                "google-coral/test_data", "104342d2d3480b3e66203073dac24f4e2dbb4c41", "mobilenet_v2_1.0_224_quant.tflite")
        ],
        input: PictureInput(width: 224, height: 224, order: .rgb, layout: .interleaved), outputs: [[1, 1, 1, 1280], [1, 1001]],
        decoding: .embeddingAndClasses(numbers: 1280, classes: 1001),
        derivation: ModelDerivation(
            offset: 3_546_492, replacement: littleEndian(64_308), tail: [0, 0] + littleEndian(2) + littleEndian(169) + littleEndian(173),
            sha256: "17056748a792842481fa0d1c0520769239a8639048e65f353ee7a277a87bce29"))

    private static func littleEndian(_ number: UInt32) -> [UInt8] {
        [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
    }
}
