import TestSupport
import Testing

/// Eight cases of the tests that have it run at a time, in whichever suites they are. Hundreds of stores on one PostgreSQL server would each
/// wait longer for a connection, an answer or a lease than a hub believes in its server.
struct StoreTurnsTrait: SuiteTrait, TestTrait, TestScoping {
    private static let places = Places(8)

    var isRecursive: Bool { true }

    func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? nil : self }

    func provideScope(for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void) async throws
    {
        try await Self.places.hold(function)
    }
}

extension Trait where Self == StoreTurnsTrait {
    static var storeTurns: Self { StoreTurnsTrait() }
}
