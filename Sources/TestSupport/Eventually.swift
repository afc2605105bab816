/// A condition did not come true in time.
package struct NeverHappened: Error, CustomStringConvertible {
    package let description: String
}

/// Waits for a condition. The limit is there to end a broken test, not to measure: make it generous.
/// - Throws: `NeverHappened` after `timeout`, or what the condition throws.
package func eventually(
    _ what: String = "the condition", timeout: Duration = .seconds(120), _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + timeout
    while true {
        if try await condition() { return }
        if ContinuousClock.now >= deadline { throw NeverHappened(description: "waited \(timeout) in vain for \(what)") }
        try await Task.sleep(for: .milliseconds(20))
    }
}
