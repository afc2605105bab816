import ArgumentParser
import Fleet

/// Recording, measured.
struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Records a video file as a node records a camera, as fast as it goes, and prints what became of it.")
    @Argument(help: "The file.")
    var source: String
    @Option(help: "The folder of the recordings.")
    var folder: String
    @Flag(help: "Seals them.")
    var encrypt = false

    func run() async throws { print(try await RecordRun(source: source, folder: folder, encrypts: encrypt).run().json) }
}
