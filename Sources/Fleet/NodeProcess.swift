import Foundation
import Synchronization
package import TestSupport

/// `vigilar-fleet node` as a process of its own, behind a line of its own to the broker.
package final class NodeProcess: Sendable {
    package let name: String
    package let brokerLine: FaultProxy
    private let program: String
    private let arguments: [String]
    private let outputFile: String
    private let process = Mutex<ChildProcess?>(nil)

    package init(name: String, program: String, folder: String, arguments: [String], brokerLine: FaultProxy) {
        self.name = name
        self.program = program
        self.brokerLine = brokerLine
        self.arguments = ["node", "--folder", folder, "--name", name] + arguments
        outputFile = "\(folder)/\(name).log"
    }

    package var output: String { (try? String(contentsOfFile: outputFile, encoding: .utf8)) ?? "" }

    package func start() throws {
        let child = try ChildProcess(executable: program, arguments: arguments, outputFile: outputFile)
        process.withLock { $0 = child }
    }

    package func kill() async {
        guard let child = process.withLock({ $0 }) else { return }
        child.signal(SIGKILL)
        _ = await child.waitForExit()
    }

    /// Whether it has come to its end: everything accepted, everything acknowledged.
    /// - Throws: Where it ended otherwise.
    package func isDone() async throws -> Bool {
        guard let child = process.withLock({ $0 }), child.hasExited else { return false }
        let status = await child.waitForExit()
        guard status == 0 || status == 128 + SIGKILL else { throw FleetError("node \(name) ended with \(status): \(output.suffix(2000))") }
        return status == 0
    }

    package func freeze(_ frozen: Bool) { process.withLock { $0 }?.signal(frozen ? SIGSTOP : SIGCONT) }
}
