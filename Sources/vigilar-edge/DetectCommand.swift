import ArgumentParser
import EdgeNode
import Foundation

struct Detect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what the node's models see in pictures: a line an object, with its score and its box in fractions of the picture.")
    @Argument(help: "JPEGs, and binary pixmaps and greymaps (PPM, PGM).")
    var pictures: [String]
    @Option(help: "The folder of the models; by default \"models\" in the data folder of the configuration.")
    var models: String?
    @Option(help: "The configuration file, whose [detector] looks; by default edge.toml where --models is not given.")
    var config: String?
    @Flag(help: "One JSON object a picture, with the milliseconds that it took.")
    var json = false
    @Option(help: "Scores must be above it.")
    var minimumScore = 0.3
    @Flag(help: "Look for faces, too.")
    var faces = false
    @Flag(help: "With --json and --embeddings: take each picture as one animal, too.")
    var animals = false
    @Flag(help: "With --json, and --faces or --animals: what each face or animal can be known by.")
    var embeddings = false

    func validate() throws {
        guard (0..<1).contains(minimumScore) else { throw ValidationError("--minimum-score is a number from 0 to less than 1") }
        if embeddings, !(json && (faces || animals)) { throw ValidationError("--embeddings goes with --json, and --faces or --animals") }
        // There is nothing else to be told of them.
        if animals, !(json && embeddings) { throw ValidationError("--animals goes with --json and --embeddings") }
    }

    func run() async throws {
        let look = EdgeProcess.Look(
            pictures: pictures, configuration: config, models: models, json: json, minimumScore: minimumScore, faces: faces,
            animals: animals, embeddings: embeddings)
        let isWhole = try await EdgeProcess.detect(
            look, complain: { FileHandle.standardError.write(Data("error: \($0)\n".utf8)) }, write: { print($0) })
        if !isWhole { throw ExitCode(1) }
    }
}
