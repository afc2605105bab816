import TestSupport
import Testing

/// Two of the tests that have it run at a time, in whichever suites they are. Each wants cameras, a hub and often a browser of its own: all at
/// once starve each other on two processors, and what has a time limit fails for it.
struct PairsTrait: SuiteTrait, TestTrait, TestScoping {
    private static let places = Places(2)

    var isRecursive: Bool { true }

    /// A place is for a test with all its cases: waiting for it counts in no test case's time limit.
    func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil && !test.isSuite ? self : nil }

    func provideScope(for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void) async throws
    {
        try await Self.places.hold(function)
    }
}

extension Trait where Self == PairsTrait {
    static var pairs: Self { PairsTrait() }
}
