import Foundation
import TestSupport

/// One log, cut at places that go forward.
final class PowerCutReplay {
    private let operations: [PowerCutLog.Operation]
    private let verification: PowerCutVerification
    private var model = PowerCutModel()
    private var promises = PowerCutPromises()
    private var next = 0

    /// - Parameter without: Syncs that are taken away. It is the same as taking them out of the program, which does nothing else for them.
    init(_ log: PowerCutLog, without missing: Set<PowerCutSync> = []) throws {
        let kinds = PowerCutSync.kinds(log)
        operations = log.operations.enumerated().map { index, operation in
            guard let kind = kinds[index], missing.contains(kind) else { return operation }
            var operation = operation
            operation.kind = .start
            return operation
        }
        verification = try PowerCutVerification()
    }

    /// What is broken after a power cut in front of an operation, not before the last one asked for.
    func faults(at place: Int, _ fate: PowerCutModel.Fate, _ dice: inout SeededGenerator) throws -> [String] {
        while next < place {
            model.take(operations[next])
            if let report = operations[next].report { promises.take(report) }
            next += 1
        }
        let folder = try TemporaryDirectory("cut")
        try model.restore(to: folder.path, fate, &dice)
        return verification.faults(root: folder.path, promises, upkeepFirst: Bool.random(using: &dice))
    }
}
