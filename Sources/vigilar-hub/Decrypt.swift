import ArgumentParser
import Foundation
import Hub

struct Decrypt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Opens encrypted recordings (.vge) from a disk that was taken out of a node, and writes them as .mp4 files.",
        discussion: """
            The keys are those of the hub's trust folder, which its user and root may read, or with --key a recovery key. Its passphrase \
            comes from the terminal or \(KeyPassphrase.recovery.variable). A file that exists is not overwritten.
            """)
    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "Segments, and folders with segments somewhere below them.")
    var files: [String]
    @Option(help: "The folder to write to, in place of beside each segment.")
    var into: String?
    @Option(help: "The file that vigilar-hub keys recovery made, in place of the hub's keys.")
    var key: String?

    func run() async throws {
        let decryption =
            if let key {
                try SegmentDecryption(RecoveryKeyFile(key)) { try KeyPassphrase.recovery.present(ProcessInfo.processInfo.environment) }
            } else {
                try SegmentDecryption(options.load().trust)
            }
        // Line by line also into a file or a pipe: a whole disk takes a while.
        let isWhole = await decryption.run(files, into: into) {
            try? FileHandle.standardOutput.write(contentsOf: Data("\($0)\n".utf8))
        } failed: {
            try? FileHandle.standardError.write(contentsOf: Data("\($0)\n".utf8))
        }
        if !isWhole { throw ExitCode(1) }
    }
}
