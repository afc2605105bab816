import Base
import Foundation
import TestSupport

/// Runs `PowerCutDriver` under the shim, once or, where it is killed, twice.
final class PowerCutRun: Sendable {
    private let folder: TemporaryDirectory
    private let shim: String

    init() async throws {
        folder = try TemporaryDirectory("powercut")
        shim = try await PowerCutShim.make(in: folder)
    }

    /// - Parameter killAt: The operation before which it is killed; nil for a run to its end.
    /// - Returns: Everything that it did, and after a kill also what the next process did.
    func log(killAt: Int? = nil) async throws -> PowerCutLog {
        let name = "run\(killAt ?? 0)"
        let (root, log) = (folder.path(name), folder.path("\(name).log"))
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
        var environment = [PowerCutShim.root: root, PowerCutShim.log: log]
        guard let killAt else {
            try await start(environment, expecting: 0)
            return try PowerCutLog(log)
        }
        try await start(environment.merging([PowerCutShim.killAt: "\(killAt)"]) { $1 }, expecting: 128 + SIGKILL)
        environment[PowerCutDriver.startVariable] = "\(try Self.end(of: PowerCutLog(log)) + 0.5)"
        try await start(environment, expecting: 0)
        return try PowerCutLog(log)
    }

    private func start(_ environment: [String: String], expecting status: Int32) async throws {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let child = try ChildProcess(
            executable: program, arguments: ["--testing-library", "swift-testing", "--filter", "PowerCutDriverTests"],
            environment: environment.merging(["LD_PRELOAD": shim]) { $1 })
        let found = await child.waitForExit()
        guard found == status else { throw PowerCutFailure(description: "ended with \(found): \(child.output)") }
    }

    /// The time of the last picture, in seconds.
    private static func end(of log: PowerCutLog) -> Double {
        log.operations.reversed().lazy.compactMap { operation -> Double? in
            guard let report = operation.report, report.first == "took" else { return nil }
            let camera = PowerCutCamera.all.first { $0.id == report[1] }
            return Int(report[2]).flatMap { camera?.time($0).seconds(since: PowerCutCamera.zero) }
        }.first ?? 0
    }
}
